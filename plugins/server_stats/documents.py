"""`server_stats_data_points`: one document per application and month, in UTC. The only module that knows its fields.

{_id: "<application>_2025:3", a, m: "2025:3", s, e, ce, ..., d: {12: {10: {dp, s, e, ce, ...}}}}
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo import IndexModel

from apps.aggregation.shards import Shard
from apps.applications.data import Horizon
from apps.core import mongo, schema

COLLECTION = "server_stats_data_points"
POINTS, SESSIONS, EVENTS, CUSTOM = "dp", "s", "e", "ce"
VIEWS, CRASHES, ACTIONS, NPS, SURVEYS, RATINGS, APM = "v", "c", "ac", "n", "srv", "str", "apm"
PUSH_ACTIONS, PUSH_SENT, CONSENTS, LLM, ATTRIBUTION = "p", "ps", "cs", "llm", "aclk"
#: Applications that forward to others are counted here as well.
CONSOLIDATED = "[CLY]_consolidated"

Hour = tuple[datetime, Mapping[str, int]]


def register_collection() -> None:
    schema.register_collection(COLLECTION, [IndexModel([("a", 1), ("m", 1)])])


def document_id(application_id: str, moment: datetime, shard: Shard) -> str:
    return f"{application_id}_{month_of(moment)}{shard.bare_suffix}"


def operators(application_id: str, moment: datetime, counts: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """`counts`: of one hour."""
    points = counts.get(EVENTS, 0) + counts.get(SESSIONS, 0)
    hour = f"d.{moment.day}.{moment.hour}"
    increments = {f"{hour}.{name}": number for name, number in counts.items() if number}
    totals = {name: number for name, number in counts.items() if number}
    return {
        "$set": {"a": application_id, "m": month_of(moment)},
        "$inc": {**totals, **increments, f"{hour}.{POINTS}": points},
    }


def month_of(moment: datetime) -> str:
    return f"{moment.year}:{moment.month}"


def hours(application_ids: Iterable[str], start: datetime, end: datetime) -> Iterator[tuple[str, Hour]]:
    """Of these applications, those that have points, from `start` until before `end` (aware, UTC)."""
    found = mongo.collection(COLLECTION).find(
        {"a": {"$in": sorted(application_ids)}, "m": {"$in": months_between(start, end)}}
    )
    for document in found:
        for moment, counts in _hours_of(document):
            if start <= moment < end:
                yield str(document["a"]), (moment, counts)


def month_totals(application_ids: Iterable[str], months: Iterable[str]) -> dict[str, Counter[str]]:
    """Sessions and events of these months, of all of the applications together."""
    found = mongo.collection(COLLECTION).find(
        {"a": {"$in": sorted(application_ids)}, "m": {"$in": list(months)}}, ["m", SESSIONS, EVENTS]
    )
    totals: dict[str, Counter[str]] = {month: Counter() for month in months}
    for document in found:
        for name in (SESSIONS, EVENTS):
            number = document.get(name)
            if isinstance(number, int | float):
                totals[document["m"]][name] += int(number)
    return totals


def months_between(start: datetime, end: datetime) -> list[str]:
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return [f"{number // 12}:{number % 12 + 1}" for number in range(first, last + 1)]


def remove_of_application(application_id: str) -> None:
    mongo.collection(COLLECTION).delete_many({"a": application_id})


def remove_older(application_id: str, horizon: Horizon) -> None:
    mongo.collection(COLLECTION).delete_many({"a": application_id, "m": {"$nin": sorted(horizon.months)}})


def _hours_of(document: Mapping[str, Any]) -> Iterator[Hour]:
    year, month = (int(part) for part in str(document["m"]).split(":"))
    for day, hours in (document.get("d") or {}).items():
        for hour, counts in hours.items() if isinstance(hours, dict) else ():
            if isinstance(counts, dict) and str(hour).isdigit():
                yield datetime(year, month, int(day), int(hour), tzinfo=UTC), counts
