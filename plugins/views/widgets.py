"""What the home page and dashboards show of views."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.aggregation.values import rounded
from apps.analytics import audience, computations
from apps.analytics.questions import Question, ask
from apps.applications.info import ApplicationInfo
from apps.core.texts import Text
from apps.shell.figures import exact, exactly
from apps.shell.parts import Tile, tile_of
from apps.shell.tables import Column, Table
from plugins.views import queries
from plugins.views.queries import Figures, Name

ROWS = 10
METRICS: dict[str, tuple[Text, str]] = {
    "u": (gettext_lazy("Users"), "count"),
    "n": (gettext_lazy("New users"), "count"),
    "t": (gettext_lazy("Visits"), "count"),
    "s": (gettext_lazy("Entries"), "count"),
    "e": (gettext_lazy("Exits"), "count"),
    "d": (gettext_lazy("Average time"), "duration"),
    "b": (gettext_lazy("Bounces"), "count"),
    "br": (gettext_lazy("Bounce rate"), "percent"),
    "scr": (gettext_lazy("Average scroll"), "percent"),
    "uvc": (gettext_lazy("Unique views"), "count"),
}


def of_home(application: ApplicationInfo, period: Any) -> dict[str, Any]:
    question = ask(application, period)
    now, before = (
        queries.figures(application.id, queries.units_of(question.period, question.now_ms, previous=previous))
        for previous in (False, True)
    )
    return {"tiles": tiles(now.values(), before.values())}


def tiles(now: Iterable[Figures], before: Iterable[Figures]) -> list[Tile]:
    """Of all views together."""
    sums, sums_before = queries.totals(now), queries.totals(before)
    rates = [round(queries.bounce_rate(each), 1) for each in (sums, sums_before)]
    compared = computations.compared
    return [
        tile_of("t", _("Total visits"), compared(sums["t"], sums_before["t"])),
        tile_of("uvc", _("Unique views"), compared(sums["uvc"], sums_before["uvc"])),
        tile_of("br", _("Bounce rate"), compared(*rates), "percent", is_better_lower=True),
    ]


def of_report(application: ApplicationInfo, period: Any) -> dict[str, Any]:
    """The most visited views: `rows` of name, users, visits and the average time."""
    found = of_dashboard({"custom_period": period, "metrics": ["t", "u", "d"]}, [application])["chartData"]
    return {
        "rows": [
            {
                "name": row["display"],
                "users": exact(row["u"]),
                "visits": exact(row["t"]),
                "time": exactly(row["d"], "duration"),
            }
            for row in found
        ]
    }


def of_dashboard(widget: Mapping[str, Any], applications: list[ApplicationInfo]) -> dict[str, Any]:
    """The most visited views, with the chosen metrics in their order."""
    chosen = widget.get("metrics")
    metrics = [
        name for name in (chosen if isinstance(chosen, list) else ()) if isinstance(name, str) and name in METRICS
    ] or ["t"]
    rows: list[dict[str, Any]] = []
    for application in applications[:1]:
        question = ask(application, str(widget.get("custom_period") or "30days"))
        found = _figures(question)
        if "u" in metrics:
            found = queries.at_most(audience.summary(audience.read(question), question)["u"]["total"], found)
        names = queries.names(application.id)
        rows = [_row(names[view], one) for view, one in found.items() if view in names]
    rows.sort(key=lambda row: (-row[metrics[0]], row["view"]))
    shown = ("view", "display", "_id", *metrics)
    return {
        "metrics": metrics,
        "chartData": [{name: row[name] for name in shown} for row in rows[:ROWS]],
    }


def part_of_dashboard(widget: Mapping[str, Any], applications: list[ApplicationInfo], _visit: object = None) -> Table:
    data = of_dashboard(widget, applications)
    return Table(
        id="",
        columns=[
            Column("display", pgettext("noun", "View"), "name", is_sortable=False),
            *(Column(name, str(METRICS[name][0]), METRICS[name][1], is_sortable=False) for name in data["metrics"]),
        ],
        rows=[{**row, "_key": row["_id"]} for row in data["chartData"]],
        is_searchable=False,
    )


def check(widget: Mapping[str, Any]) -> None:
    chosen = widget.get("metrics")
    if (
        not isinstance(chosen, list)
        or not chosen
        or not all(isinstance(name, str) and name in METRICS for name in chosen)
    ):
        raise ValueError("metrics must be some of " + ", ".join(METRICS))


def _figures(question: Question) -> dict[Any, Figures]:
    return queries.figures(question.application.id, queries.units_of(question.period, question.now_ms))


def _row(name: Name, found: Figures) -> dict[str, Any]:
    return {
        "_id": str(name.id),
        "view": name.view,
        "display": name.shown,
        **found.counters,
        "u": found.users,
        "d": found.seconds,
        "br": int(rounded(found.bounce_rate)),
        "scr": found.scrolled,
    }
