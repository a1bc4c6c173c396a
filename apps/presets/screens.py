"""The screen of named periods: used, ordered, shared and deleted."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import people
from apps.core import clock
from apps.core.api_view import Refusal
from apps.presets import endpoints, offered, presets
from apps.shell import periods
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Block, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit

SHARED_WITH = {
    presets.NOBODY: gettext_lazy("Only me"),
    presets.EVERYBODY: gettext_lazy("Everybody"),
    presets.SELECTED: gettext_lazy("Those with the addresses below"),
}


def build(visit: Visit) -> list[Part]:
    found = presets.visible(visit.member)
    places = [one["sort_order"] for one in found]
    rows = [
        {
            **one,
            "id": one["_id"],
            "above": places[index - 1] if index else None,
            "below": places[index + 1] if index + 1 < len(found) else None,
            "may_edit": _may_edit(one),
            "may_delete": one["is_owner"] or visit.member.global_admin,
            "period": range_text(one["range"], is_without_today=one["exclude_current_day"] is True),
            "shared": SHARED_WITH.get(one["share_with"], one["share_with"]),
            "link": visit.address.link({"preset": one["_id"]}),
        }
        for index, one in enumerate(found)
    ]
    chosen = next((one for one in found if one["_id"] == visit.address.get("preset") and _may_edit(one)), None)
    parts: list[Part] = [Block(id="presets", file="presets/list.html", values={"presets": rows})]
    if may_create(visit):
        parts.append(Block(id="preset", file="presets/preset_form.html", values=_form_of(visit, chosen)))
    return parts


def _may_edit(shown: dict[str, Any]) -> bool:
    """Only to those who may change a preset it is shown with whom it is shared."""
    return shown["shared_email_edit"] is not False


def range_text(value: Any, *, is_without_today: bool = False) -> str:
    query = offered.query_of(value, "UTC", is_without_today=is_without_today)
    if query is None:
        return str(value)
    return periods.choose(query, zone="UTC", today=periods.day_of(clock.now_ms(), "UTC")).label


def may_create(visit: Visit) -> bool:
    """As through the API: who administers an application."""
    return bool(visit.member.global_admin or people.applications_of(visit.member)[0])


def _form_of(visit: Visit, preset: dict[str, Any] | None) -> dict[str, Any]:
    choice = visit.choice  # the period of an address that led here is that of a new preset
    value = preset["range"] if preset else choice.query_parts.get("period", periods.DEFAULT)
    query = offered.query_of(value, "UTC") or {} if preset else choice.query_parts
    return {
        "first": query.get("from") or query.get("since") or "",
        "last": query.get("to") or "",
        "excludes_today": preset["exclude_current_day"] if preset else query.get("without") == periods.TODAY,
        "preset": preset and {**preset, "id": preset["_id"]},
        "ranges": [{"key": key, "title": title, "is_current": key == value} for key, title in periods.STANDARD.items()],
        "other": value if isinstance(value, str) and value not in periods.STANDARD else "",
        "shares": [{"key": key, "title": title} for key, title in SHARED_WITH.items()],
        "share_with": preset["share_with"] if preset else presets.NOBODY,
        "may_edit": ", ".join(preset["shared_email_edit"] or []) if preset else "",
        "may_view": ", ".join(preset["shared_email_view"] or []) if preset else "",
        "back": visit.address.link({"preset": None}),
    }


def save(visit: Visit) -> Done:
    sent = visit.request.POST
    fields = endpoints.fields_of(
        {
            "name": sent.get("name", ""),
            "range": _range_sent(sent),
            "share_with": sent.get("share_with", ""),
            "exclude_current_day": "exclude_current_day" in sent,
            "shared_email_edit": _emails(sent.get("emails_edit", "")),
            "shared_email_view": _emails(sent.get("emails_view", "")),
        }
    )
    preset_id = sent.get("id", "")
    if preset_id:
        _change(visit, preset_id, fields)
    else:
        presets.create(fields, visit.member)
    return Done(_("The preset was saved."), visit.request.path)


def _range_sent(sent: Mapping[str, str]) -> str:
    """As the API takes it. Days win over the name of a period; without a last one they go on until today."""
    first, last = (periods.read_day(sent.get(name, "")) for name in ("first", "last"))
    if first and last:
        return periods.between(min(first, last), max(first, last), "UTC").key
    if first:
        return json.dumps({"since": periods.moment_ms(first, "UTC")})
    return json.dumps(sent.get("other", "").strip() or sent.get("range", ""))


def move(visit: Visit) -> Done:
    sent = visit.request.POST
    _change(visit, sent.get("id", ""), endpoints.fields_of({"sort_order": sent.get("place", "")}))
    return Done(_("The order was changed."))


def mark(visit: Visit) -> Done:
    sent = visit.request.POST
    _change(visit, sent.get("id", ""), {"fav": sent.get("fav") == "true"})
    return Done(_("The preset was saved."))


def delete(visit: Visit) -> Done:
    try:
        presets.delete(visit.request.POST.get("id", ""), visit.member)
    except (presets.Unknown, presets.NotAllowed) as error:
        raise Refusal(403, _("This preset is somebody else's.")) from error
    return Done(_("The preset was deleted."), visit.request.path)


def _change(visit: Visit, preset_id: str, fields: dict[str, Any]) -> None:
    try:
        presets.change(preset_id, fields, visit.member)
    except (presets.Unknown, presets.NotAllowed) as error:
        raise Refusal(403, _("This preset is somebody else's.")) from error


def _emails(text: str) -> list[str]:
    return [email.strip() for email in text.replace(";", ",").split(",") if email.strip()]


def _anybody(visit: Visit) -> bool:
    """Whether the preset may be changed is looked at with the preset."""
    return True


PRESETS = Screen(
    name="presets",
    route="presets",
    title=gettext_lazy("Date presets"),
    hint=gettext_lazy("Periods with a name, for you and for those with whom you share them."),
    build=build,
    post=post_of(
        {
            "save": FormAction(may_create, save),
            "move": FormAction(_anybody, move),
            "mark": FormAction(_anybody, mark),
            "delete": FormAction(_anybody, delete),
        }
    ),
    has_period=False,
)
