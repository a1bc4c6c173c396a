"""Requests that could not be counted: kept as they came, with the reason, until somebody replays or drops them."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from bson import Binary, ObjectId
from pymongo.client_session import ClientSession

from apps.aggregation.batch import DeadRequest
from apps.aggregation.records import decode
from apps.core import clock, mongo

COLLECTION = "dead_letters"
LONGEST_REASON = 500
LONGEST_TRACEBACK = 10_000


def put(dead: Sequence[tuple[bytes, DeadRequest]], session: ClientSession) -> int:
    """Each with its record as it stood in the stream. The number of documents."""
    if dead:
        mongo.collection(COLLECTION).insert_many([_document(data, one) for data, one in dead], session=session)
    return len(dead)


def _document(data: bytes, dead: DeadRequest) -> dict[str, Any]:
    try:
        application_id = decode(data).app_id
    except msgspec.DecodeError:
        application_id = ""
    return {
        "application": application_id,
        "reason": dead.reason[:LONGEST_REASON].encode("utf-8", "replace").decode(),
        "traceback": dead.traceback[-LONGEST_TRACEBACK:].encode("utf-8", "replace").decode(),
        "record": Binary(data),
        "at": clock.now(),
    }


def find(*, application_id: str = "", reason: str = "", limit: int = 0) -> Iterator[dict[str, Any]]:
    """Oldest first. `reason` matches from its start."""
    query: dict[str, Any] = {"application": application_id} if application_id else {}
    for number, document in enumerate(
        one for one in mongo.collection(COLLECTION).find(query).sort("at", 1) if one["reason"].startswith(reason)
    ):
        if limit and number >= limit:
            return
        yield document


def drop(letter_id: ObjectId) -> bool:
    return mongo.collection(COLLECTION).delete_one({"_id": letter_id}).deleted_count == 1


def count() -> int:
    return mongo.collection(COLLECTION).count_documents({})
