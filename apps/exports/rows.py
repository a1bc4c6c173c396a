"""Documents as rows of a table: nested objects become columns. Pure."""

import base64
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from apps.core.answers import plain

Row = dict[str, Any]  # column -> text, number, bool or None


def jsonable(value: Any) -> Any:
    """What JSON can say of a stored value, as JavaScript would: ids as text, times in ISO 8601."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(name): jsonable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    return plain(value)


def flat(document: Mapping[str, Any]) -> Row:
    """Of `jsonable` values. `{"a": {"b": 1}}` has the column `a_b`; a list of plain values is one text."""
    row: Row = {}
    for name, value in document.items():
        _flatten(row, name, value)
    return row


def columns_of(rows: Iterable[Row]) -> list[str]:
    """In the order in which they first occur."""
    return list(dict.fromkeys(column for row in rows for column in row))


def projected_fields(projection: Mapping[str, int]) -> list[str]:
    """The fields that a projection names, `_id` first; empty when it says what to hide."""
    shown = [name for name, value in projection.items() if value and name != "_id"]
    return ["_id", *shown] if shown else []


def columns_asked_for(names: Iterable[str], found: Collection[str]) -> list[str]:
    """Of the columns that were found those that hold a named field or what is inside of it, in the order of the names;
    a field that no document has is an empty column."""
    chosen: dict[str, None] = {}
    for name in names:
        column = column_of(name)
        held = [each for each in found if each in (name, column) or each.startswith(f"{column}_")]
        chosen |= dict.fromkeys(held or [column])
    return list(chosen)


def column_of(path: str) -> str:
    """Of a field inside of others, as `flat` names it."""
    return path.replace(".", "_")


def _flatten(row: Row, name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        for inner, item in value.items():
            _flatten(row, f"{name}_{inner}", item)
    elif isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value):
        for index, item in enumerate(value):
            row[f"{name}_{index}"] = _compact(item) if isinstance(item, Mapping | list) else item
    elif isinstance(value, list):
        row[name] = ", ".join(_text(item) for item in value)
    else:
        row[name] = value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
