"""Changes to the list of views: names, what is deleted, what is not counted any more."""

from collections.abc import Mapping, Sequence

from bson import ObjectId
from pymongo import UpdateOne

from apps.core import mongo
from apps.core.arguments import is_field_name
from plugins.views import documents

LONGEST_NAME = 512  # that people give
MAX_AT_ONCE = 1_000


def rename_views(application_id: str, shown_names: Mapping[ObjectId, str]) -> None:
    """An empty name takes the given one away again. Views that do not exist stay so."""
    updates = [
        UpdateOne(
            {"_id": view},
            {"$set": {documents.SHOWN_NAME: name[:LONGEST_NAME]}} if name else {"$unset": {documents.SHOWN_NAME: ""}},
        )
        for view, name in shown_names.items()
    ]
    mongo.collection(documents.names_collection(application_id)).bulk_write(updates, ordered=False)


def ids_of(texts: Sequence[object]) -> list[ObjectId]:
    """Those that can be ids."""
    return list(dict.fromkeys(ObjectId(text) for text in texts if isinstance(text, str) and ObjectId.is_valid(text)))


def is_segment(name: object) -> bool:
    return isinstance(name, str) and is_field_name(name) and len(name) <= documents.LONGEST_SEGMENT
