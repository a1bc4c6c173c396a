"""From the worker that committed a batch to the open screens of its applications, at most once per batch each."""

import logging
from typing import Any

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from apps.live import versions

logger = logging.getLogger(__name__)


def group_of(application_id: str) -> str:
    return f"application.{application_id}"


def announce_batch(sender: object, application_ids: set[str], **kwargs: Any) -> None:
    """Receiver of `batch_written`. The batch stands whatever happens here: trouble with Redis is logged, and the open
    screens find the new number by themselves at their next check (`consumers.CHECK_SECONDS`).
    """
    try:
        async_to_sync(_send)(versions.advance(application_ids))
    except (redis.RedisError, OSError):
        logger.warning("open screens were not told of a batch", exc_info=True)


async def _send(version_by_application: dict[str, int]) -> None:
    layer = get_channel_layer()
    for application_id, version in version_by_application.items():
        await layer.group_send(group_of(application_id), {"type": "application.changed", "version": version})
