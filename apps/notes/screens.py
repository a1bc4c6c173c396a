"""The screen of an application's notes: those of the period, and a form for one."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import arguments
from apps.core.api_view import Refusal
from apps.core.texts import Text
from apps.notes import endpoints, notes
from apps.shell.forms import Done, FormAction, post_of, with_right
from apps.shell.parts import Block, Part, Switch, Switches
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from apps.shell.zones import zone_of

TYPES = {
    notes.PRIVATE: gettext_lazy("Only me"),
    notes.SHARED: gettext_lazy("Those with the addresses below"),
    notes.PUBLIC: gettext_lazy("Everybody who sees the application"),
}
#: As the layout stores them, and as the palette of the charts shows them.
COLORS = {
    1: gettext_lazy("Blue"),
    2: gettext_lazy("Green"),
    3: gettext_lazy("Orange"),
    4: gettext_lazy("Purple"),
    5: gettext_lazy("Light blue"),
    6: gettext_lazy("Olive"),
    7: gettext_lazy("Red"),
    8: gettext_lazy("Gray"),
}
KINDS = {
    "": gettext_lazy("All"),
    notes.PRIVATE: gettext_lazy("Private"),
    notes.SHARED: gettext_lazy("Shared"),
    notes.PUBLIC: gettext_lazy("Public"),
}
MOST_ROWS = 1_000


def build(visit: Visit) -> list[Part]:
    rows = in_period(visit)
    chosen = next((note for note in rows if note["_id"] == visit.address.get("note")), None)
    kinds = Switch(id="kinds", title=_("Who sees it"), parameter="type", options=KINDS)
    colors = Switch(id="colors", title=_("Color"), parameter="color", options=_used_colors(rows))
    kind, color = kinds.chosen(visit), colors.chosen(visit)
    shown = [
        note
        for note in rows
        if (not kind or note.get("noteType") == kind) and (not color or str(note.get("color")) == color)
    ]
    switches = [kinds, *([colors] if len(colors.options) > 2 else [])]
    parts: list[Part] = [Switches(id="filters", switches=switches), _table(visit, shown)]
    if visit.may("c", "core"):
        parts.insert(0, Block(id="note", file="notes/note_form.html", values=_form_of(visit, chosen)))
    return parts


def _used_colors(rows: list[dict[str, Any]]) -> dict[str, Text]:
    used = {note.get("color") for note in rows}
    return {"": _("All colors"), **{str(color): title for color, title in COLORS.items() if color in used}}


def in_period(visit: Visit) -> list[dict[str, Any]]:
    """Of the application, that the member may see; the newest first."""
    period = visit.question.period
    search = notes.Search([visit.application.id], period.start_ms, period.end_ms, is_descending=True, length=MOST_ROWS)
    return notes.visible(search, visit.member)[0]


def _table(visit: Visit, rows: list[dict[str, Any]]) -> Table:
    shown = [
        {
            "_key": note["_id"],
            "_href": visit.address.link({"note": note["_id"]}) if notes.may_change(note, visit.member) else "",
            "note": note.get("note"),
            "mark": note.get("indicator"),
            "_color": int(note["color"]) - 1 if note.get("color") in COLORS else None,
            "at": (note.get("ts") or 0) / 1000,
            "type": str(KINDS.get(str(note.get("noteType")), note.get("noteType"))),
            "owner": note["owner_name"],
        }
        for note in rows
    ]
    columns = [
        Column("note", _("Note"), "name"),
        Column("mark", _("Mark"), "mark"),
        Column("at", _("When"), "moment"),
        Column("type", _("Who sees it"), "text"),
        Column("owner", _("By"), "text"),
    ]
    return Table(
        id="table",
        title=_("Notes"),
        columns=columns,
        rows=shown,
        sort="-at",
        search_title=_("Find a note"),
        nothing=_("No notes in this period."),
        api=visit.api("/o/notes", notes_apps=f'["{visit.application.id}"]'),
    )


def _form_of(visit: Visit, note: dict[str, Any] | None) -> dict[str, Any]:
    zone = zone_of(visit.application.timezone)
    ms = note["ts"] if note else visit.now_ms
    return {
        "note": note and {**note, "id": note["_id"]},
        "at": datetime.fromtimestamp(ms / 1000, zone).strftime("%Y-%m-%dT%H:%M"),
        "types": [{"key": key, "title": title} for key, title in TYPES.items()],
        "type": note["noteType"] if note else notes.PRIVATE,
        "emails": ", ".join(note.get("emails") or []) if note else "",
        "colors": COLORS,
        "color": note["color"] if note else 1,
        "back": visit.address.link({"note": None}),
        "may_delete": note is not None and visit.may("d", "core"),
    }


def save(visit: Visit) -> Done:
    sent = visit.request.POST
    fields: dict[str, Any] = {
        "note": sent.get("note", "").strip(),
        "ts": _moment_ms(sent.get("at", ""), visit.application.timezone),
        "noteType": sent.get("type", ""),
        "color": sent.get("color", ""),
        "emails": [email for email in sent.get("emails", "").replace(";", ",").split(",") if email.strip()],
    }
    if fields["noteType"] not in TYPES:
        raise Refusal(400, _("Say who is to see the note."))
    try:
        checked = arguments.read({"args": fields}, endpoints.ARGUMENTS)
        notes.save(
            {**checked, "emails": endpoints.emails_of(fields["emails"]), "category": None},
            visit.application.id,
            visit.member,
            sent.get("id", ""),
        )
    except arguments.InvalidArguments as error:
        raise Refusal(400, "; ".join(error.errors)) from error
    except notes.NotAllowed as error:
        raise Refusal(403, _("This note is somebody else's.")) from error
    return Done(_("The note was saved."), _here(visit))


def delete(visit: Visit) -> Done:
    try:
        notes.delete(visit.request.POST.get("id", ""), visit.application.id, visit.member)
    except notes.NotAllowed as error:
        raise Refusal(403, _("This note is somebody else's.")) from error
    return Done(_("The note was deleted."), _here(visit))


def _moment_ms(text: str, timezone: str) -> int:
    """As a browser's field has it, in the application's zone."""
    try:
        moment = datetime.strptime(text[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=zone_of(timezone))
        return round(moment.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise Refusal(400, _("Say when it happened.")) from error


def _here(visit: Visit) -> str:
    return reverse("notes", args=[visit.application.id]) + visit.period_query


NOTES = Screen(
    name="notes",
    route="applications/<str:application_id>/notes",
    title=gettext_lazy("Notes"),
    build=build,
    post=post_of(
        {
            "save": FormAction(with_right("c", "core"), save),
            "delete": FormAction(with_right("d", "core"), delete),
        }
    ),
    shows_without_data=True,
)
