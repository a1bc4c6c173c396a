"""Days put together: the weeks or months of a period as the steps of its charts and tables.

Counters of a group are the sums of its days. Users are not: who came on two days of a week is one user of it, so users
of a group are counted as those of a period of just these days. Weeks begin on Monday, as the stored ones do; the first
and the last group hold only days of the period.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from apps.analytics import computations
from apps.analytics.covers import day_key, unique_covers
from apps.analytics.periods import Period

#: For how many days at least a period is offered in such steps.
FEWEST_DAYS = {"week": 14, "month": 56}


@dataclass(frozen=True, slots=True)
class Group:
    start: int  # index of its first day among the steps of the period
    end: int  # behind its last one
    first: date
    last: date


def offered(period: Period) -> tuple[str, ...]:
    """ "week", "month", or none of them."""
    if period.unit != "day":
        return ()
    days = len(computations.step_keys(period))
    return tuple(step for step, fewest in FEWEST_DAYS.items() if days >= fewest)


def groups(period: Period, step: str) -> list[Group]:
    """Of a period whose steps are days; `step` is one of those offered."""
    days = [computations.moment_of(key).date() for key in computations.step_keys(period)]
    found = []
    for _, members in groupby(enumerate(days), key=lambda item: _beginning(item[1], step)):
        indexes = [index for index, _ in members]
        start, end = indexes[0], indexes[-1] + 1
        found.append(Group(start, end, days[start], days[end - 1]))
    return found


def summed(values: Sequence[Any], into: Sequence[Group]) -> list[Any]:
    """For each group, of the values of its days. None where there is not one."""
    cut = [[value for value in values[group.start : group.end] if value is not None] for group in into]
    return [sum(each) if each else None for each in cut]


def counted(period: Period, step: str, count: Callable[[Period], Any], *, now_ms: int) -> tuple[list[Any], list[Any]]:
    """For each group what `count` says of its days, and of those with which they are compared. None where there are no
    days. For what is no sum of days, as users are."""

    def side(*, previous: bool) -> list[Any]:
        parts = [part_of(period, group, now_ms=now_ms, previous=previous) for group in groups(period, step)]
        return [count(part) if part else None for part in parts]

    return side(previous=False), side(previous=True)


def part_of(period: Period, group: Group, *, now_ms: int, previous: bool = False) -> Period | None:
    """The days of the group, or those with which they are compared, as a period. None where there are none."""
    keys = computations.step_keys(period, previous=previous)[group.start : group.end]
    days = [computations.moment_of(key).date() for key in keys if computations.is_moment(key)]
    if not days:
        return None
    fine, coarse = unique_covers(days, datetime.fromtimestamp(now_ms / 1000, UTC).date())
    return replace(
        period,
        is_special=True,
        days=len(days),
        current=[day_key(day) for day in days],
        fine=fine,
        coarse=coarse,
        active=None,
        step_min=None,
        step_max=None,
        previous=[],
        previous_active=None,
        previous_fine=[],
        previous_coarse=[],
    )


def _beginning(day: date, step: str) -> date:
    return day.replace(day=1) if step == "month" else day - timedelta(days=day.weekday())
