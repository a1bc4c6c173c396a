"""Totals computed a second time and compared: sessions from the profiles of users, events from their other documents.

Profiles and counters are written in one transaction from the same requests, so they agree as long as nobody changed one
of them by hand. Some differences are lawful: users who were deleted take their share out of the profiles only, and data
older than the profiles (or cleared by period) is in the counters only.

Profiles keep no totals of events. But each event is counted twice: in documents of its own by hour, and in those of all
events by day. Both are compared, event by event.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.aggregation import documents
from apps.aggregation.merges import first_sessions
from apps.core import mongo

TOTALS = {"t": "sessions", "n": "new users", "d": "session seconds"}
EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Comparison:
    subject: str
    recounted: int  # from the profiles; of events: from the documents of all events
    from_counters: int  # as shown; of events: from the documents of each event

    @property
    def differs(self) -> bool:
        return self.recounted != self.from_counters


def recount(application_id: str) -> list[Comparison]:
    """Sessions, new users, session seconds and events over all time; and each event whose two numbers differ."""
    profiles = mongo.collection(documents.profiles_collection(application_id)).find(
        {}, {"sc": 1, "tsd": 1, "fs": 1, "merges": 1, "merged_firsts": 1}
    )
    from_profiles = totals_of_profiles(profiles)
    counters = mongo.collection(documents.USERS).find({"a": application_id}, {"m": 1, "d": 1})
    from_counters = totals_of_counters(counters)
    sessions = [Comparison(TOTALS[key], from_profiles[key], from_counters[key]) for key in TOTALS]
    return sessions + compare_events(*_counted_events(application_id))


def totals_of_profiles(profiles: Iterable[Mapping[str, Any]]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for profile in profiles:
        totals["t"] += int(profile.get("sc") or 0)
        totals["d"] += int(profile.get("tsd") or 0)
        totals["n"] += first_sessions(profile)
    return totals


def totals_of_counters(month_documents: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Sums the days of the month documents; those of years hold unique users only."""
    totals: Counter[str] = Counter()
    for day in _days(month_documents):
        for key in TOTALS:
            totals[key] += _whole(day.get(key))
    return totals


def compare_events(of_all: Counter[str], of_each: Counter[str]) -> list[Comparison]:
    different = sorted(key for key in of_all.keys() | of_each.keys() if of_all[key] != of_each[key])
    return [
        Comparison(EVENTS, of_all.total(), of_each.total()),
        *(Comparison(f"event {key}", of_all[key], of_each[key]) for key in different),
    ]


def _counted_events(application_id: str) -> tuple[Counter[str], Counter[str]]:
    """How often each event happened, by its name as a field: by the documents of all events, by those of its own."""
    collection = mongo.collection(documents.EVENTS_DATA)
    of_all: Counter[str] = Counter()
    wanted = {"a": application_id, "e": documents.ALL_EVENTS, "s": documents.ALL_EVENTS_SEGMENT}
    for day in _days(collection.find(wanted, {"m": 1, "d": 1})):
        for name, count in _counts_below(day):
            of_all[name] += count
    of_each: Counter[str] = Counter()
    others = {"a": application_id, "e": {"$ne": documents.ALL_EVENTS}, "s": documents.NO_SEGMENT}
    for document in collection.find(others, {"e": 1, "m": 1, "d": 1}):
        for day in _days([document]):
            of_each[documents.event_field(document["e"])] += _whole(day.get("c"))
    return +of_all, +of_each


def _days(month_documents: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for document in month_documents:
        if not str(document.get("m", ":0")).endswith(":0"):
            yield from (day for day in (document.get("d") or {}).values() if isinstance(day, dict))


def _counts_below(node: Mapping[str, Any], name: str = "") -> Iterator[tuple[str, int]]:
    """Countly stored an event key with dots as nested objects; colons join it again."""
    for key, child in node.items():
        if isinstance(child, dict):
            joined = f"{name}:{key}" if name else key
            if count := _whole(child.get("c")):
                yield joined, count
            yield from _counts_below(child, joined)


def _whole(amount: Any) -> int:
    return int(amount) if isinstance(amount, int | float) else 0
