"""Hands requests to the endpoints that plugins offer."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http.response import HttpResponseBase

from apps.accounts.actions import ENDPOINTS, Found, answer_with, offered_at
from apps.core.api_view import ApiView


class PluginEndpoint:
    """Converts a path to the endpoint that answers it. Without one the path is not ours: the next pattern is asked."""

    regex = "[io]/.+"

    def to_python(self, value: str) -> Found:
        if found := offered_at(value):
            return found
        raise ValueError("no plugin that is on answers there")

    def to_url(self, value: str) -> str:
        return value


class EndpointView(ApiView):
    def endpoints(self) -> Iterable[tuple[str, Any]]:
        return [(path.removeprefix("/"), getattr(action, "who", None)) for path, action in ENDPOINTS.items()]

    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: Any) -> HttpResponseBase:
        action, rest = path["found"]
        return answer_with(action, parameters, headers, self.request._request, rest)
