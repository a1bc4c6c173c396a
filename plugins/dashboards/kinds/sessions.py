"""Sessions and users of applications: the data types `session` and `user-analytics`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.analytics import audience
from apps.applications.info import ApplicationInfo
from apps.core.texts import Text
from apps.plugin_api.widgets import DashboardWidget
from apps.shell.parts import Part
from apps.shell.visits import Visit
from plugins.dashboards.documents import ANALYTICS, BREAKDOWNS
from plugins.dashboards.kinds import measured
from plugins.dashboards.kinds.measured import BAR_CHART, NUMBER, TABLE, TIME_SERIES, Measured, Titles

SESSION: Titles = {"t": (_("Sessions"), "count"), "u": (_("Users"), "count"), "n": (_("New users"), "count")}
USERS: Titles = {"u": (_("Users"), "count"), "n": (_("New users"), "count"), "r": (_("Returning users"), "count")}
SHAPES: dict[str, Text] = {
    TIME_SERIES: _("Over time"),
    NUMBER: _("Numbers"),
    BAR_CHART: _("Bars"),
    TABLE: _("Table"),
}
OVERVIEW = "overview"
Applications = list[ApplicationInfo]


def sessions(widget: Mapping[str, Any], applications: Applications) -> dict[str, Any]:
    return _data(widget, applications, SESSION)


def users(widget: Mapping[str, Any], applications: Applications) -> dict[str, Any]:
    check_users(widget)
    return _data(widget, applications, USERS)


def sessions_part(widget: Mapping[str, Any], applications: Applications, visit: Visit) -> Part:
    return _part(widget, applications, SESSION, visit)


def users_part(widget: Mapping[str, Any], applications: Applications, visit: Visit) -> Part:
    return _part(widget, applications, USERS, visit)


def check_users(widget: Mapping[str, Any]) -> None:
    """Raises ValueError."""
    if any(one != OVERVIEW for one in widget.get(BREAKDOWNS) or []):
        raise ValueError("Invalid parameter: breakdowns")


def _data(widget: Mapping[str, Any], applications: Applications, titles: Titles) -> dict[str, Any]:
    metrics = measured.chosen(widget, titles)
    return {one.id: measured.data_of(widget, _measured(widget, one), metrics) for one in applications}


def _part(widget: Mapping[str, Any], applications: Applications, titles: Titles, visit: Visit) -> Part:
    found = [_measured(widget, one, visit) for one in applications]
    return measured.part_of(widget, found, measured.chosen(widget, titles), titles, visit)


def _measured(widget: Mapping[str, Any], application: ApplicationInfo, visit: Visit | None = None) -> Measured:
    question = measured.question_of(widget, application, visit)
    tree = audience.read(question)
    lines = audience.lines(tree, question.period, ("t", "u", "n"))
    return Measured(
        application.id,
        application.name,
        question,
        {**lines, "r": audience.returning(lines)},
        audience.summary(tree, question),
    )


def _metrics(titles: Titles) -> dict[str, Text]:
    return {name: title for name, (title, _kind) in titles.items()}


KIND_SESSION = DashboardWidget(
    _("Sessions"),
    sessions,
    part=sessions_part,
    visualizations=SHAPES,
    metrics=_metrics(SESSION),
    widget_type=ANALYTICS,
)
KIND_USERS = DashboardWidget(
    _("Users"),
    users,
    part=users_part,
    visualizations=SHAPES,
    metrics=_metrics(USERS),
    check=check_users,
    widget_type=ANALYTICS,
)
