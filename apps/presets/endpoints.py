"""`/i/date_presets/*` and `/o/date_presets/*`: named periods."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts import callers
from apps.accounts.actions import Action, Call
from apps.core import json_text
from apps.core.answers import message, output
from apps.core.api_view import ID_LENGTH, Refusal
from apps.core.arguments import is_storable
from apps.presets import presets

NOT_ENOUGH = (400, "Not enough args")
NOT_FOUND = (404, "Could not find preset")
NOT_AUTHORISED = (401, "Not authorized")
LONGEST_NAME = 200
LONGEST_PERIOD = 40
LONGEST_OBJECT = 500
LONGEST_PLACE = 5  # digits
MOST_SHARES = 500


def show_all(call: Call) -> HttpResponse:
    return output(presets.visible(call.member))


def show_one(call: Call) -> HttpResponse:
    try:
        return output(presets.one(_preset_id(call.parameters), call.member))
    except presets.Unknown as error:
        raise Refusal(*NOT_FOUND) from error


def create(call: Call) -> HttpResponse:
    if any(not call.parameters.get(name) for name in ("name", "range", "share_with")):
        raise Refusal(*NOT_ENOUGH)
    return output(presets.create(fields_of(call.parameters), call.member))


def update(call: Call) -> HttpResponse:
    try:
        presets.change(_preset_id(call.parameters), fields_of(call.parameters), call.member)
    except presets.Unknown as error:
        raise Refusal(*NOT_FOUND) from error
    except presets.NotAllowed as error:
        raise Refusal(*NOT_AUTHORISED) from error
    return message("Preset updated")


def delete(call: Call) -> HttpResponse:
    try:
        removed = presets.delete(_preset_id(call.parameters), call.member)
    except presets.Unknown as error:
        raise Refusal(*NOT_FOUND) from error
    except presets.NotAllowed as error:
        raise Refusal(*NOT_AUTHORISED) from error
    return output({"acknowledged": True, "deletedCount": removed})


def _preset_id(parameters: Mapping[str, Any]) -> str:
    preset_id = parameters.get("preset_id")
    if not isinstance(preset_id, str) or len(preset_id) != ID_LENGTH:
        raise Refusal(*NOT_ENOUGH)
    return preset_id


def fields_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Those that were sent, checked. Raises Refusal with the first that cannot be."""
    readers = {
        "name": _name,
        "range": _range,
        "share_with": _share_with,
        "exclude_current_day": _flag,
        "fav": _flag,
        "sort_order": _place,
        **dict.fromkeys(presets.SHARES, _texts),
    }
    fields = {}
    for name, read in readers.items():
        if parameters.get(name) is None:
            continue
        try:
            fields[name] = read(parameters[name])
        except ValueError as error:
            raise Refusal(400, f"Invalid {name}") from error
    return fields


def _name(sent: Any) -> str:
    if not isinstance(sent, str) or not sent.strip() or len(sent) > LONGEST_NAME:
        raise ValueError
    return sent


def _range(sent: Any) -> Any:
    """A name of a period, two moments in ms, or an object that says how the period is found."""
    value = json_text.parse(sent) if isinstance(sent, str) else sent
    is_usable = bool(
        (isinstance(value, str) and 0 < len(value) <= LONGEST_PERIOD)
        or (_is_moments(value) and value[0] <= value[1])
        or (
            isinstance(value, dict)
            and {"value", "since"} & value.keys()
            and len(str(value)) <= LONGEST_OBJECT
            and is_storable(value)
        )
    )
    if not is_usable:
        raise ValueError
    return [int(moment) for moment in value] if isinstance(value, list) else value


def _is_moments(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(moment) in (int, float) and 0 <= moment < presets.LATEST_MS for moment in value)
    )


def _share_with(sent: Any) -> str:
    if not isinstance(sent, str) or sent not in presets.SHARED_WITH:
        raise ValueError
    return sent


def _flag(sent: Any) -> bool:
    if sent not in (True, False, "true", "false"):
        raise ValueError
    return sent in (True, "true")


def _place(sent: Any) -> int:
    if isinstance(sent, bool) or not isinstance(sent, int | str) or len(str(sent)) > LONGEST_PLACE:
        raise ValueError
    place = int(sent)
    if place < 0:
        raise ValueError
    return place


def _texts(sent: Any) -> list[str]:
    value = json_text.parse(sent) if isinstance(sent, str) else sent
    if not isinstance(value, list) or len(value) > MOST_SHARES:
        raise ValueError
    if not all(isinstance(item, str) and len(item) < 255 for item in value):
        raise ValueError
    return [item.strip().lower() for item in value]


WRITES = {
    "create": Action(callers.writer, create),
    "update": Action(callers.writer, update),
    "delete": Action(callers.writer, delete),
}
READS = {
    "getAll": Action(callers.any_member, show_all),
    "getById": Action(callers.any_member, show_one),
}
INVALID_WRITE = "Invalid path, must be one of /create /update or /delete"
INVALID_READ = "Invalid path, must be one of /getAll /getById"
