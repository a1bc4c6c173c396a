"""What people hold in their hands: platforms, devices, resolutions, versions of the application, carriers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.aggregation.increments import TOO_MANY_METRIC_VALUES
from apps.analytics import names, values
from apps.analytics.merging import Tree
from apps.core.texts import Text
from apps.dashboard.screens import limits
from apps.notes import marks
from apps.shell import periods
from apps.shell.charts import Series, time_chart
from apps.shell.parts import Breakdown, Empty, Part, Switch, TimeChart
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.time_parts import bucket_title, steps_of
from apps.shell.visits import Visit

MEASURES = {"t": gettext_lazy("Sessions"), "u": gettext_lazy("Users"), "n": gettext_lazy("New users")}
LINES = 6
LONG_PERIOD = "12months"  # to look for what a shorter one does not have


def estimate_hint(rows: Sequence[Any]) -> str:
    """Beside users by value that are not counted; empty where they are."""
    return of_estimate(is_estimate=any(row["is_estimate"] for row in rows))


def of_estimate(*, is_estimate: bool) -> str:
    return _("Estimated: unique users of a range cannot be added up from its days") if is_estimate else ""


def metric_columns(title: str) -> list[Column]:
    """The columns of every table of values."""
    return [
        Column("name", title, "name"),
        Column("t", _("Total sessions")),
        Column("u", _("Total users")),
        Column("n", _("New users")),
    ]


def metric_table(visit: Visit, metric: str, title: str, rows: Sequence[Any], *, id: str = "table") -> Table:
    return Table(
        id=id,
        title=title,
        columns=metric_columns(title),
        rows=[{**row, "_key": row["_id"]} for row in rows],
        sort="-u",
        hint=estimate_hint(rows),
        api=visit.api("/o/analytics/metric", metric=metric),
    )


def nothing_told(visit: Visit) -> list[Part]:
    """In place of the figures of a metric of which no session of the period told a value."""
    is_long = visit.choice.key == LONG_PERIOD
    longer = {**dict.fromkeys(periods.RANGE_PARAMETERS), "period": LONG_PERIOD}
    return [
        Empty(
            id="nothing",
            icon="technology",
            title=_("Nothing in this period"),
            text=_("SDKs tell it when a session begins, where the device or the browser lets them."),
            action="" if is_long else _("Look at the last 12 months"),
            action_link=visit.address.link(longer),
        )
    ]


def metric_breakdowns(visit: Visit, metric: str, rows: list[Any]) -> list[Part]:
    """All users beside new users: what is on its way up shows in the difference."""
    api = visit.api("/o/analytics/metric", metric=metric)
    return [
        Breakdown(
            id=f"by-{counter}",
            title=str(MEASURES[counter]),
            rows=values.top(rows, counter),
            width="half",
            hint=estimate_hint(rows) if counter == "u" else "",
            api=api,
        )
        for counter in ("u", "n")
    ]


def over_time(visit: Visit, tree: Tree, rows: Sequence[Any], title: str, api: str = "", *, counter: str = "t") -> Part:
    """Sessions, or another counter, of the most used values, upon each other."""
    question = visit.question
    titles = {row["_id"]: row["name"] for row in rows[:LINES]}
    lines = values.total_lines(tree, question, list(titles), counter)
    series = [Series(value, name, lines[value]) for value, name in titles.items()]
    return TimeChart(
        id="over-time",
        title=title,
        data=time_chart(
            steps_of(question, visit.choice.zone), series, now_ms=question.now_ms, notes=marks.of_visit(visit)
        ),
        is_stacked=True,
        bucket_title=bucket_title(question),
        api=api,
    )


@dataclass(frozen=True, slots=True)
class MetricScreen:
    """A screen about one metric. Plugins that add a metric make theirs of this too."""

    metric: str  # in analytics.metrics.METRICS
    title: Text  # of the column and the table
    with_chart: bool = False
    display: Callable[[str], str | None] | None = None  # instead of the metric's own names, which are English

    def build(self, visit: Visit) -> list[Part]:
        tree = values.read(visit.question, self.metric)
        rows = values.rows(tree, visit.question, self.metric, self.display)
        notices = limits.notices(visit, TOO_MANY_METRIC_VALUES)
        if not rows:
            return [*notices, *nothing_told(visit)]
        parts: list[Part] = metric_breakdowns(visit, self.metric, rows)
        api = visit.api("/o/analytics/metric", metric=self.metric)
        if self.with_chart:
            parts.append(over_time(visit, tree, rows, _("Sessions over time"), api))
        return [*notices, *parts, metric_table(visit, self.metric, str(self.title), rows)]


def platforms(visit: Visit) -> list[Part]:
    """Platforms, and the versions of the one that is chosen."""
    question = visit.question
    tree = values.read(question, "os")
    rows = values.rows(tree, question, "os")
    if not rows:
        return nothing_told(visit)
    versions = values.rows(tree, question, "os_versions", names.system_version)
    systems = [row["name"] for row in rows]
    system = Switch(
        id="platform",
        title=_("Versions of"),
        parameter="platform",
        options={"": _("All platforms"), **{name: name for name in systems}},
    )
    chosen = system.chosen(visit)
    versions_api = visit.api("/o/analytics/metric", metric="os_versions")
    if chosen:
        versions = [row for row in versions if row["name"].startswith(f"{chosen} ")]
    return [
        *metric_breakdowns(visit, "os", rows),
        metric_table(visit, "os", _("Platforms"), rows),
        *([system] if len(systems) > 1 else []),
        *([over_time(visit, tree, versions, _("Sessions by version"), versions_api)] if chosen and versions else []),
        metric_table(visit, "os_versions", _("Platform versions"), versions, id="versions"),
    ]


def devices(visit: Visit) -> list[Part]:
    question = visit.question
    found = values.rows(values.read(question, "devices"), question, "devices")
    types = values.rows(values.read(question, "device_type"), question, "device_type")
    notices = limits.notices(visit, TOO_MANY_METRIC_VALUES)
    if not found and not types:
        return [*notices, *nothing_told(visit)]
    return [
        *notices,
        *metric_breakdowns(visit, "devices", found),
        metric_table(visit, "devices", _("Devices"), found),
        metric_table(visit, "device_type", _("Device types"), types, id="types"),
    ]


def _screen(name: str, path: str, title: Any, build: Any, *, has_steps: bool = False) -> Screen:
    route = f"applications/<str:application_id>/technology{path}"
    return Screen(name=name, route=route, title=title, build=build, has_steps=has_steps)


TECHNOLOGY: list[Screen] = [
    _screen("technology", "", gettext_lazy("Platforms"), platforms, has_steps=True),
    _screen("technology_devices", "/devices", gettext_lazy("Devices and types"), devices),
    _screen(
        "technology_resolutions",
        "/resolutions",
        gettext_lazy("Resolutions"),
        MetricScreen("resolutions", gettext_lazy("Resolution")).build,
    ),
    _screen(
        "technology_versions",
        "/versions",
        gettext_lazy("App versions"),
        MetricScreen("app_versions", gettext_lazy("App version"), with_chart=True).build,
        has_steps=True,
    ),
    _screen(
        "technology_carriers",
        "/carriers",
        gettext_lazy("Carriers"),
        MetricScreen("carriers", gettext_lazy("Carrier")).build,
    ),
]
