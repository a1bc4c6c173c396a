"""Requests that came to an endpoint of a plugin and go the road of `/i` (see `apps.plugin_api.intake`)."""

from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse

from apps.ingest.acceptance import accept_unsigned
from apps.ingest.replies import Reply
from apps.ingest.requests import SdkRequest, new_request
from apps.ingest.views import SdkView


class UnsignedView(SdkView):
    accept = staticmethod(accept_unsigned)


_view: Any = UnsignedView.as_view()


def take(request: HttpRequest) -> HttpResponse:
    reply = async_to_sync(_answer)(_as_sdk_request(request))
    return HttpResponse(reply.body, status=reply.status, headers=reply.headers)


async def _answer(request: SdkRequest) -> Reply:
    reply: Reply = await _view(request)
    return reply


def _as_sdk_request(request: HttpRequest) -> SdkRequest:
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in request.headers.items()]
    query = str(request.META.get("QUERY_STRING", "")).encode()
    peer = str(request.META.get("REMOTE_ADDR", ""))
    made = new_request(request.method or "GET", request.path, query, headers, peer)
    if request.method == "POST":
        made.body = request.body
    return made
