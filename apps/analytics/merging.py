"""Counter documents in, one tree of years, months, days and hours out. Pure.

A collection keeps a month's counters in many documents (one per postfix, one without), and the unique users of year,
month and week in documents of the year. Totals of month and year are nowhere stored: they are summed from the days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any

from apps.aggregation.known_values import listed_values

Tree = Mapping[str, Any]  # may be kept and shared: nobody changes one that is handed out
MutableTree = dict[str, Any]
Document = Mapping[str, Any]  # as PyMongo reads it: objects in it are dicts

UNIQUE = frozenset({"u"})  # counters that cannot be added over days
UNIQUE_OF_USERS = frozenset({"u", "ds", "f", "l", "vc"})

_DAYS = frozenset(str(day) for day in range(1, 32))
_HOURS = frozenset(str(hour) for hour in range(24))


@dataclass(frozen=True, slots=True)
class Month:
    """Of the documents of one month."""

    counters: Tree | None  # its days, and what they sum to; None where no document has any
    sums: Tree  # what they add to the year


@dataclass(frozen=True, slots=True)
class Year:
    """Of the documents of one year."""

    counters: Tree | None  # the unique ones, of the year, its months and weeks
    known: Sequence[Mapping[str, list[str]]]  # the known values of each document


def merge_documents(documents: Iterable[Document], *, unique: frozenset[str], sum_days: bool = True) -> Tree:
    """The tree {year: {month: {day: {hour: counters}}}} with the known values under `meta`; {} without documents.

    Rows of equal rank in tables and top lists keep the order of the lists under `meta`.
    """
    by_month: dict[str, list[Document]] = {}
    for document in documents:
        by_month.setdefault(str(document["m"]), []).append(document)
    return combine({month_id: merge_month(month_id, found, unique, sum_days) for month_id, found in by_month.items()})


def merge_month(
    month_id: str, documents: Iterable[Document], unique: frozenset[str], sum_days: bool = True
) -> Month | Year:
    """All documents of a month id. `Year` where it says month 0."""
    ordered = sorted(documents, key=lambda document: str(document["_id"]))
    stored = [document["d"] for document in ordered if isinstance(document.get("d"), Mapping)]
    counters: MutableTree = {}
    if is_year_id(month_id):
        for of_document in stored:
            _add(counters, _only_unique(of_document, unique))
        return Year(counters if stored else None, [listed_values(document) for document in ordered])
    for of_document in stored:
        _add(counters, of_document)
    sums: MutableTree = {}
    if sum_days:
        for key, node in counters.items():
            if key in _DAYS and type(node) is dict:
                _add_day(sums, node, unique)
        counters = _overlaid(counters, sums)
    return Month(counters if stored else None, sums)


def combine(parts: Mapping[str, Month | Year]) -> Tree:
    """The tree of several month ids; it shares nodes with the parts, which stay as they are."""
    tree: MutableTree = {}
    known: list[Mapping[str, list[str]]] = []
    for month_id, part in sorted(parts.items()):
        year, month = month_id.split(":")
        if isinstance(part, Month) and part.counters is not None:
            tree.setdefault(year, {})[month] = part.counters
    for month_id, part in sorted(parts.items()):
        year = month_id.split(":")[0]
        if isinstance(part, Year):
            known.extend(part.known)
        if part.counters is not None:
            added = part.counters if isinstance(part, Year) else part.sums
            tree[year] = _overlaid(tree.get(year, {}), added)
    meta = unite_known_values(known)
    if meta:
        tree["meta"] = meta
    return tree


def is_year_id(month_id: str) -> bool:
    return month_id.endswith(":0")


def merge_trees(trees: Iterable[Tree]) -> Tree:
    """Sums of all levels of several trees; their known values united."""
    result: MutableTree = {}
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
    result: MutableTree = {}
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
    result: MutableTree = {}
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
    result: MutableTree = {}
    for key, child in node.items():
        if key in unique:
            result[key] = child
        elif isinstance(child, dict):
            below = _only_unique(child, unique)
            if below:
                result[key] = below
    return result


def _add_day(target: MutableTree, day: Tree, unique: frozenset[str]) -> None:
    """Adds what a day gives to its month and year: its own counters and those of its values, without the unique ones.

    `day` was made by `_add`: there are numbers and objects in it, nothing else.
    """
    for key, child in day.items():
        if key in unique or (key in _HOURS and type(child) is dict):
            continue
        if type(child) is dict:
            _add_value_into(target, key, child, unique)
        else:
            present = target.get(key, 0)
            if type(present) is not dict:
                target[key] = present + child


def _add_value_into(target: MutableTree, key: str, node: Tree, unique: frozenset[str]) -> None:
    """Nested further only in the counters of all events, whose keys may contain dots. Nothing is added to nothing."""
    present = target.get(key)
    below: MutableTree = present if type(present) is dict else {}
    for name, child in node.items():
        if name in unique:
            continue
        if type(child) is dict:
            _add_value_into(below, name, child, unique)
        else:
            before = below.get(name, 0)
            if type(before) is not dict:
                below[name] = before + child
    if below and below is not present:
        target[key] = below


def _add(target: MutableTree, source: Mapping[str, Any]) -> None:
    """Adds numbers and merges objects, in place. Of a number and an object at one place the object stays.

    Equal names become one object: a value stands in every day on which it occurred.
    """
    for key, value in source.items():
        kind = type(value)  # this loop sees every stored counter: exact types are twice as fast as isinstance
        if kind is dict:
            present = target.get(key)
            if type(present) is dict:
                _add(present, value)
            else:
                target[intern(key)] = _copied(value)
        elif kind is int or kind is float or is_number(value):
            present = target.get(key)
            if present is None:
                target[intern(key)] = value
            elif type(present) is not dict:
                target[key] = present + value


def _copied(source: Mapping[str, Any]) -> MutableTree:
    """What `_add` would make of nothing."""
    result: MutableTree = {}
    for key, value in source.items():
        kind = type(value)
        if kind is dict:
            result[intern(key)] = _copied(value)
        elif kind is int or kind is float or is_number(value):
            result[intern(key)] = value
    return result


def _overlaid(base: Tree, added: Tree) -> MutableTree:
    """What `_add` would make of `base`, which stays as it is; untouched nodes are shared."""
    result = dict(base)
    for key, value in added.items():
        present = result.get(key)
        if type(value) is dict:
            result[key] = _overlaid(present, value) if type(present) is dict else value
        elif type(present) is not dict:
            result[key] = value if present is None else present + value
    return result
