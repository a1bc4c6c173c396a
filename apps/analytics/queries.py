"""Reads of counter documents: one per collection, found by the fields `a`, `m` (and `e`, `s`), not by `_id`.

A month's counters lie in up to 65 documents, one per postfix and one without. Found by their fields, all of them come,
also those whose postfix this installation would not write.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pymongo import ASCENDING

from apps.aggregation import uniques
from apps.aggregation.documents import (
    ALL_EVENTS,
    ALL_EVENTS_SEGMENT,
    EVENTS,
    EVENTS_DATA,
    NO_SEGMENT,
    UNIQUE_SKETCHES,
    events_id,
)
from apps.analytics import merged_months, merging, metrics
from apps.analytics.merged_months import Source
from apps.analytics.merging import Tree
from apps.analytics.periods import Period
from apps.core import mongo
from apps.core.timebuckets import date_of_number, day_number

INTERNAL_PREFIX = "[CLY]"
GROUP_PREFIX = "[CLY]_group_"


def counter_tree(collection: str, application_id: str, period: Period) -> Tree:
    """The months and years of the period and of the one before it."""
    return counter_tree_of(collection, application_id, [*period.month_ids, *period.zero_ids])


def counter_tree_of(collection: str, application_id: str, ids: Sequence[str]) -> Tree:
    [tree] = merged_months.trees([Source(collection, application_id)], ids)
    return tree


def whole_counter_tree(collection: str, application_id: str) -> Tree:
    """All that was ever counted, without sums of days."""
    documents = mongo.collection(collection).find({"a": application_id, "m": {"$exists": True}})
    return merging.merge_documents(documents, unique=metrics.unique_counters(collection), sum_days=False)


def fresh_counter_tree(collection: str, application_id: str, year: int, month: int, day: int) -> Tree:
    """What an open dashboard must refresh: the day, and the unique counters of its month and year. No sums."""
    unique = metrics.unique_counters(collection)
    years = [*sorted(f"d.{name}" for name in unique), *sorted(f"d.{month}.{name}" for name in unique)]
    found = mongo.collection(collection)
    documents = [
        *found.find({"a": application_id, "m": f"{year}:0"}, ["m", "meta", "meta_v2", *years]),
        *found.find({"a": application_id, "m": f"{year}:{month}"}, ["m", f"d.{day}"]),
    ]
    return merging.merge_documents(documents, unique=unique, sum_days=False)


# Unique users ---------------------------------------------------------------------------------------------------------
def sketches(application_id: str, kind: str, first: date, last: date) -> Iterator[tuple[str, int, bytes]]:
    """Value, day (as 20250312) and sketch of every shard."""
    wanted: dict[str, Any] = {"a": application_id, "k": kind}
    if kind == uniques.USERS:
        wanted["v"] = ""  # the only one, and with it the index leads to the days
    wanted["day"] = {"$gte": day_number(first), "$lte": day_number(last)}
    found = mongo.collection(UNIQUE_SKETCHES).find(wanted, {"v": 1, "day": 1, "s": 1})
    return ((document["v"], document["day"], bytes(document["s"])) for document in found)


def first_day_with_sketches(application_id: str) -> date | None:
    wanted = {"a": application_id, "k": uniques.USERS, "v": ""}
    found = mongo.collection(UNIQUE_SKETCHES).find_one(wanted, {"day": 1}, sort=[("day", ASCENDING)])
    return date_of_number(found["day"]) if found else None


# Events ---------------------------------------------------------------------------------------------------------------
def event_trees(
    application_id: str, events: Sequence[str], period: Period, segment: str = NO_SEGMENT
) -> dict[str, Tree]:
    """A tree per event; {} for an event without data. At most two reads per event: with a list of events the embedded
    server reads all that there is."""
    keys = list(dict.fromkeys(events))
    sources = [Source(EVENTS_DATA, application_id, event, segment) for event in keys]
    return dict(zip(keys, merged_months.trees(sources, [*period.month_ids, *period.zero_ids]), strict=True))


def whole_event_trees(application_id: str, events: Sequence[str], segment: str = NO_SEGMENT) -> dict[str, Tree]:
    """All that was ever counted, without sums of days."""
    documents = _event_documents(application_id, events, [{"s": name} for name in {segment, NO_SEGMENT}])
    wanted = (document for document in documents if document["s"] == segment or document["m"].endswith(":0"))
    return _merged_by_event(events, wanted)


def fresh_event_trees(
    application_id: str, events: Sequence[str], segment: str, year: int, month: int, day: int
) -> dict[str, Tree]:
    """The day, and the known values of the year. No sums."""
    documents = _event_documents(
        application_id, events, [{"s": segment, "m": f"{year}:{month}"}, {"s": NO_SEGMENT, "m": f"{year}:0"}]
    )
    for document in documents:
        counters = document.get("d") or {}
        document["d"] = {key: node for key, node in counters.items() if key == str(day)}
    return _merged_by_event(events, documents)


def all_events_tree(application_id: str, period: Period) -> Tree:
    """The counters of every event, the event keys as values, dots in them as colons."""
    source = Source(EVENTS_DATA, application_id, ALL_EVENTS, ALL_EVENTS_SEGMENT)
    ids = [*period.month_ids, *period.zero_ids]
    [tree] = merged_months.trees([source], ids, merging.flatten_event_names)
    return tree


def _event_documents(
    application_id: str, events: Sequence[str], filters: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """A read per event, each along an index: with a list of them the embedded server reads all that there is."""
    return [
        document
        for wanted in filters
        for event in dict.fromkeys(events)
        for document in mongo.collection(EVENTS_DATA).find({"a": application_id, "e": event, **wanted})
        if document.get("m")
    ]


def _merged_by_event(events: Sequence[str], documents: Iterable[dict[str, Any]]) -> dict[str, Tree]:
    """Without sums of days."""
    by_event: dict[str, list[dict[str, Any]]] = {event: [] for event in events}
    for document in documents:
        by_event[document["e"]].append(document)
    return {
        event: merging.merge_documents(found, unique=merging.UNIQUE, sum_days=False)
        for event, found in by_event.items()
    }


def events_document(application_id: str) -> dict[str, Any]:
    """The keys, segments, order and map of an application's events; {} before the first one."""
    return mongo.collection(EVENTS).find_one({"_id": events_id(application_id)}) or {}


def event_keys(application_id: str) -> list[str]:
    """The keys of custom events, in the order that people gave them, the others behind by name."""
    document = events_document(application_id)
    keys = [str(key) for key in document.get("list") or [] if not str(key).startswith(INTERNAL_PREFIX)]
    order = {key: place for place, key in enumerate(document.get("order") or []) if isinstance(key, str)}
    return sorted(keys, key=lambda key: (order.get(key, len(order)), key.casefold()))


def event_group(group_id: str, application_id: str) -> dict[str, Any] | None:
    return mongo.collection("event_groups").find_one({"_id": group_id, "app_id": application_id})


def event_groups(application_id: str) -> list[dict[str, Any]]:
    groups = mongo.collection("event_groups").find({"app_id": application_id})
    return sorted(groups, key=lambda group: group.get("order") or 0)
