"""Hands requests to the endpoints that plugins offer."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http.response import HttpResponseBase

from apps.accounts.actions import ENDPOINTS, answer_with, offered_at
from apps.core.api_view import ApiView, Refusal


class PluginEndpoint:
    """Matches the paths that plugins answer, on or off. Django matches them in the event loop, where no store may be
    asked whether a plugin is on: that is the view's matter."""

    regex = "[io]/.+"

    def to_python(self, value: str) -> str:
        parts = value.split("/")
        names = set(ENDPOINTS.names())
        if any("/" + "/".join(parts[:length]) in names for length in range(len(parts), 1, -1)):
            return value
        raise ValueError("no plugin answers there")

    def to_url(self, value: str) -> str:
        return value


class EndpointView(ApiView):
    def endpoints(self) -> Iterable[tuple[str, Any]]:
        return [(path.removeprefix("/"), getattr(action, "who", None)) for path, action in ENDPOINTS.items()]

    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: Any) -> HttpResponseBase:
        found = offered_at(path["path"])
        if found is None:
            raise Refusal(400, "Invalid path")
        action, rest = found
        return answer_with(action, parameters, headers, self.request._request, rest)
