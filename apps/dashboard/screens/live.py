"""What happens now: who is online, and sessions, events and views as they come in."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import audience, computations, names
from apps.analytics.questions import ask
from apps.core import locales
from apps.live import latest
from apps.plugin_api.happenings import HAPPENINGS, ONLINE_FIELDS, OnlineField
from apps.profiles import online
from apps.shell.parts import BarChart, Breakdown, Figures, Part, Tile
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from apps.shell.zones import zone_of

TOP = 5
#: Who leaves sends nothing: the figures of those who are online must be read again all the same.
REREAD_SECONDS = 15
FIELDS = {
    "cc": OnlineField(gettext_lazy("Countries"), locales.country_or_code, position=10),
    "p": OnlineField(gettext_lazy("Platforms"), names.operating_system, position=20),
}


def build(visit: Visit) -> list[Part]:
    application = visit.application
    fields = _fields(visit)
    found = online.read(application.id, visit.now_ms // 1000, list(fields))
    question = ask(application, "hour", now_ms=visit.now_ms)
    today = audience.summary(audience.read(question), question)
    return [
        Figures(
            id="now",
            title=_("Now"),
            tiles=[
                Tile(id="online", title=_("Users online"), value=found.now, note=_("in the last 5 minutes")),
                Tile(id="recently", title=_("Users recently"), value=found.recently, note=_("in the last 30 minutes")),
                Tile(id="sessions", title=_("Sessions"), value=today["t"]["total"], note=_("today")),
                Tile(id="new_users", title=_("New users"), value=today["n"]["total"], note=_("today")),
            ],
            api=_api(visit, online.ONLINE_SECONDS),
        ),
        BarChart(
            id="minutes",
            title=_("The last 30 minutes"),
            hint=_("Users by the minute of their last activity"),
            labels=[_minute_text(age) for age in range(len(found.minutes) - 1, -1, -1)],
            series=[{"title": _("Users"), "values": found.minutes}],
            label_title=_("Minutes ago"),
            nothing=_("Nobody in the last 30 minutes"),
            width="two-thirds",
            api=_api(visit, online.RECENT_SECONDS),
        ),
        *(
            Breakdown(
                id=f"online-{name}",
                title=str(field.title),
                rows=_top(found.values[name], field),
                measure=_("Users online"),
                width="third" if place == 0 else "half",
                nothing=_("Nobody is online"),
                api=_api(visit, online.ONLINE_SECONDS),
            )
            for place, (name, field) in enumerate(fields.items())
        ),
        Table(
            id="latest",
            title=_("As it comes in"),
            columns=[
                Column("time", _("Time"), "text", is_sortable=False),
                Column("what", _("What"), "text", is_sortable=False),
                Column("text", _("Name"), "name", is_sortable=False),
                Column("country", _("Country"), "text", is_sortable=False),
                Column("platform", _("Platform"), "text", is_sortable=False),
            ],
            rows=[_row(visit, entry, title) for entry, title in _told(visit)],
            is_searchable=False,
            size=25,
            nothing=_("Nothing in the last hour. What arrives shows up here within a second."),
        ),
    ]


def _fields(visit: Visit) -> dict[str, OnlineField]:
    every = {**FIELDS, **dict(ONLINE_FIELDS.items())}
    shown = {name: field for name, field in every.items() if visit.may("r", field.feature)}
    return dict(sorted(shown.items(), key=lambda item: item[1].position))


def _top(counts: Mapping[str, int], field: OnlineField) -> list[dict[str, Any]]:
    rows = [{"name": field.display(value), "value": users} for value, users in counts.items()]
    return computations.rank(rows, TOP)


def _told(visit: Visit) -> list[tuple[dict[str, Any], str]]:
    """What the member may know of, with the title of its kind."""
    kinds = {latest.SESSION: (_("Session"), "core"), latest.EVENT: (_("Event"), "events")}
    kinds |= {name: (str(happening.title), happening.feature) for name, happening in HAPPENINGS.items()}
    allowed = {name: title for name, (title, feature) in kinds.items() if visit.may("r", feature)}
    return [(entry, allowed[entry["kind"]]) for entry in latest.read(visit.application.id) if entry["kind"] in allowed]


def _row(visit: Visit, entry: Mapping[str, Any], title: str) -> dict[str, Any]:
    moment = datetime.fromtimestamp(entry["at"] / 1000, zone_of(visit.application.timezone))
    return {
        "_key": entry["id"],
        "_href": reverse("user_profile", args=[visit.application.id, entry["uid"]]) if entry["uid"] else "",
        "time": locales.clock_text(moment.time(), with_seconds=True),
        "what": title,
        "text": entry["text"] or _("User %(uid)s") % {"uid": entry["uid"]},
        "country": locales.country_or_code(entry["cc"]) if entry["cc"] else "",
        "platform": names.operating_system(entry["p"]) if entry["p"] else "",
    }


def _minute_text(age_minutes: int) -> str:
    return _("now") if age_minutes == 0 else f"-{age_minutes}"


def _api(visit: Visit, seconds: int) -> str:
    """The same users, one by one."""
    since = {"lac": {"$gt": visit.now_ms // 1000 - seconds}}
    return visit.api("/o", method="user_details", query=json.dumps(since, separators=(",", ":")), period=None)


LIVE = Screen(
    name="live",
    route="applications/<str:application_id>/live",
    title=gettext_lazy("Live"),
    hint=gettext_lazy("Moves by itself within a second of what arrives"),
    has_period=False,
    rereads_seconds=REREAD_SECONDS,
    build=build,
)
