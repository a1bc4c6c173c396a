"""What was not counted on purpose, by application, day and reason: nobody has to guess where requests went."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from apps.core import clock, mongo, redis_client

COLLECTION = "ingest_drops"
#: Drops that the receiving side counts before anything is stored; the beat moves them to MongoDB.
PENDING_KEY = "ingest:drops"
MOVING_KEY = "ingest:drops:moving"
SEPARATOR = "\x1f"


class Drop(NamedTuple):
    application_id: str  # "" when it is not known
    day: str  # ISO date in UTC
    reason: str


def write(dropped: Mapping[Drop, int], session: ClientSession | None = None) -> int:
    """The number of documents written."""
    operations = [
        UpdateOne(
            {"_id": "_".join(drop)},
            {"$set": {"a": drop.application_id, "day": drop.day, "reason": drop.reason}, "$inc": {"c": number}},
            upsert=True,
        )
        for drop, number in dropped.items()
    ]
    if operations:
        mongo.collection(COLLECTION).bulk_write(operations, ordered=False, session=session)
    return len(operations)


async def count(application_id: str, reason: str, number: int = 1) -> None:
    """For what never reaches a stream. `reason` is one of a few fixed texts, never a client's."""
    drop = Drop(application_id, clock.now().date().isoformat(), reason)
    await redis_client.async_client().hincrby(PENDING_KEY, SEPARATOR.join(drop), number)


def move_pending() -> int:
    """From Redis to MongoDB. A process that dies in between leaves them in the second key, for the next call.

    At least once: a death between the write and the deletion counts some twice. They are diagnosis, not figures.
    """
    client = redis_client.client()
    if not client.exists(MOVING_KEY):
        if not client.exists(PENDING_KEY):
            return 0
        client.rename(PENDING_KEY, MOVING_KEY)
    dropped: Counter[Drop] = Counter()
    pending: dict[bytes, bytes] = client.hgetall(MOVING_KEY)  # type: ignore[assignment]  # bytes by default
    for name, number in pending.items():
        dropped[Drop(*name.decode().split(SEPARATOR))] += int(number)
    write(dropped)
    client.delete(MOVING_KEY)
    return sum(dropped.values())


def by_reason(application_id: str, since_day: str) -> dict[str, int]:
    """Reason -> number, from that ISO date on."""
    totals: Counter[str] = Counter()
    for document in mongo.collection(COLLECTION).find({"a": application_id, "day": {"$gte": since_day}}):
        totals[document["reason"]] += document["c"]
    return dict(totals)
