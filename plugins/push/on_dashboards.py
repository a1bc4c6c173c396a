"""Sent and answered messages on dashboards: over time, or as numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.analytics import audience, event_figures, periods
from apps.analytics.questions import Question, ask
from apps.applications.info import ApplicationInfo
from apps.core.texts import Text
from apps.plugin_api.widgets import DashboardWidget
from apps.shell.charts import Series, time_chart
from apps.shell.parts import Figures, Part, TimeChart, tile_of
from apps.shell.time_parts import bucket_title, steps_of
from apps.shell.visits import Visit
from plugins.push import figures

METRICS: Mapping[str, Text] = {"sent": _("Sent"), "actioned": _("Actions")}
TIME_SERIES, NUMBER = "time-series", "number"
SHAPES: Mapping[str, Text] = {TIME_SERIES: _("Over time"), NUMBER: _("Numbers")}


def data(widget: Mapping[str, Any], applications: Sequence[ApplicationInfo]) -> dict[str, Any]:
    """By application: for numbers the total, its change and trend; over time a value per step."""
    return {one.id: _data_of(widget, ask(one, _period(widget))) for one in applications}


def _data_of(widget: Mapping[str, Any], question: Question) -> dict[str, Any]:
    trees = {name: event_figures.read(question, figures.EVENTS[name]) for name in _chosen(widget)}
    if widget.get("visualization") == NUMBER:
        return {name: event_figures.summary(tree, question)["c"] for name, tree in trees.items()}
    lines = {name: event_figures.lines(tree, question)["c"][0] for name, tree in trees.items()}
    steps = audience.step_names(question.period)
    return {step: {name: line[index] for name, line in lines.items()} for index, step in enumerate(steps)}


def part(widget: Mapping[str, Any], applications: Sequence[ApplicationInfo], visit: Visit) -> Part:
    chosen = _chosen(widget)
    several = len(applications) > 1
    if widget.get("visualization") == NUMBER:
        tiles = []
        for one in applications:
            found = figures.summary_of(one, _period(widget))
            tiles += [tile_of(f"{one.id}-{name}", _title(one, name, several), found[name]) for name in chosen]
        return Figures(id="", tiles=tiles)
    questions = [ask(one, _period(widget), compare=visit.choice.compare) for one in applications]
    first = questions[0]
    zone = "UTC" if isinstance(periods.parse(_period(widget)), list) else first.application.timezone
    steps = steps_of(first, zone)
    series = []
    for question in questions:
        one = question.application
        for name in chosen:
            now, before = event_figures.lines(event_figures.read(question, figures.EVENTS[name]), question)["c"]
            now, before = (audience.padded(line, len(steps.labels)) for line in (now, before))
            series.append(Series(f"{one.id}-{name}", _title(one, name, several), now, before))
    return TimeChart(id="", data=time_chart(steps, series, now_ms=first.now_ms), bucket_title=bucket_title(first))


def _chosen(widget: Mapping[str, Any]) -> list[str]:
    return [name for name in widget.get("metrics") or () if name in METRICS] or list(METRICS)


def _title(application: ApplicationInfo, name: str, several: bool) -> str:
    return f"{application.name}: {METRICS[name]}" if several else str(METRICS[name])


def _period(widget: Mapping[str, Any]) -> Any:
    return widget.get("custom_period") or figures.DEFAULT_PERIOD


WIDGET = DashboardWidget(
    _("Push notifications"), data, feature="push", part=part, visualizations=SHAPES, metrics=METRICS
)
