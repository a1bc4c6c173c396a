"""The settings `security.api_rate_limit_*`: so many requests of one client address in a window of seconds.

Counted in Redis, so that all web processes share the count. What SDKs send (`/i`, `/i/bulk`) is never limited: it would
be lost, or come again at once.
"""

import logging
from collections.abc import Mapping
from typing import Any

import redis
from django.conf import settings

from apps.core import clock, redis_client
from apps.ingest import replies
from apps.ingest.client_address import client_address
from apps.ingest.replies import Reply
from apps.ingest.requests import SdkRequest

logger = logging.getLogger(__name__)


async def refusal(request: SdkRequest, security: Mapping[str, Any]) -> Reply | None:
    """None while the client may go on, and when Redis does not answer."""
    window, most = int(security["api_rate_limit_window"]), int(security["api_rate_limit_requests"])
    if window <= 0 or most <= 0:
        return None
    now = clock.now_s()
    key = f"api:rate:{_address(request)}:{now // window}"
    try:
        async with redis_client.async_client().pipeline(transaction=True) as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, window + 1)
            number, _ = await pipeline.execute()
    except (redis.RedisError, OSError) as error:
        logger.warning("Requests are not limited: %s", error)
        return None
    return replies.too_many(window - now % window) if number > most else None


def _address(request: SdkRequest) -> str:
    """Without known proxies the other end of the connection: what is said in headers anybody can make up."""
    return client_address(request, settings.TRUSTED_PROXIES) if settings.TRUSTED_PROXIES else request.peer
