"""One open screen. It hears `{"version": n}`: the figures of its application changed, read them again."""

import asyncio
import logging
from typing import Any

import redis
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer
from django.db import DatabaseError
from pymongo.errors import PyMongoError

from apps.accounts import access
from apps.accounts.models import Member
from apps.live import versions
from apps.live.broadcast import group_of
from apps.plugin_api import features

logger = logging.getLogger(__name__)

#: Between two messages to one screen. The first goes out at once, the last of a burst when the time is over.
PAUSE_SECONDS = 1.0
#: Channel layers may lose messages. This often a screen's number is compared with the stored one, its right to look is
#: checked anew, and a message is sent even when nothing changed, so that the browser knows the line is alive.
CHECK_SECONDS = 15.0

FORBIDDEN = 4403
TRY_AGAIN_LATER = 1013
UNKNOWN_ADDRESS = 4404


class ApplicationConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        self.application_id: str = self.scope["url_route"]["kwargs"]["application_id"]
        self.version = versions.NO_BATCH_YET
        self.sent_at = float("-inf")
        self.trailing: asyncio.TimerHandle | None = None
        self.checks: asyncio.Task[None] | None = None
        # A refused handshake would reach the browser as a mere failure to connect, and it would try again for ever.
        await self.accept()
        if not await self.may_look():
            await self.close(FORBIDDEN)
            return
        await self.channel_layer.group_add(group_of(self.application_id), self.channel_name)
        self.checks = asyncio.create_task(self.check_regularly())

    async def disconnect(self, code: int) -> None:
        if self.checks is not None:
            self.checks.cancel()
        if self.trailing is not None:
            self.trailing.cancel()
        await self.channel_layer.group_discard(group_of(self.application_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Screens have nothing to say; what comes is not even parsed."""

    async def application_changed(self, event: dict[str, Any]) -> None:
        self.version = event["version"]
        if self.trailing is not None:
            return  # it will carry the newest number
        loop = asyncio.get_running_loop()
        wait_seconds = self.sent_at + PAUSE_SECONDS - loop.time()
        if wait_seconds <= 0:
            await self.send_version()
        else:
            self.trailing = loop.call_later(wait_seconds, lambda: asyncio.ensure_future(self.send_trailing()))

    async def send_trailing(self) -> None:
        self.trailing = None
        await self.send_version()

    async def send_version(self) -> None:
        self.sent_at = asyncio.get_running_loop().time()
        await self.send_json({"version": self.version})

    async def check_regularly(self) -> None:
        while True:
            try:
                self.version = await versions.current_async(self.application_id)
            except (redis.RedisError, OSError):
                logger.warning("could not read the version of an application", exc_info=True)
            # Not `send_version`: a sign of life must not make the next change wait for the pause after it.
            await self.send_json({"version": self.version})
            await asyncio.sleep(CHECK_SECONDS)
            try:
                may_look = await self.may_look()
            except (PyMongoError, DatabaseError):
                logger.warning("could not check the right to look at an application", exc_info=True)
                await self.close(TRY_AGAIN_LATER)
                return
            if not may_look:
                await self.close(FORBIDDEN)
                return

    @database_sync_to_async
    def may_look(self) -> bool:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            return False
        member = Member.objects.filter(pk=user.pk).first()  # rights may have changed since the handshake
        if member is None or member.locked:
            return False
        return access.can_read(member, self.application_id, tuple(features.names()))  # something of it


class NowhereConsumer(AsyncWebsocketConsumer):
    """For addresses that are none: without it each would be an error in the log."""

    async def connect(self) -> None:
        await self.close(UNKNOWN_ADDRESS)
