"""The screen on which events are named, ordered, hidden, put together and deleted."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.aggregation.documents import event_field, event_map_key
from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.events import event_list, groups, recorded, storage, validation
from apps.events.event_list import PROPERTIES
from apps.shell.forms import Done, FormAction, post_of, with_right
from apps.shell.parts import Block, Empty, Part
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit

COUNT_ALL, COUNT_NOT, COUNT_ONLY = "all", "omit", "only"
INTERNAL = "[CLY]_"
BULK = "ticked-events"  # the form that the ticks of the table belong to
TITLES = (("count", gettext_lazy("Count")), ("sum", gettext_lazy("Sum")), ("dur", gettext_lazy("Duration")))


def build(visit: Visit) -> list[Part]:
    document = _list_of(visit)
    keys = _keys(document)
    if not keys:
        return [
            Empty(
                id="none",
                icon="events",
                title=_("No custom events yet"),
                text=_("Events appear here as soon as an SDK has sent them."),
            )
        ]
    event, group_id = visit.address.get("event"), visit.address.get("group")
    parts: list[Part] = []
    if event in keys and visit.may("u", "events"):
        values = _form_of(document, keys, event) | {"back": visit.address.link({"event": None})}
        parts.append(Block(id="event", title=event, file="events/event_form.html", values=values))
    all_groups = storage.groups(visit.application.id)
    names = {one["_id"]: one.get("name", "") for one in all_groups}
    overview = [
        {**item, "title": names.get(item["eventKey"], item["eventKey"]), "figure": dict(TITLES)[item["eventProperty"]]}
        for item in document.get("overview") or []
        if item.get("eventProperty") in dict(TITLES)
    ]
    group = next((one for one in all_groups if one["_id"] == group_id), None)
    return [
        *parts,
        _table(visit, document, keys),
        *_bulk(visit),
        Block(id="overview", title=_("Overview"), file="events/overview.html", values={"items": overview}),
        Block(
            id="groups",
            title=_("Event groups"),
            file="events/groups.html",
            values=_groups_of(visit, all_groups, group or {}, keys),
        ),
    ]


def _groups_of(
    visit: Visit, all_groups: list[dict[str, Any]], group: dict[str, Any], keys: list[str]
) -> dict[str, Any]:
    """`group` is the one that is being changed, if any."""
    chosen, titles = group.get("source_events") or [], group.get("display_map") or {}
    link = visit.address.link
    shown = [
        {
            **one,
            "id": one["_id"],
            "link": link({"group": one["_id"]}),
            "above": place - 1 if place else None,
            "below": place + 1 if place + 1 < len(all_groups) else None,
        }
        for place, one in enumerate(all_groups)
    ]
    return {
        "groups": shown,
        "group": {**group, "id": group["_id"]} if group else None,
        "events": [{"key": key, "is_chosen": key in chosen} for key in keys],
        "titles": [(name, title, titles.get(name[0], "")) for name, title in TITLES],
        "may_create": visit.may("c", "core"),
        "may_change": visit.may("u", "core"),
        "may_delete": visit.may("d", "core"),
    }


def _bulk(visit: Visit) -> list[Part]:
    may_change, may_delete = visit.may("u", "events"), visit.may("d", "events")
    if not (may_change or may_delete):
        return []
    values = {"form": BULK, "may_change": may_change, "may_delete": may_delete}
    return [Block(id="ticked", title=_("Ticked events"), file="events/ticked.html", values=values)]


def _table(visit: Visit, document: dict[str, Any], keys: list[str]) -> Table:
    shown = document.get("map") or {}
    rows = []
    for place, key in enumerate(keys, 1):
        entry = shown.get(event_map_key(key)) or {}
        rows.append(
            {
                "_key": key,
                "_href": visit.address.link({"event": key}) if visit.may("u", "events") else "",
                "key": key,
                "name": entry.get("name") or "",
                "state": _("Hidden") if entry.get("is_visible") is False else _("Shown"),
                "segments": len((document.get("segments") or {}).get(event_field(key)) or []),
                "place": place,
            }
        )
    columns = [
        Column("key", _("Event"), "name"),
        Column("name", _("Shown as"), "text"),
        Column("state", _("State"), "text"),
        Column("segments", _("Segments")),
        Column("place", _("Place")),
    ]
    return Table(
        id="table",
        title=_("Events"),
        columns=columns,
        rows=rows,
        sort="place",
        search_title=_("Find an event"),
        selects=BULK if visit.may("u", "events") or visit.may("d", "events") else "",
        api=visit.api("/o", method="get_events", period=None),
    )


def _form_of(document: dict[str, Any], keys: list[str], event: str) -> dict[str, Any]:
    name = event_map_key(event)
    entry = (document.get("map") or {}).get(name) or {}
    omitted = (document.get("omitted_segments") or {}).get(name) or []
    only = (document.get("whitelisted_segments") or {}).get(name) or []
    known = (document.get("segments") or {}).get(event_field(event)) or []
    marked = only or omitted
    on_overview = {item["eventProperty"] for item in document.get("overview") or [] if item.get("eventKey") == event}
    return {
        "event": event,
        "entry": {"is_visible": True, **entry},
        "titles": [(key, title, entry.get(key, "")) for key, title in TITLES],
        "place": keys.index(event) + 1,
        "places": len(keys),
        "mode": COUNT_ONLY if only else COUNT_NOT if omitted else COUNT_ALL,
        "segments": [
            {"name": segment, "is_marked": segment in marked}
            for segment in dict.fromkeys([*sorted(known), *omitted, *only])
        ],
        "overview": [(key, title, key in on_overview) for key, title in TITLES],
    }


# What forms do -----------------------------------------------------------------------------------------------------


def save_event(visit: Visit) -> Done:
    document, sent = _list_of(visit), visit.request.POST
    event = _known_event(document, sent.get("event", ""))
    application_id = visit.application.id
    before = (document.get("map") or {}).get(event_map_key(event)) or {}
    # What this form does not show, such as a category, stays.
    entry = {
        name: value for name, value in before.items() if name not in ("name", "description", "is_visible", *PROPERTIES)
    }
    entry |= {name: sent[name].strip() for name in ("name", "description", *PROPERTIES) if sent.get(name, "").strip()}
    entry["is_visible"] = "is_visible" in sent
    keys = [key for key in _keys(document) if key != event]
    place = int(sent["place"]) if sent.get("place", "").isdecimal() and len(sent["place"]) < 6 else len(keys) + 1
    keys.insert(max(0, place - 1), event)
    overview = [item for item in document.get("overview") or [] if item.get("eventKey") != event]
    overview += [{"eventKey": event, "eventProperty": name} for name in sent.getlist("overview")]
    marked, mode = sent.getlist("segment"), sent.get("mode", COUNT_ALL)
    omitted = {event: marked if mode == COUNT_NOT else []}
    parameters = {"event_map": {event: entry}, "event_order": keys, "event_overview": overview}
    edit = validation.edit_of({**parameters, "omitted_segments": omitted})
    only = validation.whitelist_of({"whitelisted_segments": {event: marked if mode == COUNT_ONLY else []}})
    try:
        changes = event_list.edit(application_id, edit)
    except event_list.TooManyItems as error:
        most = event_list.MOST_OVERVIEW_ITEMS
        raise Refusal(400, _("The overview has room for %(most)s figures.") % {"most": most}) from error
    _record(visit, "events_updated", *changes)
    _record(visit, "segments_whitelisted_for_events", *event_list.whitelist_segments(application_id, only))
    return Done(_("The event was saved."), _here(visit))


def delete_event(visit: Visit) -> Done:
    event = _known_event(_list_of(visit), visit.request.POST.get("event", ""))
    deleted = event_list.delete(visit.application.id, [event])
    recorded.deleted(deleted, visit.member, visit.application.id, accountable_address(visit.request))
    return Done(_("The event and all that was counted of it are gone."), _here(visit))


def show_ticked(visit: Visit) -> Done:
    return _with_visibility(visit, True)


def hide_ticked(visit: Visit) -> Done:
    return _with_visibility(visit, False)


def _with_visibility(visit: Visit, is_visible: bool) -> Done:
    changes = event_list.set_visibility(visit.application.id, _ticked(visit), is_visible)
    _record(visit, "events_updated", *changes)
    return Done(_("The events are shown.") if is_visible else _("The events are hidden."))


def delete_ticked(visit: Visit) -> Done:
    deleted = event_list.delete(visit.application.id, _ticked(visit))
    recorded.deleted(deleted, visit.member, visit.application.id, accountable_address(visit.request))
    return Done(_("The events and all that was counted of them are gone."), _here(visit))


def _ticked(visit: Visit) -> list[str]:
    known = _keys(_list_of(visit))
    ticked = [event for event in visit.request.POST.getlist("selected") if event in known]
    if not ticked:
        raise Refusal(400, _("Tick the events first."))
    return ticked


def take_off_overview(visit: Visit) -> Done:
    sent = visit.request.POST
    key, counted = sent.get("event", ""), sent.get("property", "")
    items = _list_of(visit).get("overview") or []
    left = [item for item in items if (item.get("eventKey"), item.get("eventProperty")) != (key, counted)]
    changes = event_list.edit(visit.application.id, validation.edit_of({"event_overview": left}))
    _record(visit, "events_updated", *changes)
    return Done(_("The overview was changed."))


def save_group(visit: Visit) -> Done:
    sent = visit.request.POST
    titles = {name[0]: sent.get(name, "").strip() for name, _title in TITLES if sent.get(name, "").strip()}
    fields = {
        "app_id": visit.application.id,
        "name": sent.get("name", "").strip(),
        "source_events": sent.getlist("source_events"),
        "description": sent.get("description", "").strip(),
        "display_map": titles,
        "status": "status" in sent,
    }
    group_id = sent.get("group", "")
    if not group_id:
        groups.create(visit.application.id, validation.new_group({"args": fields}))
    else:
        _id, changes = validation.group_change({"args": {**fields, "_id": group_id}})
        if not groups.change(visit.application.id, group_id, changes):
            raise Refusal(404, _("There is no such group."))
    return Done(_("The group was saved."), _here(visit))


def move_group(visit: Visit) -> Done:
    sent = visit.request.POST
    group_id, place = _known_group(visit), sent.get("place", "")
    others = [one["_id"] for one in storage.groups(visit.application.id) if one["_id"] != group_id]
    index = int(place) if place.isdecimal() and len(place) < 6 else len(others)
    groups.put_in_order(visit.application.id, [*others[:index], group_id, *others[index:]])
    return Done(_("The order was changed."))


def switch_group(visit: Visit) -> Done:
    is_on = visit.request.POST.get("status") == "true"
    groups.set_status(visit.application.id, [_known_group(visit)], is_on)
    return Done(_("The group is shown.") if is_on else _("The group is hidden."))


def _known_group(visit: Visit) -> str:
    group_id = visit.request.POST.get("group", "")
    if group_id not in [one["_id"] for one in storage.groups(visit.application.id)]:
        raise Refusal(404, _("There is no such group."))
    return group_id


def delete_group(visit: Visit) -> Done:
    groups.delete(visit.application.id, [visit.request.POST.get("group", "")])
    return Done(_("The group was deleted. Its events stay."), _here(visit))


def _may_save_group(visit: Visit) -> bool:
    return visit.may("u" if visit.request.POST.get("group") else "c", "core")


def _list_of(visit: Visit) -> dict[str, Any]:
    try:
        return storage.event_list(visit.application.id)
    except storage.NoEvents:
        return {}


def _keys(document: dict[str, Any]) -> list[str]:
    """In the order that people gave them, the others behind by name."""
    known = [key for key in document.get("list") or [] if not key.startswith(INTERNAL)]
    order = [key for key in document.get("order") or [] if key in known]
    return [*order, *sorted(set(known) - set(order))]


def _known_event(document: dict[str, Any], event: str) -> str:
    if event not in (document.get("list") or []):
        raise Refusal(404, _("There is no such event."))
    return event


def _here(visit: Visit) -> str:
    return reverse("manage_events", args=[visit.application.id])


def _record(visit: Visit, action: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    recorded.changed(action, before, after, visit.member, visit.application.id, accountable_address(visit.request))


ACTIONS = {
    "save_event": FormAction(with_right("u", "events"), save_event),
    "delete_event": FormAction(with_right("d", "events"), delete_event),
    "take_off_overview": FormAction(with_right("u", "events"), take_off_overview),
    "show_ticked": FormAction(with_right("u", "events"), show_ticked),
    "hide_ticked": FormAction(with_right("u", "events"), hide_ticked),
    "delete_ticked": FormAction(with_right("d", "events"), delete_ticked),
    "move_group": FormAction(with_right("u", "core"), move_group),
    "switch_group": FormAction(with_right("u", "core"), switch_group),
    "save_group": FormAction(_may_save_group, save_group),
    "delete_group": FormAction(with_right("d", "core"), delete_group),
}
MANAGE = Screen(
    name="manage_events",
    route="applications/<str:application_id>/events/manage",
    title=gettext_lazy("Manage events"),
    hint=gettext_lazy("Names, order and visibility of events, what is counted of them, and groups."),
    feature="events",
    build=build,
    post=post_of(ACTIONS),
    has_period=False,
    shows_without_data=True,
)
