"""Samples of what was refused at the door, for whoever shows people why nothing arrives. Never a figure: those are the
drops. At most once, bounded in number, rate and size."""

import logging
import time
from dataclasses import dataclass

import msgspec
import redis
from msgspec.structs import replace

from apps.aggregation.records import Record
from apps.core import redis_client
from apps.plugin_api.signals import requests_refused, tell

logger = logging.getLogger(__name__)

KEY = "ingest:refused"
MAX_WAITING = 500
MAX_PER_SECOND = 20  # in each process
MAX_BYTES = 8 * 1024  # of the query and of the body


class Refused(msgspec.Struct, array_like=True, frozen=True):
    record: Record  # query and body may be cut
    reason: str


@dataclass(slots=True)
class _Rate:
    second: int = 0
    noted: int = 0

    def allows(self) -> bool:
        now = int(time.monotonic())
        if now != self.second:
            self.second, self.noted = now, 0
        self.noted += 1
        return self.noted <= MAX_PER_SECOND


_rate = _Rate()
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Refused)


async def note(record: Record, reason: str) -> None:
    """Never raises: the answer to the sender must not depend on it."""
    if not requests_refused.has_listeners() or not _rate.allows():
        return
    cut = replace(record, query=record.query[:MAX_BYTES], body=record.body[:MAX_BYTES])
    try:
        async with redis_client.async_client().pipeline(transaction=False) as pipe:
            pipe.rpush(KEY, _encoder.encode(Refused(cut, reason)))
            pipe.ltrim(KEY, -MAX_WAITING, -1)
            await pipe.execute()
    except (redis.RedisError, OSError):
        return  # the same trouble is told where the drop is counted


def tell_pending() -> int:
    """Hands them to those who listen; how many."""
    with redis_client.client().pipeline() as pipe:
        pipe.lrange(KEY, 0, -1)
        pipe.delete(KEY)
        found, _ = pipe.execute()
    refusals = [_decoder.decode(data) for data in found]
    if refusals:
        tell(requests_refused, refusals=refusals)
    return len(refusals)
