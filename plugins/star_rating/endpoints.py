"""`/i/feedback/widgets/*`: who asks for a rating, and how."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId
from django.http import HttpResponse

from apps.accounts.actions import Call
from apps.core import json_text
from apps.core.answers import message
from apps.core.api_view import Refusal, application_named
from apps.plugin_api import audit
from plugins.star_rating import documents, widget_fields, widgets

NOT_FOUND = Refusal(404, "Widget not found")
MOST_WIDGETS = 500


def create(call: Call) -> HttpResponse:
    fields = _fields(call.parameters)
    created = widgets.create(application_named(call.parameters), fields)
    _record(call, "feedback_widget_created", created)
    return message(f"Successfully created {created['_id']}", 201)


def edit(call: Call) -> HttpResponse:
    widget = _widget_id(call.parameters)
    fields = _fields(call.parameters)
    before = widgets.edit(application_named(call.parameters), widget, fields)
    if before is None:
        raise NOT_FOUND
    _record(call, "feedback_widget_edited", {"before": shown(before), "update": {**shown(before), **fields}})
    return message("Success")


def remove(call: Call) -> HttpResponse:
    widget = documents.widget_key(call.parameters.get("widget_id"))
    if widget is None:
        raise NOT_FOUND
    with_data = widget_fields.is_true(call.parameters.get("with_data"))
    removed = widgets.remove(application_named(call.parameters), widget, with_data=with_data)
    if removed is None:
        raise NOT_FOUND
    _record(call, "feedback_widget_removed_with_data" if with_data else "feedback_widget_removed", removed)
    return message("Success")


def switch(call: Call) -> HttpResponse:
    sent = call.parameters.get("data")
    try:
        wanted = json_text.parse(sent) if isinstance(sent, str) else sent
    except ValueError as error:
        raise Refusal(400, "Invalid parameter 'data'") from error
    if wanted is not None and not isinstance(wanted, dict):
        raise Refusal(400, "Invalid parameter 'data'")
    states = {
        key: widget_fields.is_true(is_on)
        for widget, is_on in list((wanted or {}).items())[:MOST_WIDGETS]
        if (key := documents.widget_key(widget)) is not None
    }
    if not states:
        raise Refusal(400, "Nothing to update")
    widgets.switch(application_named(call.parameters), states)
    _record(call, "feedback_widget_status_changed", {str(widget): is_on for widget, is_on in states.items()})
    return message("Success")


def shown(widget: Mapping[str, Any]) -> dict[str, Any]:
    """As clients know it."""
    return {**widget, "_id": str(widget["_id"])}


def _fields(parameters: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return widget_fields.read(parameters)
    except widget_fields.InvalidFields as error:
        raise Refusal(400, f"Invalid params: {error}") from error


def _widget_id(parameters: Mapping[str, Any]) -> ObjectId:
    widget = documents.widget_key(parameters.get("widget_id"))
    if widget is None:
        raise Refusal(400, "Invalid widget id.")
    return widget


def _record(call: Call, action: str, data: Mapping[str, Any]) -> None:
    told = shown(data) if "_id" in data else data
    application_id = application_named(call.parameters)
    audit.record(action, told, member=call.member, application_id=application_id, address=call.address)
