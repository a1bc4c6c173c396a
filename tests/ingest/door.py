"""Knocks at the real ASGI application, without a server in between."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from asgiref.testing import ApplicationCommunicator

from apps.aggregation.records import Record, decode
from apps.core import mongo, redis_client
from apps.ingest import acceptance, current_settings
from apps.ingest.recent import RecentRequests
from apps.pipeline import backlog, drops

TIMEOUT_SECONDS = 20
SUCCESS = {"result": "Success"}
DUPLICATE = {"result": "Success", "info": "Request ignored: Duplicate request"}
FORM = [("Content-Type", "application/x-www-form-urlencoded")]
JSON = [("Content-Type", "application/json")]


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def in_loop(talk: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Runs the talk in an event loop of its own, as in a web process that has just started."""
    acceptance._recent = RecentRequests()
    current_settings.forget()

    async def with_redis() -> Any:
        try:
            return await talk()
        finally:
            await redis_client.async_client().aclose()

    return asyncio.run(with_redis())


async def knock(
    method: str,
    path: str,
    query: bytes | dict[str, Any] = b"",
    body: bytes | Iterable[bytes] = b"",
    headers: Iterable[tuple[str, str]] = (),
    client: str = "192.0.2.1",
) -> Answer:
    """A `body` of several pieces comes in several messages."""
    pieces = [body] if isinstance(body, bytes) else list(body)
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages[-1]["more_body"] = False
    return await say(method, path, messages, query, headers, client)


async def say(
    method: str,
    path: str,
    messages: list[dict[str, Any]],
    query: bytes | dict[str, Any] = b"",
    headers: Iterable[tuple[str, str]] = (),
    client: str = "192.0.2.1",
) -> Answer:
    from countly_site.asgi import application  # sets Django up

    communicator = ApplicationCommunicator(
        application,
        {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query if isinstance(query, bytes) else encoded(query),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            "client": (client, 40000),
            "server": ("testserver", 80),
        },
    )
    for message in messages:
        await communicator.send_input(message)
    await communicator.wait(TIMEOUT_SECONDS)
    start = communicator.output_queue.get_nowait()
    body = b""
    while not communicator.output_queue.empty():
        body += communicator.output_queue.get_nowait().get("body", b"")
    return Answer(start["status"], body, {name.decode().lower(): value.decode() for name, value in start["headers"]})


async def get(path: str, /, **parameters: Any) -> Answer:
    return await knock("GET", path, parameters)


async def post(path: str, /, **fields: Any) -> Answer:
    return await knock("POST", path, b"", encoded(fields), FORM)


async def post_json(path: str, value: Any, query: bytes = b"") -> Answer:
    return await knock("POST", path, query, json.dumps(value).encode(), JSON)


def encoded(parameters: dict[str, Any]) -> bytes:
    """Values that are no texts are sent as JSON."""
    pairs = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    return urlencode(pairs).encode()


def stored() -> list[Record]:
    """What the streams hold, in order."""
    records = []
    for shard in backlog.shards_with_streams():
        waiting, _ = backlog.read(shard, backlog.Position(""))
        records += [decode(request.data) for request in waiting]
    return records


def dropped() -> dict[tuple[str, str], int]:
    """(application id, reason) -> number."""
    drops.move_pending()
    return {(row["a"], row["reason"]): row["c"] for row in mongo.collection(drops.COLLECTION).find()}
