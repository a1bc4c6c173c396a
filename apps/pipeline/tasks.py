"""What Celery runs. Its messages say "drain now" and may be lost, doubled or late: what waits is in the streams."""

import logging
import threading
from typing import Any

import redis
from celery import shared_task
from celery.signals import worker_shutting_down
from pymongo.errors import PyMongoError

from apps.core import redis_client
from apps.pipeline import backlog, drops, redirects, refusals, stream
from apps.pipeline.flush import flush_shard
from apps.pipeline.lease import Busy

logger = logging.getLogger(__name__)

#: A worker serves several shards and other tasks: after this many batches the others have their turn.
BATCHES_PER_TASK = 20
#: Shards whose trouble with a store has been told.
_without_store: set[int] = set()
_stopping = threading.Event()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]  # Celery has no types
def finish_after_this_batch(**_: Any) -> None:
    """Sent when SIGTERM arrives: what waits behind the batch in hand is for the next worker."""
    _stopping.set()


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[no-untyped-call, untyped-decorator]  # Celery has no types
def task_flush(*, shard: int) -> None:
    """Drains one shard. The flag is cleared first: whoever appends from now on asks for another drain."""
    _drain(shard)


def _drain(shard: int, *, waits: bool = True) -> None:
    try:
        redis_client.client().delete(stream.flag_key(shard))
        result = flush_shard(shard, max_batches=BATCHES_PER_TASK, is_stopping=_stopping.is_set, waits=waits)
    except Busy:
        return  # whoever flushes the shard goes on until nothing waits
    except (PyMongoError, redis.RedisError) as error:
        # The sweep tries again every few seconds, so a lost server needs no retry of its own, nor a line for each try.
        if shard not in _without_store:
            logger.warning("shard %s waits for a store that does not answer: %s", shard, error)
        _without_store.add(shard)
        return
    if shard in _without_store:
        _without_store.discard(shard)
        logger.warning("shard %s goes on", shard)
    if result.batches >= BATCHES_PER_TASK:
        task_flush.delay(shard=shard)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[no-untyped-call, untyped-decorator]  # Celery has no types
def task_sweep() -> None:
    """Drains what an unlucky crash left without a message, and moves the counts of drops."""
    for shard in backlog.all_shards():
        if backlog.has_entries(shard):
            _drain(shard, waits=False)  # a shard that somebody flushes needs no sweep
    redirects.lane.go()
    refusals.tell_pending()
    try:
        drops.move_pending()
    except PyMongoError as error:
        logger.info("the counts of drops stay in Redis for now: %s", error)
