"""What a screen, a report or an alert asks about: an application in a period, compared with another one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from apps.analytics import grouping, periods, queries
from apps.analytics.covers import day_key, month_key, unique_covers
from apps.analytics.merging import Tree
from apps.analytics.periods import Period
from apps.applications.info import ApplicationInfo
from apps.core import clock
from apps.plugin_api import configuration

YEAR = "year"


@dataclass(frozen=True, slots=True)
class Question:
    application: ApplicationInfo
    period: Period
    settings: Mapping[str, Any]  # of the namespace `api`, as they hold for the application
    now_ms: int
    step: str = ""  # "week" or "month", into which the days are put together; "" for the period's own steps
    #: Collection -> its counters of the period, read once: the parts of a screen ask for the same ones.
    trees: dict[str, Tree] = field(default_factory=dict, compare=False)

    @property
    def unit(self) -> str:
        """Of the steps of its charts: "hour", "day", "week" or "month"."""
        return self.step or self.period.unit

    def tree(self, collection: str) -> Tree:
        """Not to be changed."""
        if collection not in self.trees:
            self.trees[collection] = queries.counter_tree(collection, self.application.id, self.period)
        return self.trees[collection]


def ask(
    application: ApplicationInfo, period: object, *, compare: str = "", step: str = "", now_ms: int | None = None
) -> Question:
    """`period` is what the parameter of the same name may be. `compare`: "year" for the same days of the year before,
    anything else for the period before. `step`: one that `grouping.offered` offers; others are as if not given."""
    now_ms = clock.now_ms() if now_ms is None else now_ms
    resolved = periods.resolve(periods.parse(period), zone=application.timezone, now_ms=now_ms)
    if compare == YEAR:
        resolved = compared_with_year_before(resolved, now_ms=now_ms)
    known_step = step if step in grouping.offered(resolved) else ""
    return Question(application, resolved, configuration.read("api", application), now_ms, known_step)


def compared_with_year_before(period: Period, *, now_ms: int) -> Period:
    """Its "previous" steps are those of the year before: 29 February has 28 February there. Pure."""
    days = [_year_before(_date_of(key)) for key in period.current]
    has_days = all(key.count(".") == 2 for key in period.current)
    fine: list[str] = []
    coarse: list[str] = []
    if period.fine or period.coarse:
        server_today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
        if has_days:
            fine, coarse = unique_covers(list(dict.fromkeys(days)), server_today)
        else:
            fine = coarse = [month_key(day) for day in days]
    return replace(
        period,
        previous=[day_key(day) if has_days else month_key(day) for day in days],
        previous_active=_node_year_before(period.active),
        previous_fine=fine,
        previous_coarse=coarse,
    )


def _node_year_before(node: str | None) -> str | None:
    """The same year, month or day of the year before."""
    if node is None:
        return None
    before = _year_before(_date_of(node))
    return {0: str(before.year), 1: month_key(before), 2: day_key(before)}[node.count(".")]


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _date_of(key: str) -> date:
    year, month, day = (*(int(part) for part in key.split(".")), 1, 1)[:3]
    return date(year, month, day)
