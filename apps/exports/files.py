"""Documents as the pieces of a file of the kind that was asked for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.exports import formats, mapping, rows, tables
from apps.exports.mapping import Mapper


@dataclass(frozen=True, slots=True)
class Layout:
    fields: list[str] = field(default_factory=list)  # with dots for what is inside; none: all that occur
    labels: Mapping[str, str] = field(default_factory=dict)
    mapper: Mapper = mapping.NOTHING
    newline: str = "\n"
    ends_with_newline: bool = False


def pieces(kind: str, documents: Iterable[dict[str, Any]], layout: Layout) -> Iterator[bytes]:
    """`kind`: one of formats.CONTENT_TYPES. Raises tables.TooLarge."""
    jsonable = (layout.mapper.applied(rows.jsonable(document)) for document in documents)
    if kind == "json":
        return formats.json_pieces(jsonable)
    table = tables.table(jsonable, layout.fields, layout.labels)
    if kind == "csv":
        return formats.csv_pieces(table, newline=layout.newline, ends_with_newline=layout.ends_with_newline)
    return formats.xlsx_pieces(table)


def documents_in(found: Any) -> list[dict[str, Any]]:
    """A list of objects; anything else is the only one of its list, or a value of its own."""
    items = found if isinstance(found, list) else [] if found is None else [found]
    return [item if isinstance(item, dict) else {"value": item} for item in items]


def only(documents: Iterable[dict[str, Any]], names: list[str]) -> Iterator[dict[str, Any]]:
    """With dots in a name for what is inside, unless a document has a field that is called so."""
    for document in documents:
        if not names:
            yield document
            continue
        picked: dict[str, Any] = {}
        for name in names:
            _pick(document, name, picked)
        yield picked


def _pick(document: dict[str, Any], path: str, picked: dict[str, Any]) -> None:
    name, _, rest = path.partition(".")
    inside = document.get(name)
    if path in document:
        picked[path] = document[path]
    elif rest and isinstance(inside, dict):
        of_inside = dict(picked.get(name, {}))
        _pick(inside, rest, of_inside)
        if of_inside:
            picked[name] = of_inside
