"""Widgets: the forms that ask for a rating, on a web page or in an app."""

from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId
from pymongo import DESCENDING, ReturnDocument, UpdateOne
from pymongo.collection import Collection

from apps.core import clock, mongo
from plugins.star_rating import documents, widget_fields
from plugins.star_rating.documents import Document

NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]
OURS = {"type": {"$nin": documents.OTHER_TYPES}}


def create(application_id: str, fields: Mapping[str, Any]) -> Document:
    """`fields` as `widget_fields.read` answers them."""
    document = {
        **widget_fields.new_widget(),
        **fields,
        "app_id": application_id,
        "created_at": clock.now_ms(),
        "wv": 1,
        **documents.NO_COUNTS,
    }
    document["_id"] = _collection().insert_one(document).inserted_id
    return document


def edit(application_id: str, widget: ObjectId, fields: Mapping[str, Any]) -> Document | None:
    """The widget as it was; None when the application has none of that id."""
    return _collection().find_one_and_update(_of(application_id, widget), {"$set": dict(fields)})


def remove(application_id: str, widget: ObjectId, *, with_data: bool) -> Document | None:
    """The widget as it was; None when the application has none of that id."""
    removed = _collection().find_one_and_delete(_of(application_id, widget))
    if removed is not None and with_data:
        ratings = mongo.collection(documents.feedback_collection(application_id))
        ratings.delete_many({"widget_id": str(widget)})
    return removed


def switch(application_id: str, states: Mapping[ObjectId, bool]) -> None:
    _collection().bulk_write(
        [
            UpdateOne(
                _of(application_id, widget), {"$set": {"status": is_on, "is_active": "true" if is_on else "false"}}
            )
            for widget, is_on in states.items()
        ]
    )


def of_application(application_id: str, *, is_active: str = "") -> list[Document]:
    """The newest first. `is_active`: "true" or "false"; old widgets know only this text."""
    wanted = {"app_id": application_id, **OURS, **({"is_active": is_active} if is_active else {})}
    return list(_collection().find(wanted, sort=NEWEST_FIRST))


def for_sdks(application_id: str) -> list[Document]:
    return list(_collection().find({"app_id": application_id, "status": True, "type": "rating"}, sort=NEWEST_FIRST))


def of_application_by_id(application_id: str, widget: ObjectId) -> Document | None:
    return _collection().find_one(_of(application_id, widget))


def by_id(widget: ObjectId) -> Document | None:
    return _collection().find_one({"_id": widget, **OURS})


def by_ids(widgets: Sequence[ObjectId]) -> list[Document]:
    return list(_collection().find({"_id": {"$in": list(widgets)}, **OURS})) if widgets else []


def note_shown(widget: ObjectId) -> Document | None:
    """Counts a display; the widget as it is now."""
    shown = {"$inc": {documents.SHOWN: 1}}
    return _collection().find_one_and_update({"_id": widget, **OURS}, shown, return_document=ReturnDocument.AFTER)


def average(widget: Mapping[str, Any]) -> float:
    count = widget.get(documents.COUNT) or 0
    return float((widget.get(documents.SUM) or 0) / count) if count else 0.0


# Data of applications ------------------------------------------------------------------------------------------------
def forget_counts(application_id: str) -> None:
    """The ratings are gone: so are the numbers of the widgets, which stay."""
    _collection().update_many({"app_id": application_id, **OURS}, {"$set": dict(documents.NO_COUNTS)})


def remove_of_application(application_id: str) -> None:
    _collection().delete_many({"app_id": application_id, **OURS})


def _of(application_id: str, widget: ObjectId) -> dict[str, Any]:
    return {"_id": widget, "app_id": application_id, **OURS}


def _collection() -> Collection[Document]:
    return mongo.collection(documents.WIDGETS)
