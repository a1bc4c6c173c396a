"""Data points: of all applications that the member may read."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.accounts.access import readable_applications
from apps.applications.info import ApplicationInfo
from apps.shell.application_choice import application_choice
from apps.shell.charts import label_text
from apps.shell.parts import BarChart, Breakdown, Figures, Part, PunchCard, Tile
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from plugins.server_stats import figures


def build(visit: Visit) -> list[Part]:
    mine = {application.id: application for application in readable_applications(visit.member)}
    asked = visit.address.get("application")
    applications = {asked: mine[asked]} if asked in mine else mine
    span = figures.span_of(visit.choice.key)
    totals = figures.totals(applications, span)
    everything = figures.summed(totals.values())
    rows = [
        {
            "name": application.name,
            "_key": application.id,
            "sessions": row["sessions"],
            "other": row["dp"] - row["sessions"],
            "dp": row["dp"],
            "change": row["change"],
        }
        for application_id, application in applications.items()
        for row in [totals.get(application_id, figures.nothing())]
    ]
    kinds = {
        "sessions": _("Sessions"),
        "custom": _("Events"),
        "views": _("Views"),
        "crash": _("Crashes"),
        "actions": _("Actions"),
        "ratings": _("Ratings"),
        "push": _("Push actions"),
        "ps": _("Push messages"),
        "cs": _("Consents"),
        "llm": _("LLM interactions"),
        "apm": _("Performance"),
        "nps": _("NPS"),
        "surveys": _("Surveys"),
        "aclk": _("Attribution"),
    }
    total, when = everything["dp"] or 1, _("%(days)s days") % {"days": span.days}
    months = figures.by_month(applications)
    chosen = {"period": visit.choice.key, **({"selected_app": asked} if asked in mine else {})}
    data_points, punch_card = (f"/o/server-stats/{name}?{urlencode(chosen)}" for name in ("data-points", "punch-card"))
    return [
        application_choice(visit, {one: mine[one].name for one in mine}, asked if asked in mine else ""),
        Figures(
            id="figures",
            title=_("Data points"),
            api=data_points,
            tiles=[
                Tile(id="dp", title=_("Data points"), value=everything["dp"], note=when),
                Tile(id="sessions", title=_("Sessions"), value=everything["sessions"], note=when),
                Tile(id="events", title=_("Events"), value=everything["events"], note=when),
                Tile(id="change", title=_("More than before"), value=everything["change"], note=when),
            ],
        ),
        BarChart(
            id="months",
            title=_("By month"),
            hint=_("Months in UTC, whatever period is chosen."),
            labels=[label_text(month, "month") for month, _sessions, _events in months],
            series=[
                {"title": _("Sessions"), "values": [sessions for _month, sessions, _events in months]},
                {"title": _("Events"), "values": [events for _month, _sessions, events in months]},
            ],
            label_title=_("Month"),
            nothing=_("Nothing has been received yet."),
            width="two-thirds",
            api="/o/server-stats/data-points?period=month",
        ),
        Breakdown(
            id="kinds",
            title=_("By kind"),
            measure=_("Data points"),
            rows=[
                {"name": title, "value": everything[name], "percent": round(100 * everything[name] / total, 1)}
                for name, title in kinds.items()
                if everything[name]
            ],
            nothing=_("Nothing arrived in this period."),
            width="third",
            api=data_points,
        ),
        PunchCard(
            id="hours",
            title=_("When they arrive"),
            hint=_("Hours in UTC."),
            values=figures.by_weekday(applications, span),
            measure=_("Data points"),
            api=punch_card,
        ),
        Breakdown(
            id="now",
            title=_("Busiest now"),
            hint=_("In this hour and the one before."),
            measure=_("Data points"),
            rows=_busiest(mine),
            nothing=_("Nothing has arrived since."),
            width="third",
            api="/o/server-stats/top",
        ),
        Table(
            id="table",
            title=_("Applications"),
            columns=[
                Column("name", _("Application"), "name"),
                Column("sessions", _("Sessions")),
                Column("other", _("Other data points")),
                Column("dp", _("Data points")),
                Column("change", pgettext("noun", "Change")),
            ],
            rows=rows,
            sort="-dp",
            width="two-thirds",
            api=data_points,
        ),
    ]


def _busiest(mine: Mapping[str, ApplicationInfo]) -> list[dict[str, Any]]:
    found = figures.top(mine)
    total = sum(one["v"] for one in found) or 1
    return [
        {"name": mine[one["a"]].name, "value": one["v"], "percent": round(100 * one["v"] / total, 1)} for one in found
    ]


DATA_POINTS = Screen(
    name="server_stats",
    route="data-points",
    title=gettext_lazy("Data points"),
    hint=gettext_lazy("What the applications sent to this server, by the time of arrival."),
    build=build,
)
