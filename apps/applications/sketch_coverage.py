"""From which day on the sketches of an application know all its unique users: `apps.unique_since`.

Sketches of users (`apps.aggregation.uniques`) are kept by Tally only. Of an application that Countly counted before,
the day of the change is known in part, and late requests make sketches of days long before it. So which sketches there
are says nothing about what they hold, and the first day that is covered is written down.
"""

from datetime import timedelta

from bson import ObjectId

from apps.applications.info import ApplicationInfo
from apps.core import clock, mongo
from apps.core.timebuckets import day_number, zone_info

FROM_THE_BEGINNING = 0


def begin_with(application_id: str) -> None:
    """Of an application without data: whatever will be counted, will be counted here."""
    _set(application_id, {"$set": {"unique_since": FROM_THE_BEGINNING}})


def begin_tomorrow(application: ApplicationInfo) -> None:
    """Once requests of an application are counted that was counted elsewhere until today. Twice does no harm."""
    tomorrow = clock.now().astimezone(zone_info(application.timezone)).date() + timedelta(days=1)
    _set(application.id, {"$set": {"unique_since": day_number(tomorrow)}}, {"unique_since": {"$exists": False}})


def forget_before(application_id: str, day: int) -> None:
    """What was counted before that day (20250312) has been removed. A day that is not covered yet stays so."""
    _set(application_id, {"$max": {"unique_since": day}}, {"unique_since": {"$exists": True}})


def _set(
    application_id: str, change: dict[str, dict[str, int]], where: dict[str, dict[str, bool]] | None = None
) -> None:
    mongo.collection("apps").update_one({"_id": ObjectId(application_id), **(where or {})}, change)
