"""One batch, one transaction: what waits in a stream becomes profiles and counters, together with the mark up to where.

The mark (`ingest_offsets`, one document per shard) is checked and moved in the transaction that writes what was
counted. So a batch has either happened as a whole or not at all, whatever dies and whenever, and no batch can happen
twice: the second attempt finds the mark moved.
"""

import logging
import secrets
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from bson.errors import InvalidDocument
from django.conf import settings
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError, ConnectionFailure, DocumentTooLarge, PyMongoError

from apps.aggregation.batch import BatchOutcome, DeadRequest
from apps.aggregation.records import decode
from apps.aggregation.requests import IngestRequest, read_request
from apps.aggregation.shards import Shard
from apps.core import clock, mongo
from apps.pipeline import backlog, dead_letters
from apps.pipeline.backlog import Position, WaitingRequest
from apps.pipeline.counting import count_requests
from apps.pipeline.lease import Lease

logger = logging.getLogger(__name__)

OFFSETS = "ingest_offsets"


class OffsetMoved(Exception):  # noqa: N818  says what happened
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
    """Drains every shard, those beyond today's number first: what they hold is older."""
    result = FlushResult()
    for shard in sorted({*backlog.shards_with_streams(), *range(settings.INGEST_SHARDS)}, reverse=True):
        result.add(flush_shard(shard))
    return result


def flush_shard(shard: int, *, max_batches: int | None = None) -> FlushResult:
    """Counts what waits in the shard until nothing waits, or `max_batches` have been counted.

    Raises pymongo's ConnectionFailure and redis.RedisError when a store does not answer; then nothing is lost, and
    the next call goes on where this one stopped.
    """
    result = FlushResult()
    with Lease(shard) as lease:
        while max_batches is None or result.batches < max_batches:
            step = _flush_next(shard, lease)
            if step is None:
                break
            result.add(step)
    return result


def _flush_next(shard: int, lease: Lease) -> FlushResult | None:
    """One batch. None when nothing waits."""
    position = _stored_position(shard)
    if position is None:
        return None
    waiting, totals = backlog.read(shard, position)
    if not waiting:
        backlog.trim_leftovers(shard, position)
        return None
    result = FlushResult()
    try:
        _write_or_halve(_Road(shard, lease), position, waiting, result)
    except OffsetMoved:
        logger.info("shard %s was flushed by somebody else meanwhile", shard)
        return result
    backlog.trim(shard, waiting[-1].after, totals)
    return result


def _stored_position(shard: int) -> Position | None:
    """None when nothing was ever appended."""
    epoch = backlog.epoch_of(shard)
    if epoch is None:
        return None
    position = _position_in(mongo.collection(OFFSETS).find_one({"_id": shard}), epoch)
    return backlog.begin_new_epoch_if_set_back(shard, position, secrets.token_hex(8))


def _position_in(document: mongo.Document | None, epoch: str) -> Position:
    """A stream that was created anew is counted from its beginning."""
    if document is None or document["epoch"] != epoch:
        return Position(epoch)
    return Position(epoch, document["entry"], document["skip"])


def _write_or_halve(road: _Road, before: Position, waiting: Sequence[WaitingRequest], result: FlushResult) -> None:
    """A batch that cannot be written is halved, until the request that cannot is alone: that one is set aside."""
    requests, dead = _decode(waiting)
    try:
        operations = _write(road, before, waiting, requests, dead)
    except (InvalidDocument, OverflowError, UnicodeEncodeError, DocumentTooLarge, PyMongoError) as error:
        if _is_passing(error):
            raise
        if len(waiting) > 1:
            logger.warning("a batch of %s requests cannot be written (%s): halving it", len(waiting), error)
            middle = len(waiting) // 2
            _write_or_halve(road, before, waiting[:middle], result)
            _write_or_halve(road, waiting[middle - 1].after, waiting[middle:], result)
            return
        logger.exception("a request of shard %s cannot be written", road.shard)
        dead = [DeadRequest(0, f"{type(error).__name__}: {error}", traceback.format_exc())]
        operations = _write(road, before, waiting, {}, dead)
    application_ids = {request.app_id for request in requests.values()}
    result.add(FlushResult(len(waiting), 1, operations, application_ids))


def _is_passing(error: Exception) -> bool:
    """Trouble that says nothing about the batch."""
    if isinstance(error, ConnectionFailure):
        return True
    if isinstance(error, BulkWriteError) or not isinstance(error, PyMongoError):
        return False
    return error.has_error_label("TransientTransactionError") or error.has_error_label("UnknownTransactionCommitResult")


def _decode(waiting: Sequence[WaitingRequest]) -> tuple[dict[int, IngestRequest], list[DeadRequest]]:
    """By their index in `waiting`: what can be read, and what cannot."""
    requests: dict[int, IngestRequest] = {}
    dead: list[DeadRequest] = []
    for index, request in enumerate(waiting):
        try:
            requests[index] = read_request(decode(request.data))
        except (msgspec.DecodeError, ValueError) as error:
            dead.append(DeadRequest(index, f"{type(error).__name__}: {error}", traceback.format_exc()))
    return requests, dead


def _write(
    road: _Road,
    before: Position,
    waiting: Sequence[WaitingRequest],
    requests: dict[int, IngestRequest],
    unreadable: Sequence[DeadRequest],
) -> int:
    """The number of documents written. Raises OffsetMoved when `before` is not where the shard stands."""
    shard = road.shard
    offsets = mongo.collection(OFFSETS)
    indexes = list(requests)
    after = waiting[-1].after

    def check(session: ClientSession) -> None:
        road.lease.note_session(session)
        if _position_in(offsets.find_one({"_id": shard}, session=session), before.epoch) != before:
            raise OffsetMoved

    def finish(outcome: BatchOutcome, session: ClientSession) -> int:
        dead = [(waiting[one.index].data, one) for one in unreadable]
        dead += [(waiting[indexes[one.index]].data, one) for one in outcome.dead]
        mark = {"epoch": after.epoch, "entry": after.entry, "skip": after.skip, "at": clock.now()}
        offsets.update_one({"_id": shard}, {"$set": mark}, upsert=True, session=session)
        return dead_letters.put(dead, session) + 1

    own = Shard(shard % settings.INGEST_SHARDS, settings.INGEST_SHARDS)
    _, operations = count_requests(list(requests.values()), own, check=check, finish=finish)
    return operations
