"""`/i/events/*` and `/i/event_groups/*`: how events are shown, counted and put together."""

from django.http import HttpResponse

from apps.accounts import callers
from apps.accounts.actions import Action, Call
from apps.core.answers import message
from apps.core.api_view import Refusal, application_named
from apps.events import event_list, groups, recorded, storage, validation
from apps.events.storage import Fields

NO_EVENT = (400, "Could not find event")
NO_LIST = (400, "Could not find record in event collection")
SUCCESS = "Success"


def edit_map(call: Call) -> HttpResponse:
    application_id, wanted = application_named(call.parameters), validation.edit_of(call.parameters)
    try:
        before, after = event_list.edit(application_id, wanted)
    except event_list.TooManyItems as error:
        most = event_list.MOST_OVERVIEW_ITEMS
        raise Refusal(400, f"You can't add more than {most} items in overview") from error
    except storage.NoEvents as error:
        raise Refusal(*NO_EVENT) from error
    _record(call, "events_updated", before, after)
    return message(SUCCESS)


def change_visibility(call: Call) -> HttpResponse:
    application_id, events = application_named(call.parameters), validation.events_in(call.parameters)
    wanted = call.parameters.get("set_visibility")
    try:
        if wanted not in ("hide", "show"):
            storage.event_list(application_id)
            return message(SUCCESS)  # without effect, as in the original
        before, after = event_list.set_visibility(application_id, events, wanted == "show")
    except storage.NoEvents as error:
        raise Refusal(*NO_EVENT) from error
    _record(call, "events_updated", before, after)
    return message(SUCCESS)


def whitelist_segments(call: Call) -> HttpResponse:
    application_id, segments = application_named(call.parameters), validation.whitelist_of(call.parameters)
    try:
        before, after = event_list.whitelist_segments(application_id, segments)
    except storage.NoEvents as error:
        raise Refusal(*NO_LIST) from error
    _record(call, "segments_whitelisted_for_events", before, after)
    return message(SUCCESS)


def delete_events(call: Call) -> HttpResponse:
    application_id, events = application_named(call.parameters), validation.events_in(call.parameters)
    if not events:
        raise Refusal(400, "Missing events to delete")
    try:
        deleted = event_list.delete(application_id, events)
    except storage.NoEvents as error:
        raise Refusal(*NO_EVENT) from error
    recorded.deleted(deleted, call.member, application_id, call.address)
    return message(SUCCESS)


def create_group(call: Call) -> HttpResponse:
    fields = validation.new_group(call.parameters)
    # The rule has looked at the parameter `app_id`; the group must not go to another application.
    if fields["app_id"] != (call.parameters.get("app_id") or fields["app_id"]):
        raise Refusal(400, "Error: Value of app_id is invalid")
    groups.create(fields["app_id"], fields)
    return message(SUCCESS)


def update_group(call: Call) -> HttpResponse:
    application_id = application_named(call.parameters)
    if call.parameters.get("args"):
        group_id, fields = validation.group_change(call.parameters)
        if not groups.change(application_id, group_id, fields):
            raise Refusal(404, "Event group not found")
    elif call.parameters.get("event_order"):
        groups.put_in_order(application_id, validation.group_ids(call.parameters, "event_order"))
    elif call.parameters.get("update_status"):
        ids, is_on = validation.group_ids(call.parameters, "update_status"), validation.status_of(call.parameters)
        groups.set_status(application_id, ids, is_on)
    else:
        raise Refusal(400, "No updatable fields provided")
    return message(SUCCESS)


def delete_groups(call: Call) -> HttpResponse:
    groups.delete(application_named(call.parameters), validation.group_ids(call.parameters, "args"))
    return message(SUCCESS)


def _record(call: Call, action: str, before: Fields, after: Fields) -> None:
    recorded.changed(action, before, after, call.member, str(call.parameters["app_id"]), call.address)


WRITES = {
    "edit_map": Action(callers.updater("events"), edit_map),
    "whitelist_segments": Action(callers.updater("events"), whitelist_segments),
    "delete_events": Action(callers.deleter("events"), delete_events),
    "change_visibility": Action(callers.updater("events"), change_visibility),
}
GROUP_WRITES = {
    "create": Action(callers.creator("core"), create_group),
    "update": Action(callers.updater("core"), update_group),
    "delete": Action(callers.deleter("core"), delete_groups),
}
INVALID_WRITE = "Invalid path, must be one of /all or /me"  # as in the original
INVALID_GROUP_WRITE = "Invalid path, must be one of /create, /update or /delete"
