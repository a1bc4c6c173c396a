"""The first screen of an application: who came, with what, from where, and what they did."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import access
from apps.analytics import audience, event_figures, values
from apps.notes import marks
from apps.shell.figures import duration
from apps.shell.parts import Breakdown, Figures, Part, WorldMap
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.time_parts import bucket_title, chart_of, tiles_of
from apps.shell.visits import Visit

TOP_EVENTS = 8
TECHNOLOGY = (
    ("os", gettext_lazy("Platforms"), "technology"),
    ("devices", gettext_lazy("Devices"), "technology_devices"),
    ("app_versions", gettext_lazy("App versions"), "technology_versions"),
)


def build(visit: Visit) -> list[Part]:
    return [*audience_parts(visit), *technology_parts(visit), *country_parts(visit), *event_parts(visit)]


def audience_parts(visit: Visit) -> list[Part]:
    question = visit.question
    tree = audience.read(question)
    found = audience.summary(tree, question)
    titles = {
        "t": (_("Sessions"), "count"),
        "u": (_("Users"), "count"),
        "n": (_("New users"), "count"),
        "d": (_("Time spent"), "duration"),
    }
    lines = audience.lines(tree, question.period, tuple(titles))
    chart = chart_of(question, visit.choice.zone, lines, titles, marks.of_visit(visit))
    per_session = _("%(time)s per session") % {"time": duration(found["time"]["total"])}
    tiles = tiles_of(found, titles, chart, {"d": per_session})
    return [
        Figures(
            id="audience",
            title=_("Audience"),
            tiles=tiles,
            chart=chart,
            bucket_title=bucket_title(question),
            api=visit.api("/o/analytics/sessions"),
        )
    ]


def technology_parts(visit: Visit) -> list[Part]:
    parts: list[Part] = []
    for metric, title, name in TECHNOLOGY:
        found = values.rows(values.read(visit.question, metric), visit.question, metric)
        parts.append(
            Breakdown(
                id=metric,
                title=str(title),
                rows=values.top(found, "t"),
                measure=_("Sessions"),
                width="third",
                more=reverse(name, args=[visit.application.id]) + visit.period_query,
                api=visit.api("/o/analytics/metric", metric=metric),
            )
        )
    return parts


def country_parts(visit: Visit) -> list[Part]:
    found = values.countries(values.read(visit.question, "countries"), visit.question)
    more = reverse("geo", args=[visit.application.id]) + visit.period_query
    return [
        WorldMap(
            id="map",
            title=_("Countries"),
            rows=[{"code": row["code"], "name": row["name"], "value": row["t"]} for row in found],
            measure=_("Sessions"),
            width="two-thirds",
            api=visit.api("/o", method="countries"),
        ),
        Breakdown(
            id="countries",
            title=_("Top countries"),
            rows=values.top(found, "t", 8),
            measure=_("Sessions"),
            width="third",
            more=more,
            api=visit.api("/o/analytics/metric", metric="countries"),
        ),
    ]


def event_parts(visit: Visit) -> list[Part]:
    if not access.can_read(visit.member, visit.application.id, "events"):
        return []
    rows = event_figures.totals(visit.question)[:TOP_EVENTS]
    return [
        Table(
            id="events",
            title=_("Top events"),
            columns=event_columns(rows),
            rows=[{**row, "_href": event_address(visit, row["key"])} for row in rows],
            is_searchable=False,
            nothing=_("No custom events in this period"),
            api=visit.api("/o/analytics/events"),
        )
    ]


def event_columns(rows: list[dict[str, Any]]) -> list[Column]:
    """Sum and duration only where there is something in them."""
    columns = [Column("key", _("Event"), "name"), Column("c", _("Count"))]
    if any(row["s"] for row in rows):
        columns.append(Column("s", _("Sum"), "decimal"))
    if any(row["dur"] for row in rows):
        columns.append(Column("dur", _("Duration"), "duration"))
    return columns


def event_address(visit: Visit, key: str) -> str:
    return reverse("event", args=[visit.application.id]) + visit.period_query_with(event=key)


HOME = Screen(
    name="overview",
    entry="home",
    route="applications/<str:application_id>/overview",
    title=gettext_lazy("Home"),
    build=build,
)
