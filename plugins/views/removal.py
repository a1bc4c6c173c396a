"""How data about views goes: with an application, a period, a view, a segment."""

from collections.abc import Iterable, Sequence
from typing import Any

from bson import ObjectId
from django.utils.translation import gettext_lazy as _

from apps.applications.data import ApplicationData, Horizon
from apps.core import mongo, schema
from plugins.views import documents


def registry(application_id: str) -> dict[str, Any]:
    return mongo.collection(documents.VIEWS).find_one({"_id": documents.views_id(application_id)}) or {}


def _collections(application_id: str) -> list[str]:
    return documents.data_collections(application_id, registry(application_id))


def _clear(application_id: str) -> None:
    """The list of segments goes last: it says which collections there are, should this be repeated. Collections stay,
    because they are made ahead of traffic only."""
    for name in _collections(application_id):
        mongo.collection(name).delete_many({})
    mongo.collection(documents.users_collection(application_id)).delete_many({})
    mongo.collection(documents.names_collection(application_id)).delete_many({})
    mongo.collection(documents.actions_collection(application_id)).delete_many({})
    stored = registry(application_id)
    update = {
        "$unset": {documents.SEGMENTS: "", documents.DELETED: ""},
        "$addToSet": {documents.CLEARED: {"$each": list(documents.segments_of(stored))}},
    }
    mongo.collection(documents.VIEWS).update_one({"_id": documents.views_id(application_id)}, update)


def _clear_older(application_id: str, horizon: Horizon) -> None:
    older = {documents.MONTH: {"$exists": True, "$nin": sorted(horizon.months)}}
    for name in _collections(application_id):
        mongo.collection(name).delete_many(older)
    mongo.collection(documents.actions_collection(application_id)).delete_many(
        {documents.DAY: {"$lt": _first(horizon)}}
    )


def _first(horizon: Horizon) -> int:
    """The first day that stays. Its first hours may be of the month before in zones behind UTC: they stay with it."""
    months = [tuple(int(part) for part in month.split(":")) for month in horizon.months if not month.endswith(":0")]
    year, month = min(months, default=(9999, 12))
    return documents.day_of(year, month, 1)


def _reset(application_id: str) -> None:
    mongo.collection(documents.VIEWS).update_one(
        {"_id": documents.views_id(application_id)}, {"$unset": {documents.OMITTED: ""}}
    )


def _delete(application_id: str) -> None:
    _clear(application_id)
    schema.drop(_collections(application_id))
    mongo.collection(documents.VIEWS).delete_one({"_id": documents.views_id(application_id)})


VIEWS = ApplicationData(_("views"), clear=_clear, clear_older=_clear_older, reset=_reset, delete=_delete)


def delete_views(application_id: str, views: Sequence[ObjectId]) -> None:
    """Their counters and names at once; what users visited goes with the next `clean_up`."""
    mongo.collection(documents.VIEWS).update_one(
        {"_id": documents.views_id(application_id)},
        {"$addToSet": {documents.DELETED: {"$each": list(views)}}},
        upsert=True,
    )
    names = mongo.collection(documents.names_collection(application_id))
    for view in views:
        found = names.find_one({"_id": view}) or {}
        for name in {found.get(documents.NAME), found.get(documents.URL)} - {None, ""}:
            mongo.collection(documents.actions_collection(application_id)).delete_many({"view": name})
    names.delete_many({"_id": {"$in": list(views)}})
    _delete_counters(application_id, views)


def omit_segments(application_id: str, segments: Iterable[str]) -> None:
    """They are not counted any more, and what was counted goes."""
    names = list(segments)
    mongo.collection(documents.VIEWS).update_one(
        {"_id": documents.views_id(application_id)},
        {
            "$addToSet": {documents.OMITTED: {"$each": names}},
            "$unset": {f"{documents.SEGMENTS}.{name}": "" for name in names},
        },
        upsert=True,
    )
    for name in names:
        mongo.collection(documents.data_collection(application_id, name)).delete_many({})


def clean_up() -> None:
    """Daily: what a batch that ran beside a deletion wrote afterwards, and what users visited of deleted views."""
    stored = mongo.collection(documents.VIEWS)
    for found in list(stored.find({}, [documents.SEGMENTS, documents.OMITTED, documents.DELETED])):
        application_id = str(found["_id"])
        for segment in documents.omitted_in(found):
            if segment not in documents.segments_of(found):
                mongo.collection(documents.data_collection(application_id, segment)).delete_many({})
        deleted = [view for view in found.get(documents.DELETED) or [] if isinstance(view, ObjectId)]
        if not deleted:
            continue
        _delete_counters(application_id, deleted)
        users = mongo.collection(documents.users_collection(application_id))
        for view in deleted:
            users.update_many({str(view): {"$exists": True}}, {"$unset": {str(view): ""}})
        stored.update_one({"_id": found["_id"]}, {"$pullAll": {documents.DELETED: deleted}})


def _delete_counters(application_id: str, views: Sequence[ObjectId]) -> None:
    for name in _collections(application_id):
        for view in views:
            mongo.collection(name).delete_many({documents.VIEW: view})
