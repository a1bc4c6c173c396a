"""The answers of the road in, as ready-made ASGI messages: most of them are always the same."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from apps.core import answers

Send = Callable[[dict[str, Any]], Awaitable[None]]

RETRY_AFTER_SECONDS = 5


class Reply:
    """Immutable by agreement: one object serves many requests."""

    __slots__ = ("body", "headers", "start", "status")

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.status = status
        self.body = body
        self.headers = dict(headers)
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        raw.append((b"content-length", str(len(body)).encode()))
        self.start = {"type": "http.response.start", "status": status, "headers": raw}

    async def send(self, send: Send) -> None:
        await send(self.start)
        await send({"type": "http.response.body", "body": self.body})

    def for_origin(self, origin: str) -> "Reply":
        """The same, for the browser to show to that origin only."""
        return Reply(self.status, self.body, {**self.headers, "Access-Control-Allow-Origin": origin})


_JSON_HEADERS = {"Content-Type": answers.CONTENT_TYPE, **answers.HEADERS}


def message(result: str, status: int = 200) -> Reply:
    return Reply(status, answers.message_bytes(result), _JSON_HEADERS)


def output(data: Any) -> Reply:
    """Bare JSON. `data` is escaped already, where it has to be."""
    return Reply(200, orjson.dumps(data), _JSON_HEADERS)


def ignored(reason: str) -> Reply:
    """Delivered, as far as the sender is concerned, and not counted here."""
    return Reply(200, orjson.dumps({"result": "Success", "info": f"Request ignored: {reason}"}), _JSON_HEADERS)


def too_many(retry_after_seconds: int) -> Reply:
    headers = {**_JSON_HEADERS, "Retry-After": str(retry_after_seconds)}
    return Reply(429, answers.message_bytes("Too Many Requests"), headers)


def unavailable(error: str) -> Reply:
    """Without `result`, by which SDKs know what was delivered: they keep the request and send it again."""
    return Reply(503, orjson.dumps({"error": error}), {**_JSON_HEADERS, "Retry-After": str(RETRY_AFTER_SECONDS)})


SUCCESS = message("Success")
DUPLICATE = ignored("Duplicate request")
PREFLIGHT = Reply(200, b"", answers.PREFLIGHT_HEADERS)
METHOD_NOT_ALLOWED = message("Method not allowed", 405)
FULL = unavailable("Too many requests are waiting to be counted, try again later")
STORE_UNAVAILABLE = unavailable("Requests cannot be stored at the moment, try again later")
DATABASE_UNAVAILABLE = unavailable("Applications cannot be looked up at the moment, try again later")
BROKEN = unavailable("The request could not be processed")
