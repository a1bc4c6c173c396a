"""The documents of `notes`."""

from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING

from apps.core import mongo

COLLECTION = "notes"

Note = dict[str, Any]


def find(note_id: str, application_id: str) -> Note | None:
    """None also for a note of another application."""
    if not ObjectId.is_valid(note_id):
        return None
    return mongo.collection(COLLECTION).find_one({"_id": ObjectId(note_id), "app_id": application_id})


def newest(application_id: str) -> Note | None:
    order = [("created_at", DESCENDING), ("_id", DESCENDING)]
    return mongo.collection(COLLECTION).find_one({"app_id": application_id}, sort=order)


def insert(note: Note) -> None:
    mongo.collection(COLLECTION).insert_one(note)


def change(note_id: ObjectId, fields: dict[str, Any]) -> None:
    mongo.collection(COLLECTION).update_one({"_id": note_id}, {"$set": fields})


def remove(note_id: ObjectId) -> None:
    mongo.collection(COLLECTION).delete_one({"_id": note_id})


def remove_of_application(application_id: str) -> None:
    mongo.collection(COLLECTION).delete_many({"app_id": application_id})


def remove_of_owner(member_id: str, note_type: str) -> None:
    mongo.collection(COLLECTION).delete_many({"owner": member_id, "noteType": note_type})


def page(wanted: dict[str, Any], *, sort: str, is_descending: bool, start: int, length: int) -> tuple[list[Note], int]:
    """A page of the notes that match, and how many match."""
    collection = mongo.collection(COLLECTION)
    order = [(sort, DESCENDING if is_descending else ASCENDING), ("_id", ASCENDING)]
    return list(collection.find(wanted).sort(order).skip(start).limit(length)), collection.count_documents(wanted)
