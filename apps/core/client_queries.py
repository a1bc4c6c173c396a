"""Filters that clients write: checked part by part, so that nothing else reaches the database.

Allowed are comparisons of fields with plain values, joined by `$and`, `$or`, `$nor` and `$not`. What would run code,
join collections or compute expressions (`$where`, `$expr`, `$function`, ...) is refused by not being on the list.
Values may be in the notation of MongoDB's extended JSON: `{"$oid": "..."}` and `{"$date": ...}`.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from apps.core import json_text
from apps.core.patterns import InvalidPattern, check_pattern

Filter = dict[str, Any]

MAX_DEPTH = 8
MAX_CONDITIONS = 200
MAX_LIST_ITEMS = 1_000
MAX_TEXT_LENGTH = 4_096
MAX_PATH_LENGTH = 256
LARGEST_INTEGER = 2**63 - 1
#: Milliseconds of the years 1 to 9999, the dates that Python knows.
EARLIEST_MS, LATEST_MS = -62_135_596_800_000, 253_402_300_799_999

JOINED = ("$and", "$or", "$nor")
COMPARED = ("$eq", "$ne", "$gt", "$gte", "$lt", "$lte")
LISTED = ("$in", "$nin", "$all")
REGEX_OPTIONS = frozenset("ims")


class InvalidQuery(ValueError):
    """The message says to people what is wrong."""


@dataclass(slots=True)
class _Check:
    fields: Collection[str] | None
    conditions: int = 0

    def count(self, depth: int) -> None:
        self.conditions += 1
        if depth > MAX_DEPTH:
            raise InvalidQuery(f"The query is nested more than {MAX_DEPTH} levels deep")
        if self.conditions > MAX_CONDITIONS:
            raise InvalidQuery(f"The query has more than {MAX_CONDITIONS} conditions")


def read(sent: Any, *, fields: Collection[str] | None = None) -> Filter:
    """A filter from a parameter: JSON text or an object; nothing sent is the filter that matches all.

    `fields`: the only ones that may be named; for paths their first part counts. None allows every name.
    Raises InvalidQuery.
    """
    if isinstance(sent, str):
        try:
            sent = json_text.parse(sent) if sent.strip() else {}
        except ValueError as error:
            raise InvalidQuery("The query is not valid JSON") from error
    return checked({} if sent is None else sent, fields=fields)


def checked(query: Any, *, fields: Collection[str] | None = None) -> Filter:
    """A copy that holds nothing but what this module knows. Raises InvalidQuery."""
    return _query(query, _Check(fields), 1)


def check_path(path: str, fields: Collection[str] | None = None) -> None:
    """Of a field, with dots for what is inside. Raises InvalidQuery."""
    parts = path.split(".")
    if len(path) > MAX_PATH_LENGTH or "\0" in path or any(not part or part.startswith("$") for part in parts):
        raise InvalidQuery(f"{path[:MAX_PATH_LENGTH]!r} is not the name of a field")
    if fields is not None and parts[0] not in fields:
        raise InvalidQuery(f"The field {path!r} cannot be asked for")


def value(sent: Any) -> Any:
    """One plain value, or one in extended JSON. Raises InvalidQuery."""
    if isinstance(sent, Mapping):
        return _extended(sent)
    if isinstance(sent, str):
        return _text(sent)
    if isinstance(sent, bool) or sent is None:
        return sent
    if isinstance(sent, int) and abs(sent) <= LARGEST_INTEGER:
        return sent
    if isinstance(sent, float) and math.isfinite(sent):
        return sent
    raise InvalidQuery("Values are texts, numbers that fit into 64 bits, true, false and null")


def _query(query: Any, check: _Check, depth: int) -> Filter:
    if not isinstance(query, dict):
        raise InvalidQuery("A query is a JSON object")
    found: Filter = {}
    for name, condition in query.items():
        check.count(depth)
        if name in JOINED:
            found[name] = [_query(part, check, depth + 1) for part in _items(name, condition)]
        elif name.startswith("$"):
            raise InvalidQuery(f"The operator {name[:50]} is not allowed here")
        else:
            check_path(name, check.fields)
            found[name] = _condition(condition, check, depth + 1)
    return found


def _condition(sent: Any, check: _Check, depth: int) -> Any:
    if isinstance(sent, dict) and not _is_extended(sent):
        return _operators(sent, check, depth)
    return _value_or_list(sent)


def _operators(sent: dict[str, Any], check: _Check, depth: int) -> dict[str, Any]:
    if not sent:
        raise InvalidQuery("A condition names at least one operator")
    found: dict[str, Any] = {}
    for name, operand in sent.items():
        check.count(depth)
        operator = OPERATORS.get(name)
        if operator is None:
            raise InvalidQuery(f"The operator {name[:50]} is not allowed here")
        found[name] = operator(name, operand, check, depth)
    if "$options" in found and "$regex" not in found:
        raise InvalidQuery("$options needs $regex")
    return found


def _compared(name: str, operand: Any, check: _Check, depth: int) -> Any:
    return _value_or_list(operand)


def _listed(name: str, operand: Any, check: _Check, depth: int) -> list[Any]:
    if not isinstance(operand, list) or len(operand) > MAX_LIST_ITEMS:
        raise InvalidQuery(f"{name} takes a list of at most {MAX_LIST_ITEMS} values")
    return [value(item) for item in operand]


def _exists(name: str, operand: Any, check: _Check, depth: int) -> bool:
    if operand not in (True, False, 0, 1):
        raise InvalidQuery("$exists takes true or false")
    return bool(operand)


def _size(name: str, operand: Any, check: _Check, depth: int) -> int:
    if not isinstance(operand, int) or isinstance(operand, bool) or not 0 <= operand <= LARGEST_INTEGER:
        raise InvalidQuery("$size takes a number of items")
    return operand


TYPES = frozenset(
    [
        "double",
        "string",
        "object",
        "array",
        "binData",
        "undefined",
        "objectId",
        "bool",
        "date",
        "null",
        "regex",
        "dbPointer",
        "javascript",
        "symbol",
        "javascriptWithScope",
        "int",
        "timestamp",
        "long",
        "decimal",
        "minKey",
        "maxKey",
        "number",
    ]
)
TYPE_NUMBERS = frozenset({-1, *range(1, 20), 127})


def _type(name: str, operand: Any, check: _Check, depth: int) -> str | int:
    is_known = operand in TYPES if isinstance(operand, str) else type(operand) is int and operand in TYPE_NUMBERS
    if not is_known:
        raise InvalidQuery("$type takes the name or the number of a type")
    return operand  # type: ignore[no-any-return]  # one of them


def _element(name: str, operand: Any, check: _Check, depth: int) -> dict[str, Any]:
    """Operators for lists of plain values, a query for lists of objects."""
    if not isinstance(operand, dict):
        raise InvalidQuery("$elemMatch takes an object")
    is_of_operators = any(key in OPERATORS for key in operand)
    return _operators(operand, check, depth + 1) if is_of_operators else _query(operand, check, depth + 1)


def _negated(name: str, operand: Any, check: _Check, depth: int) -> dict[str, Any]:
    if not isinstance(operand, dict):
        raise InvalidQuery("$not takes an object with operators")
    return _operators(operand, check, depth + 1)


def _pattern(name: str, operand: Any, check: _Check, depth: int) -> str:
    if not isinstance(operand, str):
        raise InvalidQuery("$regex takes a text")
    try:
        check_pattern(operand)
    except InvalidPattern as error:
        raise InvalidQuery(str(error)) from error
    return operand


def _options(name: str, operand: Any, check: _Check, depth: int) -> str:
    if not isinstance(operand, str) or not set(operand) <= REGEX_OPTIONS:
        raise InvalidQuery("$options takes some of the letters i, m and s")
    return operand


OPERATORS: dict[str, Callable[[str, Any, _Check, int], Any]] = {
    **dict.fromkeys(COMPARED, _compared),
    **dict.fromkeys(LISTED, _listed),
    "$exists": _exists,
    "$size": _size,
    "$type": _type,
    "$elemMatch": _element,
    "$not": _negated,
    "$regex": _pattern,
    "$options": _options,
}


def _items(name: str, sent: Any) -> list[Any]:
    if not isinstance(sent, list) or not sent:
        raise InvalidQuery(f"{name} takes a list of queries")
    return sent


def _value_or_list(sent: Any) -> Any:
    if isinstance(sent, list):
        if len(sent) > MAX_LIST_ITEMS:
            raise InvalidQuery(f"A list has at most {MAX_LIST_ITEMS} values")
        return [value(item) for item in sent]
    return value(sent)


def _is_extended(sent: Mapping[str, Any]) -> bool:
    return sent.keys() in ({"$oid"}, {"$date"})


def _extended(sent: Mapping[str, Any]) -> ObjectId | datetime:
    if not _is_extended(sent):
        raise InvalidQuery("A value is no object")
    if "$oid" in sent:
        if not isinstance(sent["$oid"], str) or not re.fullmatch(r"[0-9a-fA-F]{24}", sent["$oid"]):
            raise InvalidQuery("$oid takes 24 hexadecimal digits")
        return ObjectId(sent["$oid"])
    return _date(sent["$date"])


def _date(sent: Any) -> datetime:
    if isinstance(sent, Mapping) and sent.keys() == {"$numberLong"}:
        sent = int(sent["$numberLong"]) if re.fullmatch(r"-?[0-9]{1,15}", str(sent["$numberLong"])) else None
    if isinstance(sent, int) and not isinstance(sent, bool) and EARLIEST_MS <= sent <= LATEST_MS:
        return datetime.fromtimestamp(sent / 1000, UTC)
    try:
        moment = datetime.fromisoformat(sent)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError) as error:  # the last one for a year that begins elsewhere only
        raise InvalidQuery("$date takes an ISO 8601 date or milliseconds") from error


def _text(sent: str) -> str:
    if len(sent) > MAX_TEXT_LENGTH:
        raise InvalidQuery(f"Texts have at most {MAX_TEXT_LENGTH} characters")
    return sent
