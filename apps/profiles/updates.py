"""Updates of profiles that clients write: a few operators, on known fields, with plain values. Pure."""

import json
from collections.abc import Callable
from typing import Any

from apps.aggregation.documents import IDENTITY_FIELDS, NUMBER_FIELDS, OBJECT_FIELDS, PROFILE_FIELDS
from apps.core import client_queries, json_text
from apps.core.arguments import is_storable

UPDATABLE = PROFILE_FIELDS - IDENTITY_FIELDS - {"lu"}
MOST_PATHS = 100
MOST_ITEMS = 500
LONGEST_OBJECT = 20_000  # characters of its JSON

Operators = dict[str, dict[str, Any]]


class InvalidUpdate(ValueError):
    """The message says to people what is wrong."""


def read(sent: Any) -> Operators:
    """From a parameter: JSON text or an object. Raises InvalidUpdate."""
    if isinstance(sent, str):
        try:
            sent = json_text.parse(sent)
        except ValueError as error:
            raise InvalidUpdate('Could not parse parameter "update"') from error
    if not isinstance(sent, dict):
        raise InvalidUpdate('Could not parse parameter "update"')
    if not sent:
        raise InvalidUpdate('Parameter "update" cannot be empty')
    for name in sent:
        if name not in MODIFIERS:
            raise InvalidUpdate(
                f"Unkown modifier {name[:50]} in {json.dumps(sent)[:500]}"
            )  # spelled as clients know it
    return {name: _paths(name, paths) for name, paths in sent.items()}


def check_field(path: str, value: Any) -> Any:
    """What may be stored there. Raises InvalidUpdate."""
    _check_path(path)
    if path in NUMBER_FIELDS:
        return _number(value, path)
    if isinstance(value, dict) and path in OBJECT_FIELDS:
        if not is_storable(value) or len(json.dumps(value)) > LONGEST_OBJECT:
            raise InvalidUpdate(f"The object of {path} cannot be stored")
        return value
    return _plain_or_list(value)


def _paths(modifier: str, paths: Any) -> dict[str, Any]:
    if not isinstance(paths, dict) or not paths or len(paths) > MOST_PATHS:
        raise InvalidUpdate(f"{modifier} takes an object with 1 to {MOST_PATHS} fields")
    return {path: MODIFIERS[modifier](path, value) for path, value in paths.items()}


def _check_path(path: str) -> None:
    try:
        client_queries.check_path(path, UPDATABLE)
    except client_queries.InvalidQuery as error:
        raise InvalidUpdate(f"The field {path[:100]!r} cannot be changed") from error
    first, *inner = path.split(".")
    if inner and (first not in OBJECT_FIELDS or len(inner) > 1):
        raise InvalidUpdate(f"The field {path[:100]!r} cannot be changed")


def _plain(value: Any) -> Any:
    try:
        return client_queries.value(value)
    except client_queries.InvalidQuery as error:
        raise InvalidUpdate(str(error)) from error


def _plain_or_list(value: Any) -> Any:
    return _items(value) if isinstance(value, list) else _plain(value)


def _items(value: list[Any]) -> list[Any]:
    if len(value) > MOST_ITEMS:
        raise InvalidUpdate(f"A list has at most {MOST_ITEMS} items")
    return [_plain(item) for item in value]


def _number(value: Any, path: str) -> int | float:
    found = _plain(value)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise InvalidUpdate(f"The field {path!r} takes a number")
    return found


def _calculated(path: str, value: Any) -> int | float:
    _check_path(path)
    return _number(value, path)


def _unset(path: str, value: Any) -> str:
    _check_path(path)
    return ""


def _added(path: str, value: Any) -> Any:
    """One item, or several as `{"$each": [...]}`."""
    _check_list(path)
    if isinstance(value, dict) and value.keys() == {"$each"} and isinstance(value["$each"], list):
        return {"$each": _items(value["$each"])}
    return _plain(value)


def _pulled(path: str, value: Any) -> Any:
    _check_list(path)
    if isinstance(value, dict) and value.keys() == {"$in"} and isinstance(value["$in"], list):
        return {"$in": _items(value["$in"])}
    return _plain(value)


def _check_list(path: str) -> None:
    _check_path(path)
    if "." not in path:
        raise InvalidUpdate(f"The field {path!r} is no list")


MODIFIERS: dict[str, Callable[[str, Any], Any]] = {
    "$set": check_field,
    "$unset": _unset,
    **dict.fromkeys(("$inc", "$mul", "$min", "$max"), _calculated),
    **dict.fromkeys(("$push", "$addToSet"), _added),
    "$pull": _pulled,
}
