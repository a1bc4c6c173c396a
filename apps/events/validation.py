"""What the endpoints of events take: JSON in parameters of their own, checked before anything is changed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from apps.aggregation.events import LONGEST_KEY
from apps.core import arguments, json_text
from apps.core.api_view import Refusal
from apps.core.arguments import Argument, Kind
from apps.events.event_list import Edit
from apps.events.groups import CHANGEABLE

MOST_EVENTS = 2_000  # in one call
MOST_SEGMENTS = 500  # of an event
LONGEST_SEGMENT = 256
LONGEST_TEXT = 2_000
GROUP_ARGUMENTS = {
    "app_id": Argument(is_required=True, min_length=24, max_length=24),
    "name": Argument(is_required=True, min_length=1, max_length=200),
    "source_events": Argument(Kind.LIST, is_required=True),
    "display_map": Argument(Kind.OBJECT, is_required=True),
    "status": Argument(Kind.FLAG, is_required=True),
    "description": Argument(max_length=LONGEST_TEXT),
}
GROUP_CHANGES = {
    **{name: replace(rule, is_required=False) for name, rule in GROUP_ARGUMENTS.items()},
    "_id": Argument(is_required=True, max_length=100),
    "order": Argument(Kind.NUMBER),
}
DISPLAYED = ("c", "s", "d")


def edit_of(parameters: Mapping[str, Any]) -> Edit:
    """What is no JSON counts as not sent, as in the original."""
    event_map = _json(parameters, "event_map")
    order = _json(parameters, "event_order")
    overview = _json(parameters, "event_overview")
    omitted = _json(parameters, "omitted_segments")
    return Edit(
        event_map=_event_map(event_map) if isinstance(event_map, dict) else None,
        order=events_of(order) if isinstance(order, list) else None,
        overview=[item for item in overview if isinstance(item, dict)] if isinstance(overview, list) else None,
        omitted_segments=_segments(omitted, "omitted_segments") if isinstance(omitted, dict) else None,
    )


def whitelist_of(parameters: Mapping[str, Any]) -> dict[str, list[str]]:
    sent = _json(parameters, "whitelisted_segments")
    if not isinstance(sent, dict):
        raise Refusal(400, "Value for 'whitelisted_segments' missing")
    return _segments(sent, "whitelisted_segments")


def events_in(parameters: Mapping[str, Any]) -> list[str]:
    """Of the parameter `events`; empty when it is no list."""
    sent = _json(parameters, "events")
    return events_of(sent) if isinstance(sent, list) else []


def events_of(sent: list[Any]) -> list[str]:
    """The keys among them, each once."""
    if len(sent) > MOST_EVENTS:
        raise Refusal(400, f"More than {MOST_EVENTS} events")
    return list(dict.fromkeys(item for item in sent if isinstance(item, str) and is_event_key(item)))


def is_event_key(key: str) -> bool:
    """Whether an event can be stored under this key; no other becomes part of a path in the database."""
    return 0 < len(key) <= LONGEST_KEY and "$" not in key and "\0" not in key


def new_group(parameters: Mapping[str, Any]) -> dict[str, Any]:
    try:
        fields = arguments.read(parameters, GROUP_ARGUMENTS)
    except arguments.InvalidArguments as error:
        raise Refusal(400, f"Error: {error}") from error
    return _group_fields(fields)


def group_change(parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The id and the new fields."""
    optional = {
        name: Argument(rule.kind, False, rule.min_length, rule.max_length) for name, rule in GROUP_ARGUMENTS.items()
    }
    optional.update(_id=Argument(is_required=True, max_length=100), order=Argument(Kind.NUMBER))
    try:
        fields = arguments.read(parameters, optional)
    except arguments.InvalidArguments as error:
        raise Refusal(400, f"Error: {error}") from error
    changes = _group_fields({name: value for name, value in fields.items() if name in CHANGEABLE})
    if not changes:
        raise Refusal(400, "No updatable fields provided")
    return fields["_id"], changes


def group_ids(parameters: Mapping[str, Any], name: str) -> list[str]:
    sent = _json(parameters, name)
    if not isinstance(sent, list) or len(sent) > MOST_EVENTS or not all(isinstance(item, str) for item in sent):
        raise Refusal(400, f"Error: Invalid type for {name}")
    return sent


def status_of(parameters: Mapping[str, Any]) -> bool:
    sent = _json(parameters, "status")
    if not isinstance(sent, bool):
        raise Refusal(400, "Error: Invalid type for status")
    return sent


def _group_fields(fields: dict[str, Any]) -> dict[str, Any]:
    if "source_events" in fields:
        fields["source_events"] = events_of(fields["source_events"])
        if not fields["source_events"]:
            raise Refusal(400, "Error: Value of source_events must not be empty")
    if "display_map" in fields:
        sent = fields["display_map"]
        fields["display_map"] = {name: _text(sent[name], "display_map") for name in DISPLAYED if name in sent}
    if "order" in fields:
        fields["order"] = int(fields["order"])
    return fields


def _event_map(sent: dict[str, Any]) -> dict[str, dict[str, Any]]:
    if len(sent) > MOST_EVENTS:
        raise Refusal(400, f"More than {MOST_EVENTS} events")
    wrong = [event for event, entry in sent.items() if not is_event_key(event) or not _is_entry(entry)]
    if wrong:
        raise Refusal(400, f"Invalid entry of event_map: {wrong[0][:LONGEST_KEY]}")
    return sent


def _is_entry(entry: Any) -> bool:
    """Flat: texts, numbers and truth values, or lists of texts."""
    if not isinstance(entry, dict) or len(entry) > 50 or not arguments.is_storable(entry):
        return False
    return all(
        (isinstance(value, str) and len(value) <= LONGEST_TEXT)
        or isinstance(value, bool | int | float | None)
        or (isinstance(value, list) and len(value) <= MOST_SEGMENTS and all(isinstance(item, str) for item in value))
        for value in entry.values()
    )


def _segments(sent: dict[str, Any], name: str) -> dict[str, list[str]]:
    is_usable = len(sent) <= MOST_EVENTS and all(
        is_event_key(event)
        and isinstance(names, list)
        and len(names) <= MOST_SEGMENTS
        and all(isinstance(item, str) and 0 < len(item) <= LONGEST_SEGMENT for item in names)
        for event, names in sent.items()
    )
    if not is_usable:
        raise Refusal(400, f"Invalid value of {name}")
    return {event: list(dict.fromkeys(names)) for event, names in sent.items()}


def _text(sent: Any, name: str) -> str:
    if not isinstance(sent, str) or len(sent) > LONGEST_TEXT:
        raise Refusal(400, f"Error: Invalid type for {name}")
    return sent


def _json(parameters: Mapping[str, Any], name: str) -> Any:
    sent = parameters.get(name)
    if not isinstance(sent, str):
        return sent
    try:
        return json_text.parse(sent)
    except ValueError:
        return None
