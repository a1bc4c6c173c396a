"""`/o/actions`: where people click and how far they scroll, for members and for pages that hold a token of one."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts import callers, tokens
from apps.accounts.access import TOKEN_HEADER
from apps.accounts.actions import Call
from apps.accounts.models import Member
from apps.analytics.periods import is_period
from apps.analytics.questions import ask
from apps.applications import lookup
from apps.core import json_text
from apps.core.answers import output
from apps.core.api_view import Refusal
from plugins.views import documents, heat_maps, queries
from plugins.views.actions import CLICK, TYPES
from plugins.views.removal import registry

SCRIPT_SECONDS = 1_800  # of a token for a page
NEARLY_EXPIRED_SECONDS = 600
LONGEST_VIEW = 1_024
LARGEST_WIDTH = 1_000_000


def application_named(parameters: Mapping[str, Any]) -> str:
    """Pages know the application by its key alone. "" for one that does not exist."""
    if named := parameters.get("app_id"):
        return named if isinstance(named, str) else ""
    key = parameters.get("app_key")
    application = lookup.by_key(key) if isinstance(key, str) and key else None
    return application.id if application else ""


def may_read_actions(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """Members who may read `views` of the application in `app_id`, or in `app_key`."""
    named = {**parameters, "app_id": application_named(parameters)}
    return callers.reader(documents.VIEWS)(named, headers)


def show(call: Call) -> HttpResponse:
    sent = call.parameters
    view = sent.get("view")
    if not view or not isinstance(view, str):
        raise Refusal(401, "Please provide view for which to query data")
    widths = _widths(sent.get("device"))
    if not sent.get("period"):
        raise Refusal(400, "Missing request parameter: period")
    if not is_period(sent["period"]):
        raise Refusal(400, "Bad request parameter: period")
    application = lookup.by_id(application_named(sent))
    if application is None:
        raise Refusal(401, "App does not exist")
    kind = sent.get("actionType") or CLICK
    if kind not in TYPES:
        raise Refusal(400, "Bad request parameter: actionType")
    platform, domain = (sent.get(name) for name in ("segment", "domain"))
    period = ask(application, sent["period"]).period
    wanted = heat_maps.Wanted(
        view[:LONGEST_VIEW],
        str(kind),
        platform=platform if isinstance(platform, str) else "",
        domain=domain if isinstance(domain, str) else "",
        widths=widths,
    )
    data = [
        {
            "c": point.number,
            "sg": {"type": kind, "x": point.x, "y": point.y, "width": point.width, "height": point.height},
        }
        for point in heat_maps.points(application.id, period, wanted)
    ]
    types = documents.segments_of(registry(application.id)).get(documents.PLATFORM, [])
    answer = output({"types": types, "data": data, "domains": queries.domains(application.id)})
    return _with_token(answer, call)


def _widths(sent: Any) -> tuple[int, int] | None:
    """None when all are asked for."""
    if not sent:
        return None
    try:
        device = json_text.parse(sent) if isinstance(sent, str) else sent
    except ValueError:
        device = None
    if not isinstance(device, dict):
        raise Refusal(400, "Bad request parameter: device")
    return _width(device.get("minWidth")), _width(device.get("maxWidth"))


def _width(sent: Any) -> int:
    if not isinstance(sent, int | float) or isinstance(sent, bool):
        raise Refusal(400, "Bad request parameter: device")
    return int(min(max(sent, 0), LARGEST_WIDTH))


def _with_token(answer: HttpResponse, call: Call) -> HttpResponse:
    """A page that is being looked at keeps its token: one that nearly ends goes on for another while."""
    token = call.request.headers.get(TOKEN_HEADER)
    if token:
        if 0 < tokens.seconds_left(token) < NEARLY_EXPIRED_SECONDS:
            tokens.prolong(token, NEARLY_EXPIRED_SECONDS)
        answer[TOKEN_HEADER] = token
        answer["Access-Control-Expose-Headers"] = TOKEN_HEADER
    return answer
