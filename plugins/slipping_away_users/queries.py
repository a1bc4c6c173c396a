"""Users by how long they have been away: `lac` of the profile is when they were last active."""

from collections.abc import Mapping
from typing import Any

from apps.aggregation.documents import profiles_collection
from apps.core import clock, mongo
from apps.plugin_api import configuration
from apps.plugin_api.configuration import HasOverrides

DAY_S = 86_400
SETTINGS = ("p1", "p2", "p3", "p4", "p5")
LAST_ACTIVE = "lac"


def periods_days(application: HasOverrides | None) -> list[int]:
    settings = configuration.read("slipping-away-users", application)
    return [int(settings[name]) for name in SETTINGS]


def slipping_away(application_id: str, periods: list[int], users: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each period, of the users that the checked filter matches; shares are of all users.

    `timeStamp` (unix seconds): who was active last before it counts.
    """
    profiles = mongo.collection(profiles_collection(application_id))
    total = profiles.count_documents({}) if application_id else 0
    now_s = clock.now_ms() // 1000
    rows = []
    for days in periods:
        since_s = now_s - days * DAY_S
        away = {"$and": [{LAST_ACTIVE: {"$lt": since_s}}, dict(users)]} if users else {LAST_ACTIVE: {"$lt": since_s}}
        count = profiles.count_documents(away) if total else 0
        percentage = f"{100 * count / total:.2f}" if total else "0.00"
        rows.append({"period": days, "count": count, "percentage": percentage, "timeStamp": since_s})
    return rows
