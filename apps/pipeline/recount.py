"""Totals computed a second time, from the profiles of users, and compared with the counters.

Profiles and counters are written in one transaction from the same requests, so they agree as long as nobody changed one
of them by hand. Some differences are lawful: users who were deleted take their share out of the profiles only, and data
older than the profiles (or cleared by period) is in the counters only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.aggregation import documents
from apps.core import mongo

TOTALS = {"t": "sessions", "n": "new users", "d": "session seconds"}


@dataclass(frozen=True, slots=True)
class Comparison:
    subject: str
    from_profiles: int
    from_counters: int

    @property
    def differs(self) -> bool:
        return self.from_profiles != self.from_counters


def recount(application_id: str) -> list[Comparison]:
    """Compares sessions, new users and session seconds over all time."""
    profiles = mongo.collection(documents.profiles_collection(application_id)).find(
        {}, {"sc": 1, "tsd": 1, "fs": 1, "merges": 1}
    )
    from_profiles = totals_of_profiles(profiles)
    counters = mongo.collection(documents.USERS).find({"a": application_id}, {"m": 1, "d": 1})
    from_counters = totals_of_counters(counters)
    return [Comparison(TOTALS[key], from_profiles[key], from_counters[key]) for key in TOTALS]


def totals_of_profiles(profiles: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """A user who was merged into another one was new twice and is one profile now."""
    totals: Counter[str] = Counter()
    for profile in profiles:
        totals["t"] += int(profile.get("sc") or 0)
        totals["d"] += int(profile.get("tsd") or 0)
        if profile.get("fs"):
            totals["n"] += 1 + int(profile.get("merges") or 0)
    return totals


def totals_of_counters(month_documents: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Sums the days of the month documents; those of years hold unique users only."""
    totals: Counter[str] = Counter()
    for document in month_documents:
        if str(document.get("m", ":0")).endswith(":0"):
            continue
        for day in (document.get("d") or {}).values():
            for key in TOTALS:
                amount = day.get(key) if isinstance(day, dict) else None
                totals[key] += int(amount) if isinstance(amount, int | float) else 0
    return totals
