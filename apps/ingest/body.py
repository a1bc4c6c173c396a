"""Takes a body off the wire, with a bound on its size and on the patience."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings

Receive = Callable[[], Awaitable[dict[str, Any]]]

TIMEOUT_SECONDS = 120.0  # as Countly's sockets have it


class BodyRefused(Exception):
    """Nothing of it is used."""


class BodyTooLarge(BodyRefused):
    """Longer than INGEST_MAX_BODY_BYTES."""


class BodyTooSlow(BodyRefused):
    """Not complete within TIMEOUT_SECONDS."""


class BodyCutOff(BodyRefused):
    """The connection was closed, or its framing broken, before the body was complete."""


async def read_body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    """Raises BodyRefused."""
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced[:20]) > settings.INGEST_MAX_BODY_BYTES:
        raise BodyTooLarge
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await _read_to_the_end(receive, settings.INGEST_MAX_BODY_BYTES)
    except TimeoutError as error:
        raise BodyTooSlow from error


async def _read_to_the_end(receive: Receive, limit_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size_bytes = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise BodyCutOff
        chunk = message.get("body", b"")
        size_bytes += len(chunk)
        if size_bytes > limit_bytes:
            raise BodyTooLarge
        chunks.append(chunk)
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)
