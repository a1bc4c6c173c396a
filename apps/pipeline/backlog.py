"""The reading end of a stream: what waits after a position, and taking away what has been counted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from apps.core import redis_client
from apps.pipeline.stream import SHARDS_KEY, done_key, state_key, stream_key

BEGINNING = "0-0"
ENTRIES_PER_READ = 64


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where a stream has been counted: whole entries up to `entry`, and `skip` requests of the one after it."""

    epoch: str
    entry: str = BEGINNING
    skip: int = 0


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    data: bytes  # a record as apps.aggregation.records encodes it
    after: Position  # where the stream stands once this request has been counted


@dataclass(frozen=True, slots=True)
class Totals:
    """Requests and bytes that ever came into a stream, up to one of its entries."""

    requests: int
    size_bytes: int


def epoch_of(shard: int) -> str | None:
    """None while nothing has ever been appended."""
    epoch: Any = redis_client.client().hget(state_key(shard), "epoch")
    return None if epoch is None else str(epoch.decode())


def begin_new_epoch_if_set_back(shard: int, position: Position, fresh: str) -> Position:
    """A stream whose newest id lies below what was counted has lost its end, or its clock was set back.

    Ids below the position may then come again for other requests, so nothing is known to be counted any more but what
    the memory of duplicates knows.
    """
    if position.entry == BEGINNING or not _is_before(_last_id(shard), position.entry):
        return position
    redis_client.client().hset(state_key(shard), "epoch", fresh)
    return Position(fresh)


def _last_id(shard: int) -> str:
    client = redis_client.client()
    if not client.exists(stream_key(shard)):
        return BEGINNING
    return str(client.xinfo_stream(stream_key(shard))["last-generated-id"].decode())


def _is_before(one: str, other: str) -> bool:
    return tuple(map(int, one.split("-"))) < tuple(map(int, other.split("-")))


def read(shard: int, position: Position) -> tuple[list[WaitingRequest], Totals | None]:
    """What waits after the position, up to the bounds of one batch, and the totals at its last whole entry."""
    requests: list[WaitingRequest] = []
    totals = None
    size_bytes = 0
    for entry_id, fields in _entries(shard, position.entry):
        data = _requests_of(fields)
        before = replace(position, skip=0) if not requests else requests[-1].after
        skip = position.skip if not requests and totals is None else 0
        for index in range(skip, len(data)):
            is_last = index == len(data) - 1
            after = Position(position.epoch, entry_id) if is_last else replace(before, skip=index + 1)
            requests.append(WaitingRequest(data[index], after))
            size_bytes += len(data[index])
        totals = Totals(int(fields[b"seq"]), int(fields[b"bytes"]))
        if len(requests) >= settings.FLUSH_MAX_REQUESTS or size_bytes >= settings.FLUSH_MAX_BYTES:
            break
    return requests, totals


def _entries(shard: int, after: str) -> Iterator[tuple[str, dict[bytes, bytes]]]:
    client = redis_client.client()
    while True:
        entries: Any = client.xrange(stream_key(shard), min=f"({after}", count=ENTRIES_PER_READ)
        for entry_id, fields in entries:
            after = entry_id.decode()
            yield after, fields
        if len(entries) < ENTRIES_PER_READ:
            return


def _requests_of(fields: dict[bytes, bytes]) -> list[bytes]:
    """Fields are numbered from 1; the two others are the running totals."""
    return [fields[b"%d" % number] for number in range(1, len(fields) - 1)]


def trim(shard: int, position: Position, totals: Totals | None) -> None:
    """Takes away the entries up to the position. Idempotent; what stays is found to be counted and passed over."""
    pipeline = redis_client.client().pipeline(transaction=True)
    if position.entry != BEGINNING:
        milliseconds, sequence = position.entry.split("-")
        pipeline.xtrim(stream_key(shard), minid=f"{milliseconds}-{int(sequence) + 1}", approximate=False)
    if totals is not None:
        pipeline.hset(done_key(shard), mapping={"seq": totals.requests, "bytes": totals.size_bytes})
    pipeline.execute()


def leftovers(shard: int, position: Position) -> tuple[list[bytes], Totals | None]:
    """What was counted by a worker that died between the commit and the trimming, with the first requests of an entry
    that was counted in part, and up to where that trims; None when no whole entry is left."""
    client = redis_client.client()
    entries: Any = [] if position.entry == BEGINNING else client.xrange(stream_key(shard), max=position.entry)
    requests = [data for _, fields in entries for data in _requests_of(fields)]
    if position.skip:
        after = "-" if position.entry == BEGINNING else f"({position.entry}"
        begun: Any = client.xrange(stream_key(shard), min=after, count=1)
        requests += [data for _, fields in begun for data in _requests_of(fields)[: position.skip]]
    if not entries:
        return requests, None
    _, last = entries[-1]
    return requests, Totals(int(last[b"seq"]), int(last[b"bytes"]))


def all_shards() -> list[int]:
    """Those beyond today's number first: what they hold is older."""
    return sorted({*shards_with_streams(), *range(settings.INGEST_SHARDS)}, reverse=True)


def waiting(shard: int) -> int:
    """Requests that have been accepted and not counted yet."""
    client = redis_client.client()
    accepted = int(client.hget(state_key(shard), "seq") or 0)
    done = int(client.hget(done_key(shard), "seq") or 0)
    return max(0, accepted - done)


def has_entries(shard: int) -> bool:
    """Whether there is work: requests that wait, or counted ones that nobody trimmed."""
    return bool(redis_client.client().xlen(stream_key(shard)))


def oldest_waiting_ms(shard: int) -> int | None:
    """When the oldest waiting entry was appended, unix milliseconds by the clock of Redis; None when nothing waits."""
    entries: Any = redis_client.client().xrange(stream_key(shard), count=1)
    return int(entries[0][0].split(b"-")[0]) if entries else None


def shards_with_streams() -> list[int]:
    """Every shard that ever took requests, also those beyond today's number of shards."""
    return sorted(int(shard) for shard in redis_client.client().smembers(SHARDS_KEY))
