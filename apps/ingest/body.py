"""Takes a body off the wire, with a bound on its size and on the patience."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings

TIMEOUT_SECONDS = 120.0  # as Countly's sockets have it


class BodyTooLarge(Exception):  # noqa: N818  says what happened
    """Longer than INGEST_MAX_BODY_BYTES."""


class ClientGone(Exception):  # noqa: N818  says what happened
    """The connection was closed before the body was complete."""


async def read_body(headers: Mapping[bytes, bytes], receive: Callable[[], Awaitable[dict[str, Any]]]) -> bytes:
    """Raises BodyTooLarge, ClientGone, and TimeoutError for a client that does not get on with it."""
    announced = headers.get(b"content-length", b"")
    limit_bytes = settings.INGEST_MAX_BODY_BYTES
    if announced.isdigit() and int(announced[:20]) > limit_bytes:
        raise BodyTooLarge
    chunks: list[bytes] = []
    size_bytes = 0
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise ClientGone
            chunk = message.get("body", b"")
            size_bytes += len(chunk)
            if size_bytes > limit_bytes:
                raise BodyTooLarge
            chunks.append(chunk)
            if not message.get("more_body"):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)
