"""`/o` and `/o/analytics/*`: checks in the original's order, then one function that answers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts.access import Features, authorise_read
from apps.accounts.callers import global_admin, reader
from apps.analytics.methods import METHODS
from apps.analytics.reading import ReadError, Reading, as_text
from apps.analytics.sections import SECTIONS
from apps.applications import lookup
from apps.core import clock
from apps.core.answers import output
from apps.core.api_view import ApiView
from apps.plugin_api import configuration

INVALID_PATH = "Invalid path, must be one of /dashboard,  " + ", ".join(f"/{name}" for name in list(SECTIONS)[1:])


class MethodView(ApiView):
    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponse:
        require_application(parameters)
        method = METHODS.get(as_text(parameters.get("method")))
        if method is None:
            raise ReadError(400, "Invalid method")
        if method.setting and not configuration.read("api")[method.setting]:
            return output({})
        if method.is_for_global_admins:
            return answer_of(method.answer, read_by_global_admin(parameters, headers))
        return answer_of(method.answer, read_of(parameters, headers, method.feature))

    def endpoints(self) -> Iterable[tuple[str, Any]]:
        return [
            (f"?method={name}", global_admin if method.is_for_global_admins else reader(method.feature))
            for name, method in METHODS.items()
        ]


class SectionView(ApiView):
    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponse:
        require_application(parameters)
        section = SECTIONS.get(path.get("section") or "")
        if section is None:
            raise ReadError(400, INVALID_PATH)
        return answer_of(section, read_of(parameters, headers, "core"))

    def endpoints(self) -> Iterable[tuple[str, Any]]:
        return [(f"/{name}", reader("core")) for name in SECTIONS]


def answer_of(question: Callable[[Reading], Any], reading: Reading) -> HttpResponse:
    response = output(question(reading))
    for name, value in reading.headers.items():
        response[name] = value
    return response


def require_application(parameters: Mapping[str, Any]) -> None:
    if not parameters.get("app_id"):
        raise ReadError(400, 'Missing parameter "app_id"')


def read_by_global_admin(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Reading:
    """Identified once: a token that serves once is gone then."""
    member = global_admin(parameters, headers)
    application = lookup.by_id(as_text(parameters.get("app_id")))
    if application is None:
        raise ReadError(401, "App does not exist")
    return Reading(parameters, application, configuration.read("api", application), clock.now_ms(), member)


def read_of(parameters: Mapping[str, Any], headers: Mapping[str, str], feature: Features) -> Reading:
    access = authorise_read(parameters, headers, feature)
    settings = configuration.read("api", access.application)
    return Reading(parameters, access.application, settings, clock.now_ms(), access.member)
