"""`/o/compare/apps` and `/o/compare/events`."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts import access, callers
from apps.accounts.actions import Call
from apps.accounts.models import Member
from apps.analytics.all_applications import figures
from apps.analytics.event_methods import one_event
from apps.analytics.merging import Tree
from apps.analytics.reading import ReadError, Reading
from apps.applications import lookup
from apps.core import clock, json_text
from apps.core.answers import output
from apps.core.api_view import ID_LENGTH, Refusal
from apps.plugin_api import configuration

MOST = 20
FEATURE = "compare"


def may_compare(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """Who may read `compare` of the first of the applications; whether all may be seen is asked before answering."""
    return callers.reader(FEATURE)({**parameters, "app_id": _applications(parameters)[0]}, headers)


def show_applications(call: Call) -> HttpResponse:
    wanted = list(dict.fromkeys(_applications(call.parameters)))
    if not all(access.can_read(call.member, application_id) for application_id in wanted):
        raise Refusal(401, "User does not have view rights for one or more apps provided in apps parameter")
    found = lookup.fresh_by_ids(wanted)
    now_ms = clock.now_ms()
    return output(
        [
            {"id": one.id, "name": one.name, **figures(one, call.parameters.get("period"), now_ms)}
            for one in found.values()
        ]
    )


def show_events(call: Call) -> HttpResponse:
    events = _list(call.parameters.get("events"))
    if not events:
        raise Refusal(400, "Missing parameter: events")
    if len(events) > MOST:
        raise Refusal(400, f"Maximum length for parameter events is {MOST}")
    application_id = call.parameters.get("app_id")
    application = lookup.by_id(application_id) if isinstance(application_id, str) else None
    if application is None:
        raise Refusal(400, 'Missing parameter "app_id"')
    reading = Reading(call.parameters, application, configuration.read("api", application), clock.now_ms())
    return output({event: _tree(event, reading) for event in events})


def _tree(event: str, reading: Reading) -> Tree:
    try:
        return one_event(event, reading)
    except ReadError:  # an event group that was deleted meanwhile
        return {}


def _applications(parameters: Mapping[str, Any]) -> list[str]:
    wanted = _list(parameters.get("apps"))
    if not wanted:
        raise Refusal(400, "Missing parameter: apps")
    if len(wanted) > MOST:
        raise Refusal(400, f"Maximum length for parameter apps is {MOST}")
    if any(len(application_id) != ID_LENGTH for application_id in wanted):
        raise Refusal(400, "Invalid app id length in apps parameter, each app id should be 24 characters long")
    return wanted


def _list(sent: Any) -> list[str]:
    """A JSON array of texts; a text that is no JSON stands for itself."""
    if isinstance(sent, str):
        try:
            sent = json_text.parse(sent)
        except ValueError:
            return [sent] if sent else []
    if isinstance(sent, list):
        return [item for item in sent if isinstance(item, str)]
    return [str(sent)] if isinstance(sent, int | float) and not isinstance(sent, bool) else []
