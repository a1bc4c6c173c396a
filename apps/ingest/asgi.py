"""The door: what SDKs send and fetch takes a road of its own, the rest goes to the Django application. All of the API
gets the headers and the limit that the settings `security` say."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.db import DatabaseError
from pymongo.errors import PyMongoError

from apps.core.texts import gettext_noop
from apps.ingest import additional_headers, rate_limit, replies
from apps.ingest.body import BodyCutOff, BodyRefused, BodyTooLarge, BodyTooSlow, read_body
from apps.ingest.current_settings import security_settings
from apps.ingest.requests import new_request
from apps.ingest.views import BulkView, FetchView, RequestView
from apps.pipeline import drops

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TOO_LARGE = gettext_noop("Request body is too large")
TOO_SLOW = gettext_noop("Request body did not arrive in time")
CUT_OFF = gettext_noop("Request body is incomplete")
#: As which they are counted, and the answer.
REFUSALS = {
    BodyTooLarge: (TOO_LARGE, replies.message(TOO_LARGE, 413)),
    BodyTooSlow: (TOO_SLOW, replies.message(TOO_SLOW, 408)),
    BodyCutOff: (CUT_OFF, replies.message(CUT_OFF, 400)),
}


class IngestRouter:
    def __init__(self, rest: Application) -> None:
        self.rest = rest
        self.views: dict[str, Any] = {"/i": RequestView.as_view(), "/i/bulk": BulkView.as_view()}
        self.fetch: Any = FetchView.as_view()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not is_of_the_api(path):
            await self.rest(scope, receive, send)
            return
        view = self.views.get(path)
        is_limited = view is None
        if view is None and is_fetch(path):
            view = self.fetch
        client = scope.get("client")
        peer = client[0] if client else ""
        request = new_request(scope["method"], path, scope["query_string"], scope["headers"], peer)
        if request.method != "OPTIONS" and (security := await _security()) is not None:
            send = additional_headers.sending(send, security["api_additional_headers"])
            if is_limited and (refusal := await rate_limit.refusal(request, security)) is not None:
                await refusal.send(send)
                return
        if view is None:
            await self.rest(scope, receive, send)
            return
        if request.method == "POST":
            try:
                request.body = await read_body(request.headers, receive)
            except BodyRefused as refused:
                reason, answer = REFUSALS[type(refused)]
                await drops.count("", reason)
                await answer.send(send)
                return
        reply = await view(request)
        await reply.send(send)


async def _security() -> Mapping[str, Any] | None:
    """None while nothing has been read yet and the database does not answer: whoever answers will say so."""
    try:
        return await security_settings()
    except (PyMongoError, DatabaseError):
        return None


def is_of_the_api(path: str) -> bool:
    return path[:2] in ("/i", "/o") and path[2:3] in ("", "/")


def is_fetch(path: str) -> bool:
    """Only the first two parts of a path say who answers: `/o/sdk/content` is `/o/sdk`."""
    return path.startswith(("/o/sdk", "/i/sdk")) and path[6:7] in ("", "/")
