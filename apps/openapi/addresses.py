"""The addresses that are really served, found by walking the URL configuration and the tables of its views."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts.callers import Rule
from apps.core.api_view import ApiView
from apps.ingest.asgi import IngestRouter, Receive, Scope, Send
from apps.ingest.catch_all import invalid_path
from apps.plugin_api.sdk_methods import SDK_METHODS

API = re.compile(r"/(i|o|api)(/|\?|$)")


@dataclass(frozen=True, slots=True)
class Address:
    path: str  # "/i/apps/create", "/o?method=users"
    rule: Rule | None  # who may call it; None where the endpoint itself decides, or everybody may


def addresses() -> list[Address]:
    """Of the API; screens have none."""
    found = [Address(path, None) for path in (*IngestRouter(_nothing_else).views, "/i/sdk", "/o/sdk")]
    found += [Address(f"/o/sdk?method={name}", None) for name, _ in SDK_METHODS.items()]
    found += _walk(get_resolver().url_patterns, "/")
    return sorted((address for address in found if API.match(address.path)), key=lambda address: address.path)


async def _nothing_else(scope: Scope, receive: Receive, send: Send) -> None:
    raise NotImplementedError


def _walk(patterns: list[Any], prefix: str) -> Iterator[Address]:
    for pattern in patterns:
        path = prefix + _literal(pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        elif pattern.callback is not invalid_path:
            yield from _of_view(pattern, path)


def _of_view(pattern: URLPattern, path: str) -> Iterator[Address]:
    view = getattr(pattern.callback, "view_class", None)
    if view is None or not issubclass(view, ApiView):
        yield Address(path, None)
        return
    arguments = getattr(pattern.callback, "view_initkwargs", {})
    for below, rule in view(**arguments).endpoints():
        yield Address(path + below, rule)


def _literal(pattern: URLPattern | URLResolver) -> str:
    """The beginning of an address up to the first part that varies."""
    route = str(pattern.pattern).removeprefix("^")
    return re.split(r"\(|\[|<|\$", route, maxsplit=1)[0].replace("\\", "").rstrip("/")
