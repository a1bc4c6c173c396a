"""The door for SDKs: what they send and fetch takes a road of its own, the rest goes to the Django application."""

from collections.abc import Awaitable, Callable
from typing import Any

from apps.ingest import replies
from apps.ingest.body import BodyCutOff, BodyRefused, BodyTooLarge, BodyTooSlow, read_body
from apps.ingest.requests import new_request
from apps.ingest.views import BulkView, FetchView, RequestView

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

REFUSALS = {
    BodyTooLarge: replies.message("Request body is too large", 413),
    BodyTooSlow: replies.message("Request body did not arrive in time", 408),
    BodyCutOff: replies.message("Request body is incomplete", 400),
}


class IngestRouter:
    def __init__(self, rest: Application) -> None:
        self.rest = rest
        self.views: dict[str, Any] = {"/i": RequestView.as_view(), "/i/bulk": BulkView.as_view()}
        self.fetch: Any = FetchView.as_view()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        view = self.views.get(scope["path"]) or (self.fetch if is_fetch(scope["path"]) else None)
        if view is None:
            await self.rest(scope, receive, send)
            return
        client = scope.get("client")
        peer = client[0] if client else ""
        request = new_request(scope["method"], scope["path"], scope["query_string"], scope["headers"], peer)
        if request.method == "POST":
            try:
                request.body = await read_body(request.headers, receive)
            except BodyRefused as refused:
                await REFUSALS[type(refused)].send(send)
                return
        reply = await view(request)
        await reply.send(send)


def is_fetch(path: str) -> bool:
    """Only the first two parts of a path say who answers: `/o/sdk/content` is `/o/sdk`."""
    return path.startswith(("/o/sdk", "/i/sdk")) and path[6:7] in ("", "/")
