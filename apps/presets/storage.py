"""The documents of `date_presets`. They belong to the whole server, in one order."""

from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, UpdateOne

from apps.core import mongo

COLLECTION = "date_presets"

Preset = dict[str, Any]


def find(preset_id: str) -> Preset | None:
    if not ObjectId.is_valid(preset_id):
        return None
    return mongo.collection(COLLECTION).find_one({"_id": ObjectId(preset_id)})


def matching(wanted: dict[str, Any]) -> list[Preset]:
    """In their order."""
    return list(mongo.collection(COLLECTION).find(wanted).sort([("sort_order", ASCENDING), ("_id", ASCENDING)]))


def insert_first(preset: Preset) -> Preset:
    """Before all others. The answer has its `_id`."""
    mongo.collection(COLLECTION).update_many({}, {"$inc": {"sort_order": 1}})
    stored = {**preset, "sort_order": 0}
    mongo.collection(COLLECTION).insert_one(stored)
    return stored


def change(preset_id: ObjectId, operators: dict[str, Any]) -> None:
    mongo.collection(COLLECTION).update_one({"_id": preset_id}, operators)


def remove(preset_id: ObjectId) -> int:
    return mongo.collection(COLLECTION).delete_one({"_id": preset_id}).deleted_count


def remove_of_owner(member_id: str, share_with: str) -> None:
    mongo.collection(COLLECTION).delete_many({"owner_id": member_id, "share_with": share_with})


def forget_mark(member_id: str) -> None:
    mongo.collection(COLLECTION).update_many({"fav": member_id}, {"$pull": {"fav": member_id}})


def put_in_order(preset_ids: list[ObjectId]) -> None:
    mongo.collection(COLLECTION).bulk_write(
        [UpdateOne({"_id": preset_id}, {"$set": {"sort_order": place}}) for place, preset_id in enumerate(preset_ids)]
    )
