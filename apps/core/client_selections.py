"""What clients say of an answer beside the filter: which fields, in which order, how many."""

from collections.abc import Iterable, Iterator
from typing import Any

from apps.core import json_text
from apps.core.client_queries import InvalidQuery, check_path

MAX_TEXT = 100_000  # characters of JSON
MAX_FIELDS = 500
MAX_SORTED_FIELDS = 8
MAX_NESTING = 100  # levels of lists and objects in each other


def json_of(sent: Any, *, longest: int = MAX_TEXT) -> Any:
    """What was sent as JSON text, or as part of a JSON body. `longest` 0: any length. Raises InvalidQuery."""
    value = sent
    if isinstance(sent, str):
        if longest and len(sent) > longest:
            raise InvalidQuery("The text is too long")
        try:
            value = json_text.parse(sent) if sent.strip() else None
        except ValueError as error:
            raise InvalidQuery(str(error)) from error
    if _is_deeper(value, MAX_NESTING):
        raise InvalidQuery(f"It is nested more than {MAX_NESTING} levels deep")
    return value


def read_projection(sent: Any) -> dict[str, int]:
    """Field -> 1 or 0. Raises InvalidQuery."""
    projection = {}
    for name, value in _fields(sent, MAX_FIELDS):
        shown = {"1": 1, "0": 0, "true": 1, "false": 0}.get(str(value).lower())
        if shown is None:
            raise InvalidQuery(f"The projection of {name} must be 0 or 1")
        projection[name] = shown
    if len({shown for name, shown in projection.items() if name != "_id"}) > 1:
        raise InvalidQuery("A projection cannot both show and hide fields")
    return projection


def read_sort(sent: Any) -> list[tuple[str, int]]:
    """Raises InvalidQuery."""
    order = []
    for name, value in _fields(sent, MAX_SORTED_FIELDS):
        direction = {"1": 1, "-1": -1}.get(str(value))
        if direction is None:
            raise InvalidQuery(f"The order of {name} must be 1 or -1")
        order.append((name, direction))
    return order


def whole_number(sent: Any, default: int, *, largest: int) -> int:
    """From 0 to `largest`; the default for what is no number."""
    try:
        number = int(str(sent).strip()) if sent not in (None, "") else default
    except ValueError:
        number = default
    return min(max(number, 0), largest)


def names_field(query: Any, names: Iterable[str]) -> bool:
    """Whether a checked filter looks at one of these fields, or below one."""
    return any(path == name or path.startswith(f"{name}.") for path in _paths(query) for name in names)


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    items = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in items)


def _fields(sent: Any, most: int) -> Iterator[tuple[str, Any]]:
    value = json_of(sent)
    if value is None or value == "":
        return
    if not isinstance(value, dict) or len(value) > most:
        raise InvalidQuery(f"An object of at most {most} fields is needed")
    for name, item in value.items():
        check_path(name)
        yield name, item


def _paths(query: Any) -> Iterator[str]:
    if isinstance(query, dict):
        for name, value in query.items():
            if name.startswith("$"):
                yield from _paths(value)
            else:
                yield name
    elif isinstance(query, list):
        for item in query:
            yield from _paths(item)
