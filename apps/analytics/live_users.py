"""Users counted from their profiles: exact where stored unique counters only allow an estimate."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.aggregation.documents import metric_changes_collection, profiles_collection
from apps.analytics import merged_months
from apps.analytics.metrics import live_field
from apps.analytics.periods import Period
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.plugin_api import counter_versions

Counts = dict[str | None, int]


def is_counted(period: Period, settings: Mapping[str, Any]) -> bool:
    return bool(settings["total_users"]) and period.contains_today


def count_users(application: ApplicationInfo, period: Period, settings: Mapping[str, Any]) -> int | None:
    """Users with a session in the period; None where the stored counters must answer, as they must for nobody."""
    if not is_counted(period, settings):
        return None
    chosen = _in(period)

    def count() -> Counts:
        return {None: mongo.collection(profiles_collection(application.id)).count_documents({"ls": chosen})}

    return _kept(application, ("users", *chosen.values()), count)[None] or None


def count_users_by(
    metric: str, application: ApplicationInfo, period: Period, settings: Mapping[str, Any]
) -> Counts | None:
    """Users per value of a metric. A user whose value changed in the period counts for the old value too."""
    field = live_field(metric)
    if not field or not is_counted(period, settings):
        return None
    of_whom: dict[str, Any] = {"ls": _in(period)}
    if field == "cty":
        of_whom["cc"] = application.country  # cities are kept for the application's own country
    with_changes = bool(settings["metric_changes"])

    def count() -> Counts:
        users = mongo.collection(profiles_collection(application.id))
        counts: Counts = {}
        for row in users.aggregate([{"$match": of_whom}, {"$group": {"_id": f"${field}", "u": {"$sum": 1}}}]):
            if row["_id"] is None or isinstance(row["_id"], str):
                counts[row["_id"]] = row["u"]
        if with_changes:
            for value, users_before in _users_before_change(field, application, period).items():
                counts[value] = counts.get(value, 0) + users_before
        return counts

    return dict(_kept(application, (field, of_whom.get("cc"), with_changes, *_in(period).values()), count))


def _kept(application: ApplicationInfo, key: tuple[Any, ...], count: Callable[[], Counts]) -> Counts:
    """Every profile of the period is looked at: not again while none has changed. Not to be changed."""
    of_profiles = ("live users", *key)
    return merged_months.kept_result(application.id, [counter_versions.PROFILES], of_profiles, count)


def _users_before_change(field: str, application: ApplicationInfo, period: Period) -> dict[str, int]:
    """Users per value that they had before a change in the period, each user once per value."""
    old = f"{field}.o"
    rows = mongo.collection(metric_changes_collection(application.id)).aggregate(
        [
            {"$match": {"ts": _in(period), old: {"$exists": True}}},
            {"$group": {"_id": {"value": f"${old}", "user": "$uid"}}},
            {"$group": {"_id": "$_id.value", "u": {"$sum": 1}}},
        ]
    )
    return {row["_id"]: row["u"] for row in rows if isinstance(row["_id"], str)}


def _in(period: Period) -> dict[str, int]:
    first, end = period.user_range_s()
    return {"$gte": first, "$lt": end}
