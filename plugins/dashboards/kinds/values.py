"""How sessions and users spread over values: the data types `technology`, `geo` and `sources`."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from apps.analytics import audience, computations, values
from apps.analytics.computations import Row
from apps.analytics.merging import Tree
from apps.analytics.metrics import METRICS
from apps.analytics.questions import Question
from apps.applications.info import ApplicationInfo
from apps.core.texts import Text
from apps.plugin_api.widgets import DashboardWidget
from apps.shell.charts import Series, time_chart
from apps.shell.parts import BarChart, Breakdown, Empty, Part, TimeChart
from apps.shell.tables import Column, Table
from apps.shell.time_parts import bucket_title, steps_of
from apps.shell.visits import Visit
from plugins.dashboards.documents import ANALYTICS, BREAKDOWNS, VISUALIZATION
from plugins.dashboards.kinds import measured
from plugins.dashboards.kinds.measured import BAR_CHART, PIE_CHART, TABLE, TIME_SERIES

BARS = 10
LINES = 6
Key = TypeVar("Key", bound=Hashable)
METRIC_TITLES: Mapping[str, Text] = {"u": _("Users"), "n": _("New users"), "t": _("Sessions")}
SHAPES: dict[str, Text] = {
    BAR_CHART: _("Bars"),
    PIE_CHART: _("Shares"),
    TABLE: _("Table"),
    TIME_SERIES: _("Over time"),
}
#: What breakdowns are called in widgets, where the counters call them otherwise.
COUNTED_AS = {"platforms": "os", "platform_versions": "os_versions", "browsers": "browser", "densities": "density"}
TECHNOLOGY: Mapping[str, Text] = {
    "platforms": _("Platforms"),
    "platform_versions": _("Platform versions"),
    "devices": _("Devices"),
    "device_type": _("Types of device"),
    "app_versions": _("App versions"),
    "resolutions": _("Resolutions"),
    "carriers": _("Carriers"),
    "density": _("Densities"),
    "browser": _("Browsers"),
    "langs": _("Languages"),
}
GEO: Mapping[str, Text] = {"countries": _("Countries"), "cities": _("Cities"), "langs": _("Languages")}
SOURCES: Mapping[str, Text] = {"sources": _("Sources")}
#: The share of each step instead of its count.
DISPLAY, PERCENTAGE = "displaytype", "percentage"


def data(widget: Mapping[str, Any], applications: list[ApplicationInfo]) -> dict[str, Any]:
    metric, counters = _metric(widget), measured.chosen(widget, METRIC_TITLES)
    found = {}
    for application in applications:
        question = measured.question_of(widget, application)
        tree = values.read(question, metric)
        rows = values.rows(tree, question, metric, values.described(metric).display or str)
        found[application.id] = _data_of(widget, tree, question, rows, counters)
    return found


def _data_of(
    widget: Mapping[str, Any], tree: Tree, question: Question, rows: list[Row], counters: Sequence[str]
) -> Any:
    first = counters[0]
    shape = widget.get(VISUALIZATION)
    if shape == TABLE:
        return _table_rows(rows, counters)
    if shape == TIME_SERIES:
        names = audience.step_names(question.period)
        lines = _lines(widget, tree, question, rows, first)
        return {step: {name: line[index] for name, line in lines.items()} for index, step in enumerate(names)}
    return {
        "total": {counter: sum(row[counter] for row in rows) for counter in counters},
        "graph": [{"name": row["name"], "value": row["value"]} for row in values.top(rows, first, BARS)],
    }


@dataclass(frozen=True, slots=True)
class OfApplication:
    name: str
    question: Question
    tree: Tree
    rows: list[Row]


def part(widget: Mapping[str, Any], applications: list[ApplicationInfo], visit: Visit) -> Part:
    """Of several applications the first figure, side by side."""
    metric, counters = _metric(widget), measured.chosen(widget, METRIC_TITLES)
    found = []
    for application in applications:
        question = measured.question_of(widget, application, visit)
        tree = values.read(question, metric)
        found.append(OfApplication(application.name, question, tree, values.rows(tree, question, metric)))
    title = str({**TECHNOLOGY, **GEO, **SOURCES}.get(_breakdown(widget), ""))
    if widget.get(VISUALIZATION) == TIME_SERIES:
        return _over_time(widget, found, counters[0], title)
    if len(found) > 1:
        return _side_by_side(found, counters[0], title, is_table=widget.get(VISUALIZATION) == TABLE)
    return _of_one(widget, found[0].rows, counters, title)


def _over_time(widget: Mapping[str, Any], found: Sequence[OfApplication], counter: str, title: str) -> Part:
    first = found[0].question
    steps = steps_of(first, measured.zone_of(first, widget))
    kind = "percent" if widget.get(DISPLAY) == PERCENTAGE else "count"
    lines: dict[tuple[int, str], list[Any]] = {}
    for index, one in enumerate(found):
        for name, line in _counted_lines(one.tree, one.question, one.rows, counter).items():
            lines[index, name] = [value or 0 for value in measured.of_length(line, len(steps.labels))]
    ranked = sorted(lines, key=lambda key: -sum(lines[key]))[:LINES]
    chosen = {key: lines[key] for key in ranked}
    if kind == "percent":
        chosen = in_percent(chosen)
    if not chosen:
        return Empty(id="", icon="technology", title=title, text=str(_("Nothing in this period")))
    series = [
        Series(
            f"value-{number}",
            f"{found[index].name}: {name}" if len(found) > 1 else name,
            chosen[index, name],
            kind=kind,
        )
        for number, (index, name) in enumerate(ranked)
    ]
    chart = time_chart(steps, series, now_ms=first.now_ms)
    return TimeChart(id="", data=chart, bucket_title=bucket_title(first), is_stacked=True)


def _side_by_side(found: Sequence[OfApplication], counter: str, title: str, *, is_table: bool) -> Part:
    rows = together([one.rows for one in found], counter)
    keys = [f"app{index}" for index in range(len(found))]
    if is_table:
        columns = [
            Column("name", title, "name"),
            *(Column(key, one.name) for key, one in zip(keys, found, strict=True)),
        ]
        shown = [{"name": name, "_key": name, **dict(zip(keys, numbers, strict=True))} for name, numbers in rows]
        return Table(id="", columns=columns, rows=shown, sort="", is_searchable=False)
    if not rows:
        return Empty(id="", icon="technology", title=title, text=str(_("Nothing in this period")))
    top = rows[:BARS]
    return BarChart(
        id="",
        labels=[name for name, _numbers in top],
        series=[
            {"title": one.name, "values": [numbers[index] for _name, numbers in top]} for index, one in enumerate(found)
        ],
        label_title=title,
    )


def together(rows_of: Sequence[list[Row]], counter: str) -> list[tuple[str, list[Any]]]:
    """Each value with its number in each of them, the largest of all first. Pure."""
    numbers: dict[str, list[Any]] = {}
    for index, rows in enumerate(rows_of):
        for row in rows:
            if row[counter]:
                numbers.setdefault(row["name"], [0] * len(rows_of))[index] += row[counter]
    return sorted(numbers.items(), key=lambda item: (-sum(item[1]), item[0]))


def _of_one(widget: Mapping[str, Any], rows: list[Row], counters: Sequence[str], title: str) -> Part:
    first, shape = counters[0], widget.get(VISUALIZATION)
    if shape == TABLE:
        columns = [
            Column("name", title, "name"),
            *(Column(counter, str(METRIC_TITLES[counter])) for counter in counters),
        ]
        return Table(id="", columns=columns, rows=_table_rows(rows, counters), sort=f"-{first}", is_searchable=False)
    top = values.top(rows, first, BARS)
    if shape == BAR_CHART and top:
        bars = _table_rows(rows, counters)[:BARS]
        return BarChart(
            id="",
            labels=[row["name"] for row in bars],
            series=[
                {"title": str(METRIC_TITLES[counter]), "values": [row[counter] for row in bars]} for counter in counters
            ],
            label_title=title,
        )
    return Breakdown(id="", rows=top, measure=str(METRIC_TITLES[first]))


def _lines(
    widget: Mapping[str, Any], tree: Tree, question: Question, rows: list[Row], counter: str
) -> dict[str, list[Any]]:
    lines = _counted_lines(tree, question, rows, counter)
    return in_percent(lines) if widget.get(DISPLAY) == PERCENTAGE else lines


def _counted_lines(tree: Tree, question: Question, rows: list[Row], counter: str) -> dict[str, list[Any]]:
    """Of the top values, step by step."""
    top = sorted((row for row in rows if row[counter]), key=lambda row: -row[counter])[:LINES]
    found = values.total_lines(tree, question, [row["_id"] for row in top], counter)
    return {row["name"]: list(found[row["_id"]]) for row in top}


def in_percent(lines: Mapping[Key, Sequence[float]]) -> dict[Key, list[Any]]:
    """100 for each step that has anything; what rounding leaves goes to the largest. Pure."""
    shares: dict[Key, list[Any]] = {name: [] for name in lines}
    for step in zip(*lines.values(), strict=True):
        ranked = computations.rank(
            [{"name": name, "value": value} for name, value in zip(lines, step, strict=True)], -1
        )
        for row in ranked:
            shares[row["name"]].append(row["percent"] if sum(step) else 0)
    return shares


def _table_rows(rows: list[Row], counters: Sequence[str]) -> list[dict[str, Any]]:
    """The largest first, without those that have none."""
    found = [row for row in rows if row[counters[0]]]
    found.sort(key=lambda row: -row[counters[0]])
    return [{"name": row["name"], "_key": row["_id"], **{one: row[one] for one in counters}} for row in found]


def _breakdown(widget: Mapping[str, Any]) -> str:
    named = widget.get(BREAKDOWNS) or [""]
    return str(named[0])


def _metric(widget: Mapping[str, Any]) -> str:
    """Raises values.UnknownMetric."""
    breakdown = _breakdown(widget)
    return COUNTED_AS.get(breakdown, breakdown)


def _offered(titles: Mapping[str, Text]) -> Callable[[], dict[str, Text]]:
    """Those that somebody counts: a plugin that is off offers none."""
    return lambda: {name: title for name, title in titles.items() if COUNTED_AS.get(name, name) in METRICS}


def _check(titles: Mapping[str, Text]) -> Callable[[Mapping[str, Any]], None]:
    def check(widget: Mapping[str, Any]) -> None:
        if len(widget.get(BREAKDOWNS) or []) != 1 or _metric(widget) not in METRICS.names():
            raise ValueError("Invalid parameter: breakdowns")

    return check


def _kind(title: Text, titles: Mapping[str, Text], feature: str = "core") -> DashboardWidget:
    return DashboardWidget(
        title,
        data,
        part=part,
        feature=feature,
        visualizations=SHAPES,
        metrics=METRIC_TITLES,
        breakdowns=_offered(titles),
        check=_check(titles),
        widget_type=ANALYTICS,
    )


KINDS = {
    "technology": _kind(_("Technology"), TECHNOLOGY),
    "geo": _kind(_("Countries and languages"), GEO),
    "sources": _kind(_("Sources"), SOURCES, "sources"),
}
