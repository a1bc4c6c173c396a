"""Counter documents in, one tree of years, months, days and hours out. Pure.

A collection keeps a month's counters in many documents (one per postfix, one without), and the unique users of year,
month and week in documents of the year. Totals of month and year are nowhere stored: they are summed from the days.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apps.aggregation.known_values import listed_values

Tree = dict[str, Any]
Document = Mapping[str, Any]  # as PyMongo reads it: objects in it are dicts

UNIQUE = frozenset({"u"})  # counters that cannot be added over days
UNIQUE_OF_USERS = frozenset({"u", "ds", "f", "l", "vc"})

_DAYS = frozenset(str(day) for day in range(1, 32))
_MONTHS = frozenset(str(month) for month in range(1, 13))
_HOURS = frozenset(str(hour) for hour in range(24))


def merge_documents(documents: Iterable[Document], *, unique: frozenset[str], sum_days: bool = True) -> Tree:
    """The tree {year: {month: {day: {hour: counters}}}} with the known values under `meta`; {} without documents.

    Rows of equal rank in tables and top lists keep the order of the lists under `meta`.
    """
    tree: Tree = {}
    known: list[dict[str, list[Any]]] = []
    for document in sorted(documents, key=lambda document: str(document["_id"])):
        year, month = str(document["m"]).split(":")
        counters = document.get("d")
        if month == "0":
            known.append(listed_values(document))
            if isinstance(counters, Mapping):
                _add(tree.setdefault(year, {}), _only_unique(counters, unique))
        elif isinstance(counters, Mapping):
            _add(tree.setdefault(year, {}), {month: counters})
    if sum_days:
        for year_node in tree.values():
            _sum_days(year_node, unique)
    meta = unite_known_values(known)
    if meta:
        tree["meta"] = meta
    return tree


def merge_trees(trees: Iterable[Tree]) -> Tree:
    """Sums of all levels of several trees; their known values united."""
    result: Tree = {}
    known = []
    for tree in trees:
        known.append(tree.get("meta", {}))
        _add(result, {key: node for key, node in tree.items() if key != "meta"})
    result["meta"] = unite_known_values(known)
    return result


def unite_known_values(known: Sequence[Mapping[str, list[Any]]]) -> dict[str, list[Any]]:
    """Of each set the values of all documents. The order is the original's: the last document but one goes first."""
    lists: dict[str, list[list[Any]]] = {}
    for sets in known:
        for name, values in sets.items():
            lists.setdefault(name, []).append(values)
    return {
        name: _united([], (value for values in [*found[-2:-1], *found[:-2], *found[-1:]] for value in values))
        for name, found in lists.items()
    }


def flatten_event_names(tree: Tree) -> Tree:
    """The tree of all events with one name per event: an event key with dots was stored as nested objects."""
    result: Tree = {}
    for key, node in tree.items():
        if key == "meta":
            result[key] = node
        else:
            result[key] = _flatten_level(node, levels=2)
    return result


def _flatten_level(node: Any, levels: int) -> Any:
    """`levels` more levels (month, day) hold numbered children beside the events."""
    if not isinstance(node, dict):
        return node
    result: Tree = {}
    for key, child in node.items():
        if levels and key.isdigit() and int(key) <= 31:
            result[key] = _flatten_level(child, levels - 1)
        elif isinstance(child, dict):
            for name, counters in _leaves(key, child):
                _add(result.setdefault(name, {}), counters)
        else:
            result[key] = child
    return result


def _leaves(name: str, node: Tree) -> Iterable[tuple[str, Tree]]:
    counters = {key: value for key, value in node.items() if is_number(value) and key in ("c", "s", "dur")}
    if counters:
        yield name, counters
    for key, child in node.items():
        if isinstance(child, dict):
            yield from _leaves(f"{name}:{key}", child)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _united(first: list[Any], second: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys([*first, *(str(value) for value in second)]))


def _only_unique(node: Mapping[str, Any], unique: frozenset[str]) -> Tree:
    """What lies at or below a unique counter."""
    result: Tree = {}
    for key, child in node.items():
        if key in unique:
            result[key] = child
        elif isinstance(child, dict):
            below = _only_unique(child, unique)
            if below:
                result[key] = below
    return result


def _sum_days(year: Tree, unique: frozenset[str]) -> None:
    """Adds what all days have counted to their months and the year, in place."""
    for month in [node for key, node in year.items() if key in _MONTHS and isinstance(node, dict)]:
        for day in [node for key, node in month.items() if key in _DAYS and isinstance(node, dict)]:
            additive = _additive(day, unique)
            _add(month, additive)
            _add(year, additive)


def _additive(day: Mapping[str, Any], unique: frozenset[str]) -> Tree:
    """What a day gives to its month and year: its own counters and those of its values, without the unique ones."""
    result: Tree = {}
    for key, child in day.items():
        if key in unique or (key in _HOURS and isinstance(child, dict)):
            continue
        if isinstance(child, dict):
            below = _additive_of_value(child, unique)
            if below:
                result[key] = below
        elif is_number(child):
            result[key] = child
    return result


def _additive_of_value(node: Mapping[str, Any], unique: frozenset[str]) -> Tree:
    """Nested further only in the counters of all events, whose keys may contain dots."""
    result: Tree = {}
    for key, child in node.items():
        if key in unique:
            continue
        if isinstance(child, dict):
            below = _additive_of_value(child, unique)
            if below:
                result[key] = below
        elif is_number(child):
            result[key] = child
    return result


def _add(target: Tree, source: Mapping[str, Any]) -> None:
    """Adds numbers and merges objects, in place. Of a number and an object at one place the object stays."""
    for key, value in source.items():
        kind = type(value)  # this loop sees every stored counter: exact types are twice as fast as isinstance
        if kind is dict:
            present = target.get(key)
            if type(present) is not dict:
                present = target[key] = {}
            _add(present, value)
        elif kind is int or kind is float or is_number(value):
            present = target.get(key, 0)
            if type(present) is not dict:
                target[key] = present + value
