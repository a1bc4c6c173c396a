"""Requests that came to an endpoint of a plugin and go the road of `/i` (see `apps.plugin_api.intake`)."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse

from apps.ingest.acceptance import accept_unsigned
from apps.ingest.bulk import accept_unsigned_bulk
from apps.ingest.replies import Reply
from apps.ingest.requests import SdkRequest, new_request
from apps.ingest.views import SdkView


class UnsignedView(SdkView):
    accept = staticmethod(accept_unsigned)


class UnsignedBulkView(SdkView):
    accept = staticmethod(accept_unsigned_bulk)


_view: Any = UnsignedView.as_view()
_bulk_view: Any = UnsignedBulkView.as_view()
JSON = [(b"content-type", b"application/json")]
OURSELVES = "127.0.0.1"


def take(request: HttpRequest) -> HttpResponse:
    return _response(_view, _as_sdk_request(request))


def take_many(app_key: str, requests: Sequence[Mapping[str, Any]]) -> HttpResponse:
    made = new_request("POST", "/i/bulk", b"", JSON, OURSELVES)
    made.body = orjson.dumps({"app_key": app_key, "requests": requests})
    return _response(_bulk_view, made)


def _response(view: Any, request: SdkRequest) -> HttpResponse:
    reply = async_to_sync(_answer)(view, request)
    return HttpResponse(reply.body, status=reply.status, headers=reply.headers)


async def _answer(view: Any, request: SdkRequest) -> Reply:
    reply: Reply = await view(request)
    return reply


def _as_sdk_request(request: HttpRequest) -> SdkRequest:
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in request.headers.items()]
    query = str(request.META.get("QUERY_STRING", "")).encode()
    peer = str(request.META.get("REMOTE_ADDR", ""))
    made = new_request(request.method or "GET", request.path, query, headers, peer)
    if request.method == "POST":
        made.body = request.body
    return made
