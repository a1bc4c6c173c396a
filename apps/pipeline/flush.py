"""One batch, one transaction: what waits in a stream becomes profiles and counters, together with the mark up to where.

The mark (`ingest_offsets`, one document per shard) is checked and moved in the transaction that writes what was
counted. So a batch has either happened as a whole or not at all, whatever dies and whenever, and no batch can happen
twice: the second attempt finds the mark moved.
"""

import logging
import secrets
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from pymongo.client_session import ClientSession

from apps.aggregation.batch import BatchOutcome, DeadRequest
from apps.aggregation.records import decode
from apps.aggregation.requests import IngestRequest, read_request
from apps.aggregation.shards import Shard
from apps.core import clock, mongo, redis_client
from apps.core.garbage import collector_paused
from apps.pipeline import backlog, dead_letters, pause, trouble
from apps.pipeline.backlog import Position, WaitingRequest
from apps.pipeline.lease import Busy, Lease
from apps.pipeline.transaction import announce, count_requests
from apps.plugin_api import counter_versions

logger = logging.getLogger(__name__)

SHARD_COUNT_KEY = "ingest:shard_count"

OFFSETS = pause.OFFSETS


class OffsetMoved(Exception):
    """Somebody else counted these requests."""


@dataclass(slots=True)
class FlushResult:
    requests: int = 0  # taken from the stream: counted, dropped and dead ones
    batches: int = 0
    operations: int = 0  # documents written
    application_ids: set[str] = field(default_factory=set)

    def add(self, other: "FlushResult") -> None:
        self.requests += other.requests
        self.batches += other.batches
        self.operations += other.operations
        self.application_ids |= other.application_ids


@dataclass(frozen=True, slots=True)
class _Road:
    shard: int
    lease: Lease


def flush_all() -> FlushResult:
    """Drains every shard. Raises as `flush_shard`, but waits for shards that are being flushed."""
    result = FlushResult()
    for shard in backlog.all_shards():
        while True:
            try:
                result.add(flush_shard(shard))
            except Busy:
                continue  # whoever flushes it gets on; what was accepted before this call may still wait
            break
    return result


def drain_after_a_change_of_shards() -> None:
    """At a start, before anything is accepted: another number of shards sends devices along other roads, and what waits
    on the old ones is older.
    """
    client = redis_client.client()
    before: bytes | None = client.get(SHARD_COUNT_KEY)  # type: ignore[assignment]  # bytes by default
    if before is not None and int(before) != settings.INGEST_SHARDS:
        flush_all()
    client.set(SHARD_COUNT_KEY, settings.INGEST_SHARDS)


def flush_shard(
    shard: int,
    *,
    max_batches: int | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
    waits: bool = True,
) -> FlushResult:
    """Counts what waits in the shard until nothing waits, or `max_batches` have been counted, or it is told to stop.

    Raises Busy when another worker flushes the shard and goes on doing so, without `waits` at once; and PyMongoError or
    redis.RedisError when a store does not answer or refuses: then nothing is lost, and the next call goes on where this
    one stopped.
    """
    result = FlushResult()
    with Lease(shard, waits=waits) as lease:
        _finish_for_the_dead(shard)
        while not is_stopping() and (max_batches is None or result.batches < max_batches):
            pause.wait_until_over(is_stopping)
            with collector_paused():
                step = _flush_next(shard, lease)
            if step is None:
                break
            result.add(step)
    return result


def _finish_for_the_dead(shard: int) -> None:
    """A worker that died right after a commit has neither trimmed the stream nor told anybody."""
    epoch = backlog.epoch_of(shard)
    if epoch is None:
        return
    position = _position_at(_mark_in(mongo.collection(OFFSETS).find_one({"_id": shard})), epoch)
    position = backlog.begin_new_epoch_if_set_back(shard, position, secrets.token_hex(8))
    leftovers, totals = backlog.leftovers(shard, position)
    if not leftovers:
        return
    requests, _ = _decode([WaitingRequest(data, position) for data in leftovers])
    accepted = Counter(request.app_id for request in requests.values())
    counter_versions.renew(accepted)
    announce(accepted)
    backlog.trim(shard, position, totals)  # last: should this worker die too, its successor does all of it again


