"""From the worker that committed a batch to the open screens of its applications, at most once per batch each."""

import logging
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from apps.live import latest as latest_arrivals
from apps.live import versions
from apps.plugin_api.signals import Arrival

logger = logging.getLogger(__name__)

NOTHING: Mapping[str, Iterable[Arrival]] = MappingProxyType({})


def group_of(application_id: str) -> str:
    return f"application.{application_id}"


def announce_batch(
    sender: object, application_ids: set[str], latest: Mapping[str, Iterable[Arrival]] = NOTHING, **kwargs: Any
) -> None:
    """Receiver of `batch_written`. The batch stands whatever happens here: trouble with Redis is logged, and the open
    screens find the new number by themselves at their next check (`consumers.CHECK_SECONDS`).
    """
    try:
        latest_arrivals.keep(latest)  # before the screens are told to read
    except (redis.RedisError, OSError, ValueError):
        logger.warning("what came in last was not kept", exc_info=True)
    try:
        async_to_sync(_send)(versions.advance(application_ids))
    except (redis.RedisError, OSError):
        logger.warning("open screens were not told of a batch", exc_info=True)


async def _send(version_by_application: dict[str, int]) -> None:
    layer = get_channel_layer()
    for application_id, version in version_by_application.items():
        await layer.group_send(group_of(application_id), {"type": "application.changed", "version": version})
