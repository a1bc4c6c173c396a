"""Redis or Valkey: one synchronous client per process, one asynchronous client per event loop."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import cache
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings

_OfLoop = tuple[redis.asyncio.Redis, AsyncGenerator[None, None]]
_async_clients: "WeakKeyDictionary[asyncio.AbstractEventLoop, _OfLoop]" = WeakKeyDictionary()


@cache
def client() -> redis.Redis:
    """Answers are bytes."""
    return redis.Redis.from_url(settings.REDIS_URL)


def async_client() -> redis.asyncio.Redis:
    """Of the running loop; closed with it."""
    loop = asyncio.get_running_loop()
    found = _async_clients.get(loop)
    if found is None:
        made = redis.asyncio.Redis.from_url(settings.REDIS_URL)
        closer = _close_with_the_loop(made)
        with suppress(StopIteration):
            closer.__anext__().send(None)  # up to its `yield`, nothing is awaited
        found = _async_clients[loop] = (made, closer)
    return found[0]


async def _close_with_the_loop(made: redis.asyncio.Redis) -> AsyncGenerator[None, None]:
    """A loop that is shut down first ends the asynchronous generators begun in it: the one hook it offers."""
    try:
        yield
    finally:
        await made.aclose()
