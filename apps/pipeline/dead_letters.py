"""Requests that could not be counted: kept as they came, with the reason, until somebody replays or drops them."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from bson import Binary, ObjectId
from pymongo.client_session import ClientSession

from apps.aggregation import documents
from apps.aggregation.batch import DeadRequest
from apps.aggregation.records import decode
from apps.core import clock, mongo

COLLECTION = "dead_letters"
#: The rest of records that are too large for one document: `<letter>_1`, `<letter>_2`, ...
PARTS = "dead_letter_parts"
PART_BYTES = 8 * 1024 * 1024
LONGEST_REASON = 500
LONGEST_TRACEBACK = 10_000


def put(dead: Sequence[tuple[bytes, DeadRequest]], session: ClientSession) -> int:
    """Each with its record as it stood in the stream. The number of documents."""
    letters = [_document(data, one) for data, one in dead]
    parts = [part for letter, (data, _) in zip(letters, dead, strict=True) for part in _parts(letter["_id"], data)]
    if letters:
        mongo.collection(COLLECTION).insert_many(letters, session=session)
    if parts:
        mongo.collection(PARTS).insert_many(parts, session=session)
    return len(letters) + len(parts)


def _document(data: bytes, dead: DeadRequest) -> dict[str, Any]:
    try:
        application_id = decode(data).app_id
    except msgspec.DecodeError:
        application_id = ""
    return {
        "_id": ObjectId(),
        "application": application_id,
        "reason": dead.reason[:LONGEST_REASON].encode("utf-8", "replace").decode(),
        "traceback": dead.traceback[-LONGEST_TRACEBACK:].encode("utf-8", "replace").decode(),
        "record": Binary(data[:PART_BYTES]),
        "parts": (len(data) - 1) // PART_BYTES,
        "at": clock.now(),
    }


def _parts(letter_id: ObjectId, data: bytes) -> list[dict[str, Any]]:
    """What does not fit into the letter: a request may be larger than a document may."""
    starts = range(PART_BYTES, len(data), PART_BYTES)
    return [
        {"_id": f"{letter_id}_{number}", "data": Binary(data[start : start + PART_BYTES])}
        for number, start in enumerate(starts, 1)
    ]


def _part_ids(letter: Mapping[str, Any]) -> list[str]:
    return [f"{letter['_id']}_{number}" for number in range(1, letter["parts"] + 1)]


def record_of(letter: Mapping[str, Any]) -> bytes:
    """The record as it stood in the stream. Empty when the letter was taken away meanwhile."""
    stored = letter if "record" in letter else mongo.collection(COLLECTION).find_one({"_id": letter["_id"]}, ["record"])
    data = bytes(stored["record"]) if stored else b""
    for part_id in _part_ids(letter):
        part = mongo.collection(PARTS).find_one({"_id": part_id})
        data += part["data"] if part else b""  # taken away meanwhile: then the letter is gone as well
    return data


def remove(letter: Mapping[str, Any], session: ClientSession) -> int:
    """The number of documents taken away; 0 when somebody else was faster."""
    removed = mongo.collection(COLLECTION).delete_one({"_id": letter["_id"]}, session=session).deleted_count
    for part_id in _part_ids(letter):
        removed += mongo.collection(PARTS).delete_one({"_id": part_id}, session=session).deleted_count
    return removed


def find(
    *, application_id: str = "", reason: str = "", ids: Sequence[ObjectId] = (), limit: int = 0
) -> Iterator[dict[str, Any]]:
    """Oldest first, without their records, which may be large (see `record_of`). `reason` matches from its start."""
    query: dict[str, Any] = {"application": application_id} if application_id else {}
    if ids:
        query["_id"] = {"$in": list(ids)}
    found = mongo.collection(COLLECTION).find(query, {"record": 0}).sort("at", 1)
    matching = (one for one in found if one["reason"].startswith(reason))
    yield from itertools.islice(matching, limit or None)


def drop(letter: Mapping[str, Any]) -> bool:
    """False when it was gone already."""
    with mongo.client().start_session() as session:
        removed: int = session.with_transaction(lambda session: remove(letter, session), write_concern=mongo.DURABLE)
    return removed > 0


def remove_of_users(application_id: str, uids: Sequence[str]) -> None:
    """Before their profiles go: they tell the device ids."""
    profiles = mongo.collection(documents.profiles_collection(application_id))
    device_ids = {user.get("did") for uid in uids for user in profiles.find({"uid": uid}, ["did"])}
    for letter in mongo.collection(COLLECTION).find({"application": application_id}):
        try:
            is_theirs = decode(record_of(letter)).device_id in device_ids
        except msgspec.DecodeError:
            continue  # nobody's: it could not be read in the first place
        if is_theirs:
            drop(letter)


def remove_of_application(application_id: str) -> None:
    for letter in mongo.collection(COLLECTION).find({"application": application_id}, {"parts": 1}):
        drop(letter)


def count() -> int:
    return mongo.collection(COLLECTION).count_documents({})
