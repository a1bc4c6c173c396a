"""What kinds with counters over time share: an application or an event, its counters, and how they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.analytics import audience, computations, periods
from apps.analytics.computations import Row
from apps.analytics.questions import Question, ask
from apps.applications.info import ApplicationInfo
from apps.core import clock
from apps.core.texts import Text
from apps.shell.charts import Series, time_chart
from apps.shell.parts import BarChart, Figures, Part, TimeChart, tile_of
from apps.shell.tables import Column, Table
from apps.shell.time_parts import bucket_title, name_of, step_rows, steps_of
from apps.shell.visits import Visit
from plugins.dashboards.documents import METRICS, PERIOD, VISUALIZATION

BARS = 10  # of bar charts for API clients
TIME_SERIES, TABLE, BAR_CHART, NUMBER, PIE_CHART = "time-series", "table", "bar-chart", "number", "pie-chart"
Titles = Mapping[str, tuple[Text, str]]  # counter -> title and kind of figure


@dataclass(frozen=True, slots=True)
class Measured:
    id: str
    name: str
    question: Question
    lines: Mapping[str, tuple[Sequence[Any], Sequence[Any]]]  # counter -> steps of this period, of the one before
    summary: Mapping[str, Row]


def question_of(widget: Mapping[str, Any], application: ApplicationInfo, visit: Visit | None = None) -> Question:
    now_ms = visit.now_ms if visit else clock.now_ms()
    return ask(application, widget[PERIOD], compare=visit.choice.compare if visit else "", now_ms=now_ms)


def chosen(widget: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    """The metrics of the widget that the kind knows; all of them when it names none."""
    named = [name for name in widget.get(METRICS) or [] if name in known]
    return named or list(known)


def zone_of(question: Question, widget: Mapping[str, Any]) -> str:
    """Ranges are cut into days of UTC."""
    return "UTC" if isinstance(periods.parse(widget[PERIOD]), list) else question.application.timezone


# For API clients -----------------------------------------------------------------------------------------------------
def data_of(widget: Mapping[str, Any], measured: Measured, metrics: Sequence[str]) -> Any:
    """A map of steps for time series, per metric the total with its change for numbers, rows for bars and tables."""
    names = audience.step_names(measured.question.period)
    steps = {step: {metric: measured.lines[metric][0][index] for metric in metrics} for index, step in enumerate(names)}
    shape = widget.get(VISUALIZATION)
    if shape == NUMBER:
        return {
            metric: {**measured.summary[metric], "sparkline": list(measured.lines[metric][0])} for metric in metrics
        }
    if shape == BAR_CHART:
        bars = [{"name": step, "value": values[metrics[0]]} for step, values in steps.items() if values[metrics[0]]]
        return computations.rank(bars, BARS)
    if shape == TABLE:
        return [{"_id": step, **values} for step, values in steps.items()]
    return steps


# For our screen ------------------------------------------------------------------------------------------------------
def part_of(
    widget: Mapping[str, Any], found: Sequence[Measured], metrics: Sequence[str], titles: Titles, visit: Visit
) -> Part:
    shape = widget.get(VISUALIZATION)
    several = len(found) > 1
    if shape == NUMBER:
        return Figures(
            id="",
            tiles=[
                tile_of(
                    f"{one.id}-{metric}",
                    f"{one.name}: {titles[metric][0]}" if several else str(titles[metric][0]),
                    one.summary[metric],
                    "total" if titles[metric][1] == "count" else titles[metric][1],
                )
                for one in found
                for metric in metrics
            ],
        )
    first = found[0]
    if shape == TABLE:
        return _table(found, metrics, titles)
    steps = steps_of(first.question, zone_of(first.question, widget))
    series = [
        Series(
            f"{one.id}-{name_of(metric)}" if several else name_of(metric),
            _title(one, str(titles[metric][0]), several=several, many=len(metrics) > 1),
            of_length(one.lines[metric][0], len(steps.labels)),
            of_length(one.lines[metric][1], len(steps.labels)),
            titles[metric][1],
        )
        for one in found
        for metric in metrics
    ]
    if shape == BAR_CHART:
        begun = time_chart(steps, series, now_ms=first.question.now_ms)
        return BarChart(
            id="",
            labels=begun["labels"][: begun["elapsed"]],
            series=[{"title": one["title"], "values": one["current"][: begun["elapsed"]]} for one in begun["series"]],
            label_title=bucket_title(first.question),
        )
    chart = time_chart(steps, series, now_ms=first.question.now_ms)
    return TimeChart(id="", data=chart, bucket_title=bucket_title(first.question))


def _table(found: Sequence[Measured], metrics: Sequence[str], titles: Titles) -> Table:
    first, many = found[0], len(metrics) > 1
    columns = [Column("step", bucket_title(first.question), "name", is_sortable=False)]
    lines = {}
    for index, one in enumerate(found):
        for metric in metrics:
            key, (title, kind) = f"{index}-{metric}", titles[metric]
            columns.append(Column(key, _title(one, str(title), several=len(found) > 1, many=many), kind))
            # Another zone may have begun its day, and so have a step more or less.
            now, before = one.lines[metric]
            steps = len(first.lines[metric][0])
            lines[key] = (of_length(now, steps), of_length(before, steps))
    return Table(id="", columns=columns, rows=step_rows(first.question, lines), is_searchable=False)


def _title(one: Measured, metric: str, *, several: bool, many: bool) -> str:
    if not several:
        return metric
    return _("%(name)s: %(metric)s") % {"name": one.name, "metric": metric} if many else one.name


def of_length(values: Sequence[Any], count: int) -> list[Any]:
    """Another zone may have begun its day, and so have a step more or less. No values stay none."""
    return [*values[:count], *[None] * (count - len(values))] if values else []
