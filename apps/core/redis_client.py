"""Redis or Valkey: one synchronous client per process, one asynchronous client per event loop."""

import asyncio
from functools import cache
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings

_async_clients: "WeakKeyDictionary[asyncio.AbstractEventLoop, redis.asyncio.Redis]" = WeakKeyDictionary()


@cache
def client() -> redis.Redis:
    """Answers are bytes."""
    return redis.Redis.from_url(settings.REDIS_URL)


def async_client() -> redis.asyncio.Redis:
    loop = asyncio.get_running_loop()
    found = _async_clients.get(loop)
    if found is None:
        found = _async_clients[loop] = redis.asyncio.Redis.from_url(settings.REDIS_URL)
    return found
