"""The screen of messages: who can be reached, what was sent and answered, and the list."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import is_app_admin
from apps.shell.parts import BarChart, Figures, Part, Switch, Tile
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from plugins.push import dashboard, listing, messages
from plugins.push.platforms import TITLES

KINDS = {
    "plain": gettext_lazy("One-time"),
    "auto": gettext_lazy("Automatic"),
    "api": gettext_lazy("API"),
}
STATUSES = {
    "": gettext_lazy("All"),
    "draft": gettext_lazy("Draft"),
    "created": gettext_lazy("Created"),
    "scheduled": gettext_lazy("Scheduled"),
    "sending": gettext_lazy("Sending"),
    "sent": gettext_lazy("Sent"),
    "stopped": gettext_lazy("Stopped"),
    "failed": gettext_lazy("Failed"),
}
STEPS = {"weekly": gettext_lazy("Weeks"), "monthly": gettext_lazy("Months")}
WEEKS_SHOWN = 13
OF_KIND = {"plain": "", "auto": "_automated", "api": "_tx"}


def build(visit: Visit) -> list[Part]:
    figures = dashboard.figures(visit.application)
    kind = Switch(id="kind", title=_("Kind"), parameter="kind", options=KINDS)
    status = Switch(id="status", title=_("Status"), parameter="status", options=STATUSES)
    chosen = kind.chosen(visit)
    parts: list[Part] = [Figures(id="reach", title=_("Audience"), tiles=_tiles(figures), api=_api(visit)), kind]
    if chosen == "plain":
        parts.append(Switch(id="steps", title=_("Steps"), parameter="steps", options=STEPS))
    return [*parts, _chart(visit, figures, chosen), status, _table(visit, chosen, status.chosen(visit))]


def _tiles(figures: dict[str, Any]) -> list[Tile]:
    users, enabled = figures["users"], figures["enabled"]
    share = 100 * enabled["total"] / users if users else 0
    by_platform = ", ".join(f"{title} {enabled[name]}" for name, title in TITLES.items() if enabled[name])
    return [
        Tile(id="users", title=_("All users"), value=users, note=" "),
        Tile(id="enabled", title=_("Users who can be reached"), value=enabled["total"], note=by_platform),
        Tile(id="share", title=_("Share of users"), value=share, kind="percent", note=" "),
    ]


def _chart(visit: Visit, figures: dict[str, Any], kind: str) -> BarChart:
    sent, actions = figures[f"sent{OF_KIND[kind]}"], figures[f"actions{OF_KIND[kind]}"]
    steps = "daily" if kind != "plain" else "monthly" if visit.address.get("steps") == "monthly" else "weekly"
    cut = slice(-WEEKS_SHOWN, None) if steps == "weekly" else slice(None)
    lines = [{"title": _("Sent"), "values": sent[steps]["data"][cut]}]
    for name, title in TITLES.items():
        if sent["platforms"][name]["total"]:
            lines.append({"title": _("Sent: %(platform)s") % {"platform": title},
                          "values": sent["platforms"][name][steps]["data"][cut]})  # fmt: skip
    lines.append({"title": _("Actions"), "values": actions[steps]["data"][cut]})
    titles = {"daily": _("Day"), "weekly": _("Week"), "monthly": _("Month")}
    return BarChart(
        id="chart",
        title=_("Sent and answered"),
        labels=sent[steps]["keys"][cut],
        series=lines,
        label_title=titles[steps],
        nothing=_("Nothing was sent yet."),
        api=_api(visit),
    )


def _table(visit: Visit, kind: str, status: str) -> Table:
    asked = {"auto": "true"} if kind == "auto" else {"api": "true"} if kind == "api" else {}
    rows = [row_of(visit, message) for message in listing.find(visit.application.id, kind, status=status)]
    return Table(
        id="table",
        title=_("Messages"),
        columns=[
            Column("title", _("Message"), "name"),
            Column("status", _("Status"), "text"),
            Column("platforms", _("Platforms"), "text"),
            Column("sent", _("Sent")),
            Column("actioned", _("Actions")),
            Column("errored", _("Failed")),
            Column("created", _("Created"), "moment"),
            Column("start", _("When"), "moment"),
            Column("by", _("By"), "text"),
        ],
        rows=rows,
        search_title=_("Find a message"),
        nothing=_("No messages here yet."),
        api=visit.api("/o/push/message/all", period=None, status=status or None, **asked),
    )


def row_of(visit: Visit, message: dict[str, Any]) -> dict[str, Any]:
    result, info = message.get("result") or {}, message.get("info") or {}
    created = info.get("created")
    is_draft = message.get("status") == "draft"
    return {
        "_key": str(message["_id"]),
        "_href": address_of(visit, message),
        "title": title_of(message),
        "status": str(STATUSES.get(str(message.get("status")), message.get("status"))),
        "platforms": ", ".join(TITLES.get(one, one) for one in message.get("platforms") or []),
        "sent": result.get("sent", 0),
        "actioned": result.get("actioned", 0),
        "errored": result.get("errored", 0),
        "created": created.timestamp() if created else None,
        "start": None if is_draft else messages.start_ms(message) / 1000,
        "by": info.get("createdByName", ""),
    }


def title_of(message: dict[str, Any]) -> str:
    contents = message.get("contents") or [{}]
    named = (message.get("info") or {}).get("title") or contents[0].get("title") or contents[0].get("message")
    return str(named or _("A message without a name"))


def address_of(visit: Visit, message: dict[str, Any]) -> str:
    return reverse("push_message", args=[visit.application.id, str(message["_id"])])


def _api(visit: Visit) -> str:
    return visit.api("/o/push/dashboard", period=None)


def _actions(visit: Visit) -> dict[str, Any]:
    return {
        "may_create": visit.may("c", "push"),
        "may_set_up": is_app_admin(visit.member, visit.application.id),
        "application_id": visit.application.id,
    }


PUSH = Screen(
    name="push",
    route="applications/<str:application_id>/push",
    title=gettext_lazy("Push notifications"),
    feature="push",
    has_period=False,
    build=build,
    actions="push/actions.html",
    action_values=_actions,
)
