"""The way into the streams: what is accepted here is on the disk of Redis before the caller goes on.

Keys of a shard: `ingest:{n}` the stream; `ingest:{n}:state` its epoch and how many requests and bytes ever came in;
`ingest:{n}:done` the same numbers at the last entry that was counted; `flush:{n}` set while a message to drain it is
under way. What waits is the difference of two running totals. Both are written with the thing they count, so it
cannot drift.
"""

import asyncio
import logging
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import celery
import redis
from django.conf import settings

from apps.aggregation.records import Record, encode
from apps.core import redis_client

logger = logging.getLogger(__name__)

MAX_ENTRY_REQUESTS = 256
MAX_ENTRY_BYTES = 1024 * 1024
APPEND_TIMEOUT_SECONDS = 10
SHARDS_KEY = "ingest:shards"

APPEND = """
local seq = tonumber(redis.call('HGET', KEYS[2], 'seq') or '0')
local bytes = tonumber(redis.call('HGET', KEYS[2], 'bytes') or '0')
local done = redis.call('HMGET', KEYS[3], 'seq', 'bytes')
local number, size = #ARGV - 5, tonumber(ARGV[4])
if seq - tonumber(done[1] or '0') + number > tonumber(ARGV[2])
   or (bytes > tonumber(done[2] or '0') and bytes - tonumber(done[2] or '0') + size > tonumber(ARGV[3])) then
  return {0, 0}
end
if redis.call('HSETNX', KEYS[2], 'epoch', ARGV[1]) == 1 then redis.call('SADD', KEYS[5], ARGV[5]) end
seq = redis.call('HINCRBY', KEYS[2], 'seq', number)
bytes = redis.call('HINCRBY', KEYS[2], 'bytes', size)
local fields = {}
for i = 1, number do
  fields[2 * i - 1] = i
  fields[2 * i] = ARGV[i + 5]
end
redis.call('XADD', KEYS[1], '*', 'seq', seq, 'bytes', bytes, unpack(fields))
local first = redis.call('SET', KEYS[4], '1', 'NX', 'EX', 30)
return {1, first and 1 or 0}
"""


class Refused(Exception):
    """The request was not stored, or nobody knows whether it was: the sender has to repeat it."""


class Full(Refused):
    """More waits in the shard than its limit allows."""


class Unavailable(Refused):
    """Redis does not answer."""


def stream_key(shard: int) -> str:
    return f"ingest:{shard}"


def state_key(shard: int) -> str:
    return f"ingest:{shard}:state"


def done_key(shard: int) -> str:
    return f"ingest:{shard}:done"


def flag_key(shard: int) -> str:
    return f"flush:{shard}"


def shard_of(application_id: str, device_id: str) -> int:
    """One device always takes one road, so its requests stay in order."""
    text = (application_id + device_id).encode("utf-8", "surrogatepass")
    return zlib.crc32(text) % int(settings.INGEST_SHARDS)


async def accept(record: Record) -> None:
    """Returns when the request is stored for good. Raises Full or Unavailable."""
    await _road(shard_of(record.app_id, record.device_id)).put(encode(record))


async def accept_many(records: Sequence[Record]) -> None:
    """Returns when all are stored. When it raises, some may be."""
    if len(records) == 1:
        await accept(records[0])
        return
    waiting = [_road(shard_of(record.app_id, record.device_id)).put(encode(record)) for record in records]
    if waiting:
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome


@dataclass(slots=True)
class _Waiting:
    data: bytes
    stored: "asyncio.Future[None]"


class _Road:
    """One shard in one event loop. What arrives while a write is under way shares the next one."""

    def __init__(self, shard: int) -> None:
        self.shard = shard
        self.waiting: list[_Waiting] = []
        self.writer: asyncio.Task[None] | None = None
        client = redis_client.async_client()
        self.append = client.register_script(APPEND)
        self.keys = [stream_key(shard), state_key(shard), done_key(shard), flag_key(shard), SHARDS_KEY]

    async def put(self, data: bytes) -> None:
        entry = _Waiting(data, asyncio.get_running_loop().create_future())
        self.waiting.append(entry)
        if self.writer is None:
            self.writer = asyncio.create_task(self._write())
        await entry.stored

    async def _write(self) -> None:
        try:
            while self.waiting:
                group = self._next_group()
                try:
                    await self._append(group)
                except Exception as error:
                    refusal = type(error) if isinstance(error, Refused) else Unavailable
                    for entry in group:
                        if not entry.stored.done():
                            entry.stored.set_exception(refusal(*error.args))
                else:
                    for entry in group:
                        if not entry.stored.done():
                            entry.stored.set_result(None)
        finally:
            self.writer = None

    def _next_group(self) -> list[_Waiting]:
        size = count = 0
        for entry in self.waiting[:MAX_ENTRY_REQUESTS]:
            size += len(entry.data)
            if count and size > MAX_ENTRY_BYTES:
                break
            count += 1
        group, self.waiting = self.waiting[:count], self.waiting[count:]
        return group

    async def _append(self, group: list[_Waiting]) -> None:
        arguments: list[Any] = [
            secrets.token_hex(8),
            settings.INGEST_MAX_WAITING,
            settings.INGEST_MAX_WAITING_BYTES,
            sum(len(entry.data) for entry in group),
            self.shard,
        ]
        arguments += [entry.data for entry in group]
        try:
            async with asyncio.timeout(APPEND_TIMEOUT_SECONDS):
                stored, is_first = await self.append(keys=self.keys, args=arguments)
        except (redis.RedisError, OSError, TimeoutError) as error:
            raise Unavailable(str(error)) from error
        if not stored:
            raise Full(f"shard {self.shard} has more waiting than its limit")
        if is_first:
            send_drain_message(self.shard)


def send_drain_message(shard: int) -> None:
    """From a thread: talking to the broker must not hold up the event loop. The beat mends what fails here."""
    asyncio.get_running_loop().run_in_executor(None, _send, shard)


def _send(shard: int) -> None:
    try:
        celery.current_app.send_task("apps.pipeline.tasks.task_flush", kwargs={"shard": shard}, ignore_result=True)
    except Exception:
        # Of whatever kind: the sweep is there in seconds, and the requests are stored.
        logger.warning("no message to drain shard %s could be sent", shard, exc_info=True)


_roads: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, _Road]]" = WeakKeyDictionary()


def _road(shard: int) -> _Road:
    roads = _roads.setdefault(asyncio.get_running_loop(), {})
    road = roads.get(shard)
    if road is None:
        road = roads[shard] = _Road(shard)
    return road
