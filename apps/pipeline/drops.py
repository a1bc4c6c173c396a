"""What was not counted on purpose, by application, day and reason: nobody has to guess where requests went."""

import logging
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

import redis
from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from apps.core import clock, mongo, redis_client

logger = logging.getLogger(__name__)

COLLECTION = "ingest_drops"
#: Drops that the receiving side counts before anything is stored; the beat moves them to MongoDB.
PENDING_KEY = "ingest:drops"
MOVING_KEY = "ingest:drops:moving"
MOVING_LOCK, MOVING_SECONDS = "ingest:drops:lock", 60
SEPARATOR = "\x1f"
FOREVER = "9999-12-31"


class Drop(NamedTuple):
    application_id: str  # "" when it is not known
    day: str  # ISO date in UTC
    reason: str


def write(dropped: Mapping[Drop, int], session: ClientSession | None = None, *, suffix: str = "") -> int:
    """The number of documents written. `suffix`: of the shard that writes, so that two do not wait for each other."""
    operations = [
        UpdateOne(
            {"_id": "_".join(drop) + suffix},
            {"$set": {"a": drop.application_id, "day": drop.day, "reason": drop.reason}, "$inc": {"c": number}},
            upsert=True,
        )
        for drop, number in dropped.items()
    ]
    if operations:
        mongo.collection(COLLECTION).bulk_write(operations, ordered=False, session=session)
    return len(operations)


async def count(application_id: str, reason: str, number: int = 1) -> None:
    """For what never reaches a stream. `reason` is one of a few fixed texts, never a client's.

    Never raises: the answer to the sender must not depend on it. What Redis cannot count is in the log.
    """
    drop = Drop(application_id, clock.now().date().isoformat(), reason)
    try:
        await redis_client.async_client().hincrby(PENDING_KEY, SEPARATOR.join(drop), number)
    except (redis.RedisError, OSError):
        logger.warning("not counted: %s dropped of application %s, %s", number, application_id or "-", reason)


def move_pending() -> int:
    """From Redis to MongoDB. A process that dies in between leaves them in the second key, for the next call.

    At least once: a death between the write and the deletion counts some twice. They are diagnosis, not figures. One at
    a time; who comes second moves nothing.
    """
    client = redis_client.client()
    lock = client.lock(MOVING_LOCK, timeout=MOVING_SECONDS, blocking=False)
    if not lock.acquire():
        return 0
    try:
        return _move(client)
    finally:
        if lock.owned():
            lock.release()


def _move(client: redis.Redis) -> int:
    with suppress(redis.ResponseError):  # nothing is pending
        client.renamenx(PENDING_KEY, MOVING_KEY)  # does nothing while there are some to be moved from last time
    dropped: Counter[Drop] = Counter()
    pending: dict[bytes, bytes] = client.hgetall(MOVING_KEY)  # type: ignore[assignment]  # bytes by default
    for name, number in pending.items():
        dropped[Drop(*name.decode().split(SEPARATOR))] += int(number)
    if dropped:
        write(dropped)
        client.delete(MOVING_KEY)
    return sum(dropped.values())


def remove_of_application(application_id: str) -> None:
    mongo.collection(COLLECTION).delete_many({"a": application_id})


def totals_since(day: str) -> dict[str, int]:
    """Reason -> number of all applications, from that ISO date on, the most frequent first."""
    rows = mongo.collection(COLLECTION).aggregate(
        [
            {"$match": {"day": {"$gte": day}}},
            {"$group": {"_id": "$reason", "number": {"$sum": "$c"}}},
            {"$sort": {"number": -1, "_id": 1}},
        ]
    )
    return {row["_id"]: row["number"] for row in rows}


def by_reason(application_id: str, since_day: str, until_day: str = FOREVER) -> dict[str, int]:
    """Reason -> number, from one ISO date to the other."""
    totals: Counter[str] = Counter()
    days = {"$gte": since_day, "$lte": until_day}
    for document in mongo.collection(COLLECTION).find({"a": application_id, "day": days}):
        totals[document["reason"]] += document["c"]
    return dict(totals)
