"""Takes away an application, or the data of one that stays."""

import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bson import ObjectId

from apps.applications import data, lookup, sketch_coverage
from apps.applications.models import Application
from apps.core import clock, mongo, schema
from apps.core.timebuckets import day_number
from apps.plugin_api import counter_versions
from apps.plugin_api.signals import application_deleted, application_reset, tell

logger = logging.getLogger(__name__)

ALL = "all"  # the data; what people configured stays
RESET = "reset"  # everything, as if the application were new
MONTHS = {"1month": 1, "3month": 3, "6month": 6, "1year": 12, "2year": 24}  # kept besides the current one
PERIODS = (ALL, RESET, *MONTHS)


class Locked(Exception):
    """Somebody said that the application's data must not go."""


def delete_application(application: Application) -> None:
    """Everything of it, everywhere. What waits to be counted is dropped, and counted as dropped. Raises Locked.

    Its document goes after its data: whatever dies in the middle, the deletion can be asked for again.
    """
    application_id = _start(application)
    with data.held():
        data.delete(application_id)
        mongo.collection("apps").delete_one({"_id": application.pk})
        for collection in schema.application_collections(application_id):
            mongo.database().drop_collection(collection)
        counter_versions.renew([application_id])
    lookup.forget_all()
    logger.info("deleted the application %s", application_id)
    tell(application_deleted, application_id=application_id)


def reset_application(application: Application, period: str) -> None:
    """`period`: one of PERIODS, else ValueError. Raises Locked."""
    if period not in PERIODS:
        raise ValueError(f"nothing can be removed by the period {period!r}")
    application_id = _start(application)
    with data.held():
        if period in MONTHS:
            kept = horizon(application.timezone, MONTHS[period], clock.now())
            data.clear_older(application_id, kept)
            sketch_coverage.forget_before(application_id, day_number(first_day(kept, application.timezone)))
        else:
            _forget_what_is_cached(application, seq=0)
            (data.reset if period == RESET else data.clear)(application_id)
            sketch_coverage.begin_with(application_id)
        # Again: somebody may have read half of it in the meantime.
        _forget_what_is_cached(application)
    logger.info("removed data of the application %s: %s", application_id, period)
    tell(application_reset, application_id=application_id, period=period)


def renew_generation(application_id: str) -> None:
    """Call after counters were removed, with the counting still held: nothing that is remembered of them holds."""
    mongo.collection("apps").update_one({"_id": ObjectId(application_id)}, {"$inc": {"generation": 1}})
    lookup.forget_all()
    counter_versions.renew([application_id])


def horizon(timezone: str, months: int, now: datetime) -> data.Horizon:
    """The current month of the application's calendar and so many before it stay, with their years."""
    local = now.astimezone(ZoneInfo(timezone))
    last = local.year * 12 + local.month - 1
    kept = [divmod(number, 12) for number in range(last - months, last + 1)]
    first_year, first_month = kept[0]
    start = datetime(first_year, first_month + 1, 1, tzinfo=ZoneInfo(timezone))
    names = {f"{year}:{month + 1}" for year, month in kept} | {f"{year}:0" for year, _ in kept}
    return data.Horizon(frozenset(names), int(start.timestamp()))


def first_day(kept: data.Horizon, timezone: str) -> date:
    return datetime.fromtimestamp(kept.since_s, ZoneInfo(timezone)).date()


def _start(application: Application) -> str:
    if application.locked:
        raise Locked
    return str(application.pk)


def _forget_what_is_cached(application: Application, **fields: int) -> None:
    """Caches are keyed by the generation."""
    changes = {"$inc": {"generation": 1}, **({"$set": fields} if fields else {})}
    mongo.collection("apps").update_one({"_id": application.pk}, changes)
    lookup.forget_all()
    counter_versions.renew([str(application.pk)])
