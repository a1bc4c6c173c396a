"""The view below every endpoint of the API but the road in: GET and POST are equal, the answer is always JSON."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.datastructures import CaseInsensitiveMapping
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.core.answers import message, preflight
from apps.core.client_queries import InvalidQuery
from apps.core.parameters import request_parameters

logger = logging.getLogger(__name__)

ID_LENGTH = 24
#: The path of a request among its headers, under the name that HTTP/2 gives it: no client can send such a header.
PATH = ":path"


class Refusal(Exception):
    """Answered as `{"result": result}` with the status."""

    def __init__(self, status: int, result: Any) -> None:
        super().__init__(result)
        self.status = status
        self.result = result

    @property
    def message(self) -> str:
        return str(self.result)


class AlwaysJSON(BaseContentNegotiation):
    """Clients send all kinds of Accept headers and a parameter `format` of their own; the answer is always JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        renderer: BaseRenderer = renderers[0]
        return renderer, renderer.media_type


class ApiView(APIView):
    """The parameters come from the query and the body. `answer` may raise Refusal."""

    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJSON
    http_method_names = ["get", "post", "options"]

    def get(self, request: Request, **path: str) -> HttpResponseBase:
        parameters = request_parameters(request._request)
        try:
            check_ids(parameters)
            headers = CaseInsensitiveMapping({**request.headers, PATH: request.path})
            return self.answer(parameters, headers, **path)
        except Refusal as refusal:
            return message(refusal.result, refusal.status)
        except InvalidQuery as error:  # which the database found out
            return message(f"Failed to parse query. {error}", 400)
        except RecursionError:
            logger.warning("a request to %s was given up", request.path, exc_info=True)
            return message("A parameter is nested too deeply", 400)

    def post(self, request: Request, **path: str) -> HttpResponseBase:
        return self.get(request, **path)

    def options(self, request: HttpRequest, *args: Any, **path: str) -> HttpResponse:  # type: ignore[override]  # not DRF's
        return preflight()

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **path: str) -> HttpResponse:  # type: ignore[override]  # the base raises
        return message("Method not allowed", 405)

    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponseBase:
        raise NotImplementedError

    def endpoints(self) -> Iterable[tuple[str, Any]]:
        """What follows the address of the view, and the rule who may call it, for the description of the API."""
        return [("", None)]


def check_ids(parameters: Mapping[str, Any]) -> None:
    """Comes before everything else on every endpoint. An empty id counts as none. Raises Refusal."""
    for name in ("app_id", "user_id"):
        value = parameters.get(name)
        if value and not (isinstance(value, str) and len(value) == ID_LENGTH):
            raise Refusal(400, f'Invalid parameter "{name}"')


def application_named(parameters: Mapping[str, Any]) -> str:
    """The parameter `app_id`, without which global administrators pass some checks. Raises Refusal."""
    application_id = parameters.get("app_id")
    if not isinstance(application_id, str) or not application_id:
        raise Refusal(400, 'Missing parameter "app_id"')
    return application_id
