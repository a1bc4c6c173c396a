"""How the events of an application are shown, and which of their segments are counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.aggregation import event_removal
from apps.aggregation.documents import event_field, event_map_key
from apps.applications import data, removal
from apps.core.keys import encode_segment_name
from apps.events import storage
from apps.events.storage import EventList, Fields

MOST_OVERVIEW_ITEMS = 12
PROPERTIES = {"count": "Count", "sum": "Sum", "dur": "Dur"}
GROUP_PREFIX = "[CLY]_group_"


class TooManyItems(ValueError):
    """More than MOST_OVERVIEW_ITEMS."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is None stays as it is."""

    event_map: Mapping[str, Fields] | None = None  # event -> what replaces its entry
    order: list[str] | None = None
    overview: list[Fields] | None = None
    omitted_segments: Mapping[str, list[str]] | None = None  # event -> all that are not counted


def edit(application_id: str, wanted: Edit) -> tuple[Fields, Fields]:
    """Segments that are newly omitted lose what was counted of them. The fields before and after.

    Raises storage.NoEvents and TooManyItems.
    """
    if wanted.overview is not None and len(wanted.overview) > MOST_OVERVIEW_ITEMS:
        raise TooManyItems
    groups = {str(group["_id"]): group for group in storage.groups(application_id)}

    def change(before: EventList) -> Fields:
        shown = dict(before.get("map") or {})
        overview = list(before.get("overview") or [])
        omitted = dict(before.get("omitted_segments") or {})
        for event, entry in (wanted.event_map or {}).items():
            _put(shown, event_map_key(event), _entry(event, entry))
        if wanted.overview is not None:
            overview = _overview(wanted.overview, set(before.get("list") or []), groups)
        if wanted.omitted_segments == {}:
            for event in wanted.event_map or {}:
                omitted.pop(event_map_key(event), None)
        for event, names in (wanted.omitted_segments or {}).items():
            _put(omitted, event_map_key(event), names)
        return {
            "map": shown,
            "order": wanted.order if wanted.order is not None else before.get("order") or [],
            "overview": _without_hidden(overview, shown),
            "omitted_segments": omitted,
        }

    if not any((wanted.omitted_segments or {}).values()):
        before, after = storage.change_event_list(application_id, change)
        return _same_fields(before, after), after
    with data.held():
        before, after = storage.change_event_list(application_id, change)
        _remove_segments(application_id, wanted.omitted_segments or {})
        removal.renew_generation(application_id)
    return _same_fields(before, after), after


def set_visibility(application_id: str, events: Iterable[str], is_visible: bool) -> tuple[Fields, Fields]:
    """Raises storage.NoEvents."""

    def change(before: EventList) -> Fields:
        shown = dict(before.get("map") or {})
        for event in events:
            name = event_map_key(event)
            entry = {key: value for key, value in (shown.get(name) or {}).items() if key != "is_visible"}
            _put(shown, name, entry if is_visible else {**entry, "is_visible": False})
        return {"map": shown, "overview": _without_hidden(list(before.get("overview") or []), shown)}

    before, after = storage.change_event_list(application_id, change)
    return _same_fields(before, after), after


def whitelist_segments(application_id: str, segments: Mapping[str, list[str]]) -> tuple[Fields, Fields]:
    """Event -> the only segments that are counted; an empty list lifts the limit. What was counted stays. Raises
    storage.NoEvents."""

    def change(before: EventList) -> Fields:
        only = dict(before.get("whitelisted_segments") or {})
        for event, names in segments.items():
            _put(only, event_map_key(event), names)
        return {"whitelisted_segments": only}

    before, after = storage.change_event_list(application_id, change)
    return _same_fields(before, after), after


def hide_in_overview(application_id: str, keys: set[str]) -> None:
    """Takes events or groups off the overview."""

    def change(before: EventList) -> Fields:
        return {"overview": [item for item in before.get("overview") or [] if item.get("eventKey") not in keys]}

    try:
        storage.change_event_list(application_id, change)
    except storage.NoEvents:
        return  # then nothing is on it


def delete(application_id: str, events: list[str]) -> list[str]:
    """All that was counted of the events, and how they are shown. Requests that come later count anew. The events that
    were there. Raises storage.NoEvents.

    The list is changed last: whatever dies in the middle, the deletion can be asked for again.
    """
    known = storage.event_list(application_id).get("list") or []
    with data.held():
        for event in events:
            event_removal.remove_event(application_id, event)
        storage.take_events_out_of_groups(application_id, events)
        storage.change_event_list(application_id, lambda before: _without_events(before, events))
        removal.renew_generation(application_id)
    return [event for event in events if event in known]


def _without_events(before: EventList, events: list[str]) -> Fields:
    gone, fields = set(events), {event_field(event) for event in events}
    names = {event_map_key(event) for event in events}
    lists = {
        "list": [event for event in before.get("list") or [] if event not in gone],
        "order": [event for event in before.get("order") or [] if event not in gone],
        "overview": [item for item in before.get("overview") or [] if item.get("eventKey") not in gone],
        "segments": {field: of for field, of in (before.get("segments") or {}).items() if field not in fields},
    }
    lists.update(
        (name, {key: value for key, value in (before.get(name) or {}).items() if key not in names})
        for name in ("map", "omitted_segments", "whitelisted_segments")
    )
    return {name: value for name, value in lists.items() if name in before}


def _remove_segments(application_id: str, omitted: Mapping[str, list[str]]) -> None:
    for event, names in omitted.items():
        for name in names:
            event_removal.remove_segment(application_id, event, name)

    def change(before: EventList) -> Fields:
        segments = dict(before.get("segments") or {})
        for event, names in omitted.items():
            gone = {*names, *map(encode_segment_name, names)}
            if field := segments.get(event_field(event)):
                segments[event_field(event)] = [name for name in field if name not in gone]
        return {"segments": segments} if "segments" in before else {}

    storage.change_event_list(application_id, change)


def _put(mapping: dict[str, Any], name: str, value: Any) -> None:
    """What is empty is not kept."""
    mapping.pop(name, None)
    if value:
        mapping[name] = value


def _entry(event: str, entry: Fields) -> Fields:
    """Only what differs from the way in which an event is shown anyway."""
    return {
        name: value
        for name, value in entry.items()
        if not (name == "is_visible" and value is True) and not (name == "name" and value == event)
    }


def _overview(items: list[Fields], events: set[str], groups: Mapping[str, Any]) -> list[Fields]:
    """The items that name something that is there, each once. They keep their places among those sent."""
    found: dict[tuple[str, str], Fields] = {}
    for place, item in enumerate(items):
        key, counted = item.get("eventKey"), item.get("eventProperty")
        if not isinstance(key, str) or not isinstance(counted, str) or counted not in PROPERTIES:
            continue
        is_group = key in groups
        if (key in events or is_group) and (key, counted) not in found:
            name = item.get("eventName")
            found[key, counted] = {
                "eventKey": key,
                "eventProperty": counted,
                "order": place,
                "is_event_group": is_group,
                "eventName": name if isinstance(name, str) and name else groups[key]["name"] if is_group else key,
                "propertyName": PROPERTIES[counted],
            }
    return list(found.values())


def _without_hidden(overview: list[Fields], shown: Mapping[str, Any]) -> list[Fields]:
    return [
        item
        for item in overview
        if (shown.get(event_map_key(str(item.get("eventKey")))) or {}).get("is_visible") is not False
    ]


def _same_fields(before: EventList, after: Fields) -> Fields:
    return {name: before[name] for name in after if name in before}
