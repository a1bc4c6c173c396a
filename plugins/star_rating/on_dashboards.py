"""Ratings on dashboards: how many of each, or their number and average."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics.computations import compared
from apps.analytics.questions import ask
from apps.applications.info import ApplicationInfo
from apps.core.texts import Text
from apps.plugin_api.widgets import DashboardWidget
from apps.shell.parts import BarChart, Figures, Part, tile_of
from apps.shell.visits import Visit
from plugins.star_rating import figures
from plugins.star_rating.documents import RATINGS
from plugins.star_rating.screens import rating_title

BARS, NUMBER = "bar-chart", "number"
SHAPES: Mapping[str, Text] = {BARS: gettext_lazy("Bars"), NUMBER: gettext_lazy("Numbers")}
DEFAULT_PERIOD = "30days"


def data(widget: Mapping[str, Any], applications: Sequence[ApplicationInfo]) -> dict[str, Any]:
    """By application, for the period of the widget."""
    return {one.id: figures.summary_of(one, _period(widget)) for one in applications}


def part(widget: Mapping[str, Any], applications: Sequence[ApplicationInfo], visit: Visit) -> Part:
    several = len(applications) > 1
    if widget.get("visualization") == NUMBER:
        return Figures(id="", tiles=[tile for one in applications for tile in _tiles(widget, one, visit, several)])
    found = [figures.summary_of(one, _period(widget)) for one in applications]
    return BarChart(
        id="",
        labels=[rating_title(rating) for rating in RATINGS],
        series=[
            {"title": one.name if several else _("Ratings"), "values": [row["count"] for row in summary["rows"]]}
            for one, summary in zip(applications, found, strict=True)
        ],
        label_title=_("Rating"),
    )


def _tiles(widget: Mapping[str, Any], application: ApplicationInfo, visit: Visit, several: bool) -> list[Any]:
    question = ask(application, _period(widget), compare=visit.choice.compare)
    tree = figures.read(question)
    now, before = figures.counts(tree, question.period), figures.counts_before(tree, question)
    start = f"{application.name}: " if several else ""
    total = compared(figures.total(now), figures.total(before))
    average = compared(figures.average(now), figures.average(before))
    return [
        tile_of(f"{application.id}-total", start + _("Ratings"), total),
        tile_of(f"{application.id}-average", start + _("Average"), average, "decimal"),
    ]


def _period(widget: Mapping[str, Any]) -> Any:
    return widget.get("custom_period") or DEFAULT_PERIOD


WIDGET = DashboardWidget(gettext_lazy("Ratings"), data, feature="star_rating", part=part, visualizations=SHAPES)
