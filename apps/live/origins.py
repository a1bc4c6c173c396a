"""Sockets are for pages of this server only: a page of another one would use the session of whoever looks at it."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


class OwnOrigin:
    """ASGI: closes sockets whose `Origin` is not the host that was asked, by the rule of Django's forms: `Host`, within
    ALLOWED_HOSTS, or one of CSRF_TRUSTED_ORIGINS. Programs send no `Origin`; they pass, and have no session."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"origin", b"host")}
        if is_own(headers.get(b"origin"), headers.get(b"host", "")):
            return await self._inner(scope, receive, send)
        await receive()
        return await send({"type": "websocket.close"})  # before it is accepted: the browser reads 403


def is_own(origin: str | None, host: str) -> bool:
    domain, _port = split_domain_port(host)
    if not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    if origin is None or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        return urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:  # half an IPv6 address
        return False
