"""The job that stores which events happened most, for `method=top_events`."""

import logging
from typing import Any

from bson import ObjectId

from apps.analytics import computations, periods, queries
from apps.analytics.computations import SESSION_COUNTERS, total_over
from apps.analytics.formats import change_and_trend
from apps.analytics.merging import Tree
from apps.analytics.periods import Period
from apps.analytics.queries import INTERNAL_PREFIX
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import clock, mongo

logger = logging.getLogger(__name__)

COLLECTION = "top_events"
#: Stored as -> the period that is counted: the job runs when a day has just begun, so its "today" is the day before.
STORED_PERIODS = {"30days": "30days", "today": "yesterday"}
COUNTERS = {"count": "c", "sum": "s", "duration": "dur"}


def store_all() -> None:
    """For every application; what fails for one of them is logged and does not keep the others from theirs."""
    for application in lookup.all_applications():
        try:
            store(application)
        except Exception:
            logger.exception("The top events of the application %s cannot be stored", application.id)


def store(application: ApplicationInfo) -> None:
    now_ms = clock.now_ms()
    for stored_as, wanted in STORED_PERIODS.items():
        period = periods.resolve(wanted, zone=application.timezone, now_ms=now_ms)
        events = queries.all_events_tree(application.id, period)
        users = queries.counter_tree("users", application.id, period)
        identity = {"app_id": ObjectId(application.id), "period": stored_as}
        fields = {"ts": now_ms // 1000, **summary(events, users, period)}
        mongo.collection(COLLECTION).update_one(identity, {"$set": fields}, upsert=True)


def summary(events: Tree, users: Tree, period: Period) -> dict[str, Any]:
    """Pure. The change is told of the count only."""
    keys = [key for key in events.get("meta", {}).get("key", []) if not key.startswith(INTERNAL_PREFIX)]
    data: dict[str, Any] = {}
    totals = dict.fromkeys([*COUNTERS, *(f"prev-{name}" for name in COUNTERS)], 0)
    for key in keys:
        numbers = {}
        for name, counter in COUNTERS.items():
            now, before = (total_over(events, days, counter, key) for days in (period.current, period.previous))
            change, trend = change_and_trend(before, now) if name == "count" else ("NA", "u")
            numbers[name] = {"total": now, "prev-total": before, "change": change, "trend": trend}
            totals[name] += now
            totals[f"prev-{name}"] += before
        if any(number["total"] for number in numbers.values()):
            data[encoded(key)] = {"data": numbers}
    sessions = computations.summarize(users, period, SESSION_COUNTERS, frozenset({"u"}))
    return {
        "data": data,
        **{f"total{name.capitalize()}": totals[name] for name in COUNTERS},
        **{f"prevTotal{name.capitalize()}": totals[f"prev-{name}"] for name in COUNTERS},
        "totalSessionCount": sessions["t"]["total"],
        "prevSessionCount": sessions["t"]["prev-total"],
        "totalUsersCount": sessions["u"]["total"],
        "prevUsersCount": sessions["u"]["prev-total"],
    }


def encoded(key: str) -> str:
    """As a field may be called."""
    if key.startswith("$"):
        key = f"&#36;{key[1:]}"
    return key.replace(".", "&#46;")


def decoded(field: str) -> str:
    return field.replace("&#36;", "$").replace("&#46;", ".")


def stored(application_id: str, period: str) -> dict[str, Any] | None:
    return mongo.collection(COLLECTION).find_one({"app_id": ObjectId(application_id), "period": period})


def remove(application_id: str) -> None:
    mongo.collection(COLLECTION).delete_many({"app_id": ObjectId(application_id)})
