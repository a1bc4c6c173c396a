"""`/o` and `/o/analytics/*`: checks in the original's order, then one function that answers."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.accounts.access import Denied, authorise_read, check_ids
from apps.analytics.methods import METHODS
from apps.analytics.reading import ReadError, Reading, as_text
from apps.analytics.sections import SECTIONS
from apps.core import clock
from apps.core.answers import message, output, preflight
from apps.core.parameters import request_parameters
from apps.plugin_api import configuration

INVALID_PATH = "Invalid path, must be one of /dashboard,  " + ", ".join(f"/{name}" for name in list(SECTIONS)[1:])


class AlwaysJSON(BaseContentNegotiation):
    """Clients send all kinds of Accept headers and a parameter `format` of their own; the answer is always JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        renderer: BaseRenderer = renderers[0]
        return renderer, renderer.media_type


class ReadView(APIView):
    """GET and POST are equal; the parameters come from the query and the body."""

    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJSON
    http_method_names = ["get", "post", "options"]

    def get(self, request: Request, **path: str) -> HttpResponse:
        parameters = request_parameters(request._request)
        try:
            check_ids(parameters)
            return self.answer(parameters, request.headers, **path)
        except Denied as denied:
            return message(denied.message, denied.status)
        except ReadError as error:
            return message(error.message, error.status)

    def post(self, request: Request, **path: str) -> HttpResponse:
        return self.get(request, **path)

    def options(self, request: HttpRequest, *args: Any, **path: str) -> HttpResponse:  # type: ignore[override]  # not DRF's
        return preflight()

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **path: str) -> HttpResponse:  # type: ignore[override]  # the base raises
        return message("Method not allowed", 405)

    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponse:
        raise NotImplementedError


class MethodView(ReadView):
    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponse:
        require_application(parameters)
        method = METHODS.get(as_text(parameters.get("method")))
        if method is None:
            raise ReadError(400, "Invalid method")
        if method.setting and not configuration.read("api")[method.setting]:
            return output({})
        return output(method.answer(read_of(parameters, headers, method.feature)))


class SectionView(ReadView):
    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponse:
        require_application(parameters)
        section = SECTIONS.get(path.get("section") or "")
        if section is None:
            raise ReadError(400, INVALID_PATH)
        return output(section(read_of(parameters, headers, "core")))


def require_application(parameters: Mapping[str, Any]) -> None:
    if not parameters.get("app_id"):
        raise ReadError(400, 'Missing parameter "app_id"')


def read_of(parameters: Mapping[str, Any], headers: Mapping[str, str], feature: str) -> Reading:
    application = authorise_read(parameters, headers, feature).application
    return Reading(parameters, application, configuration.read("api", application), clock.now_ms())