def _flush_next(shard: int, lease: Lease) -> FlushResult | None:
    """One batch. None when nothing waits."""
    epoch = backlog.epoch_of(shard)
    if epoch is None:
        return None
    mark = _mark_in(mongo.collection(OFFSETS).find_one({"_id": shard}))
    position = _position_at(mark, epoch)
    position = backlog.begin_new_epoch_if_set_back(shard, position, secrets.token_hex(8))
    waiting, totals = backlog.read(shard, position)
    if not waiting:
        return None
    result = FlushResult()
    try:
        _write_or_halve(_Road(shard, lease), mark, waiting, result)
    except OffsetMoved:
        logger.info("shard %s was flushed by somebody else meanwhile", shard)
        return result
    except pause.Paused:
        return result
    backlog.trim(shard, waiting[-1].after, totals)
    return result


def _mark_in(document: mongo.Document | None) -> Position | None:
    """None while nothing was ever counted."""
    if document is None or "epoch" not in document:
        return None
    return Position(document["epoch"], document["entry"], document["skip"])


def _position_at(mark: Position | None, epoch: str) -> Position:
    """A stream that was created anew is counted from its beginning."""
    return Position(epoch) if mark is None or mark.epoch != epoch else mark


def _write_or_halve(road: _Road, mark: Position | None, waiting: Sequence[WaitingRequest], result: FlushResult) -> None:
    """A batch that cannot be written is halved, until the request that cannot is alone: that one is set aside."""
    requests, dead = _decode(waiting)
    try:
        operations = _write(road, mark, waiting, requests, dead)
    except Exception as error:
        # Whatever is wrong with one request, and whoever notices, must not stop those behind it.
        if isinstance(error, OffsetMoved) or trouble.is_passing(error):
            raise
        if len(waiting) > 1:
            logger.warning("a batch of %s requests cannot be written (%s): halving it", len(waiting), error)
            middle = len(waiting) // 2
            _write_or_halve(road, mark, waiting[:middle], result)
            _write_or_halve(road, waiting[middle - 1].after, waiting[middle:], result)
            return
        logger.exception("a request of shard %s cannot be written", road.shard)
        dead = [DeadRequest(0, f"{type(error).__name__}: {error}", traceback.format_exc())]
        operations = _write(road, mark, waiting, {}, dead)
    application_ids = {request.app_id for request in requests.values()}
    result.add(FlushResult(len(waiting), 1, operations, application_ids))


def _decode(waiting: Sequence[WaitingRequest]) -> tuple[dict[int, IngestRequest], list[DeadRequest]]:
    """By their index in `waiting`: what can be read, and what cannot."""
    requests: dict[int, IngestRequest] = {}
    dead: list[DeadRequest] = []
    for index, request in enumerate(waiting):
        try:
            requests[index] = read_request(decode(request.data))
        except Exception as error:
            # The bytes come from anywhere: one request that cannot be read must not stop the others.
            dead.append(DeadRequest(index, f"{type(error).__name__}: {error}", traceback.format_exc()))
    return requests, dead


def _write(
    road: _Road,
    mark: Position | None,
    waiting: Sequence[WaitingRequest],
    requests: dict[int, IngestRequest],
    unreadable: Sequence[DeadRequest],
) -> int:
    """The number of documents written. Raises OffsetMoved when `mark` is not what the database has.

    Compared as it was read, epoch and all: a flush that slept through the end of its epoch must not pass for the first
    one of a new epoch.
    """
    shard = road.shard
    offsets = mongo.collection(OFFSETS)
    indexes = list(requests)
    after = waiting[-1].after

    def check(session: ClientSession) -> None:
        road.lease.note_session(session)
        if _mark_in(offsets.find_one({"_id": shard}, session=session)) != mark:
            raise OffsetMoved
        if pause.is_on():  # only now: the snapshot has been taken, so a pause that begins later meets it at the mark
            raise pause.Paused

    def finish(outcome: BatchOutcome, session: ClientSession) -> int:
        dead = [(waiting[one.index].data, one) for one in unreadable]
        dead += [(waiting[indexes[one.index]].data, one) for one in outcome.dead]
        moved = {"epoch": after.epoch, "entry": after.entry, "skip": after.skip, "at": clock.now()}
        offsets.update_one({"_id": shard}, {"$set": moved}, upsert=True, session=session)
        return dead_letters.put(dead, session) + 1

    own = Shard(shard % settings.INGEST_SHARDS, settings.INGEST_SHARDS)
    _, operations = count_requests(list(requests.values()), own, check=check, finish=finish)
    return operations
