"""Stops the counting for a while, so that somebody can take away data that no flush then brings back.

`paused` first tells all workers by a key in Redis, which ends by itself when its holder dies. Then it touches the mark
of every shard: a transaction that has begun before either is through, or fails at the mark and finds the pause when
it is repeated. What is sent meanwhile is accepted and waits in the streams.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import redis

from apps.core import clock, mongo, redis_client
from apps.pipeline import backlog

logger = logging.getLogger(__name__)

KEY = "flush:paused"
PAUSE_SECONDS = 10  # renewed while it lasts
RENEW_SECONDS = 2
POLL_SECONDS = 0.05
OFFSETS = "ingest_offsets"


class Paused(Exception):
    """Nothing may be counted now."""


@contextmanager
def paused() -> Iterator[None]:
    """One at a time; who comes second waits for the first."""
    with redis_client.client().lock("flush:pause:lock", timeout=PAUSE_SECONDS, thread_local=False) as lock:
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(RENEW_SECONDS):
                try:
                    lock.reacquire()
                    redis_client.client().set(KEY, "1", ex=PAUSE_SECONDS)
                except redis.RedisError as failure:
                    logger.warning("the pause of counting was not renewed: %s", failure)

        redis_client.client().set(KEY, "1", ex=PAUSE_SECONDS)
        renewer = threading.Thread(target=renew, name="pause", daemon=True)
        renewer.start()
        try:
            for shard in backlog.all_shards():
                touched = {"$set": {"paused_at": clock.now()}}
                mongo.collection(OFFSETS).update_one({"_id": shard}, touched, upsert=True)
            yield
        finally:
            ended.set()
            renewer.join()
            if lock.owned():  # else the key is that of whoever came next
                redis_client.client().delete(KEY)


def is_on() -> bool:
    return bool(redis_client.client().exists(KEY))


def wait_until_over(is_stopping: Callable[[], bool]) -> None:
    while is_on() and not is_stopping():
        time.sleep(POLL_SECONDS)
