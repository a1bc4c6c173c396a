"""Connections to the providers, and where they are: only the server's own settings can change that."""

import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
from django.conf import settings

from apps.plugin_api import configuration

#: Overridden by PUSH_GATEWAYS of the server's settings; `ca` names a file with certificates that are trusted.
ADDRESSES = {
    "apns": "https://api.push.apple.com",
    "apns_sandbox": "https://api.sandbox.push.apple.com",
    "fcm": "https://fcm.googleapis.com",
    "fcm_token": "https://oauth2.googleapis.com/token",
    "hms": "https://push-api.cloud.huawei.com",
    "hms_token": "https://oauth-login.cloud.huawei.com/oauth2/v3/token",
}
TIMEOUT = httpx.Timeout(20.0, connect=10.0)


def address(name: str) -> str:
    configured: Mapping[str, str] = getattr(settings, "PUSH_GATEWAYS", {})
    return (configured.get(name) or ADDRESSES[name]).rstrip("/")


def tls_context() -> ssl.SSLContext:
    configured: Mapping[str, str] = getattr(settings, "PUSH_GATEWAYS", {})
    own = configured.get("ca")
    context = ssl.create_default_context(cafile=own) if own else httpx.create_ssl_context()
    if configuration.read("push")["proxyunauthorized"] and proxy():
        # A proxy that opens the connections has certificates of its own; people chose to trust it.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def proxy() -> str | None:
    """A host without a port that makes sense has that of HTTP: nothing goes around a proxy that somebody named."""
    own = configuration.read("push")
    host, port = str(own["proxyhost"]).strip(), str(own["proxyport"]).strip()
    if not host:
        return None
    port = port if port.isdigit() else "80"
    name, password = (quote(str(own[part]), safe="") for part in ("proxyuser", "proxypass"))
    return f"http://{name}:{password}@{host}:{port}" if name else f"http://{host}:{port}"


def client(*, http2: bool, context: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(**_options(http2, context))


def _options(http2: bool, context: ssl.SSLContext | None) -> dict[str, Any]:
    return {
        "http2": http2,
        "http1": not http2,
        "verify": context or tls_context(),
        "timeout": TIMEOUT,
        "proxy": proxy(),
        "trust_env": False,
        "follow_redirects": False,
    }
