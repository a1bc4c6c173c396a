"""Which stored units of a view answer for a period. Pure.

Weeks of views are those of ISO 8601, unlike all others, so users of a range are estimated by covers of their own: both
are upper bounds of the unique users, one with the largest units that fit into the range, one with coarse ones that may
reach beyond it. Sums need no estimate: whole months stand in the document of the year.
"""

import calendar
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from apps.analytics.periods import Period
from plugins.views.documents import COUNTED

Unit = tuple[str, str]  # `m` of a document and the path of the node in it


@dataclass(frozen=True, slots=True)
class Units:
    sums: list[Unit]
    fine: list[Unit] = field(default_factory=list)
    coarse: list[Unit] = field(default_factory=list)

    @property
    def months(self) -> list[str]:
        return list(dict.fromkeys(month for month, _ in (*self.sums, *self.fine, *self.coarse)))


def key_of(unit: Unit) -> str:
    """Where the unit is in a merged tree: "2025.3.12", "2025.3", "2025.w12", "2025"."""
    month_id, path = unit
    year, month = month_id.split(":")
    return ".".join([year, *([month] if month != "0" else []), *path.split(".")[1:]])


def units_of(period: Period, *, today: date, previous: bool = False) -> Units:
    active = period.previous_active if previous else period.active
    keys = period.previous if previous else period.current
    if active is not None:
        return _of_node(active)
    return of_days([_date_of(key) for key in keys], today)


def of_days(days: Sequence[date], today: date) -> Units:
    fine = [*_months_and_days(days, today, with_weeks=True)]
    return Units(sums=[*_months_and_days(days, today)], fine=fine, coarse=[*_coarse(days, today)])


def _of_node(node: str) -> Units:
    """A year, a month or a day is stored as such."""
    year, *rest = node.split(".")
    if not rest:
        unique = [(f"{year}:0", COUNTED)]
        return Units([_month(date(int(year), number, 1)) for number in range(1, 13)], unique, unique)
    day = date(int(year), int(rest[0]), int(rest[1]) if len(rest) == 2 else 1)
    unit = [_day(day) if len(rest) == 2 else _month(day)]
    return Units(unit, unit, unit)


def _months_and_days(days: Sequence[date], today: date, *, with_weeks: bool = False) -> Iterable[Unit]:
    """Units without overlap: whole months, then, where they may, whole weeks, then days."""
    in_month = Counter((day.year, day.month) for day in days)
    whole = {month for month, number in in_month.items() if number >= _length_so_far(month, today)}
    rest = [day for day in days if (day.year, day.month) not in whole]
    in_week = Counter(day.isocalendar()[:2] for day in rest)
    found: dict[Unit, None] = {}
    for day in days:
        if (day.year, day.month) in whole:
            found[_month(day)] = None
        elif with_weeks and in_week[day.isocalendar()[:2]] >= _week_so_far(day, today):
            found[_week(day)] = None
        else:
            found[_day(day)] = None
    return found


def _coarse(days: Sequence[date], today: date) -> Iterable[Unit]:
    in_month = Counter((day.year, day.month) for day in days)
    return dict.fromkeys(
        _month(day) if in_month[day.year, day.month] * 2 >= _length_so_far((day.year, day.month), today) else _week(day)
        for day in days
    )


def _length_so_far(month: tuple[int, int], today: date) -> int:
    """Of the running month only the days that have begun: the others have nothing to add."""
    return today.day if month == (today.year, today.month) else calendar.monthrange(*month)[1]


def _week_so_far(day: date, today: date) -> int:
    return today.isoweekday() if day.isocalendar()[:2] == today.isocalendar()[:2] else 7


def _day(day: date) -> Unit:
    return f"{day.year}:{day.month}", f"{COUNTED}.{day.day}"


def _month(day: date) -> Unit:
    return f"{day.year}:0", f"{COUNTED}.{day.month}"


def _week(day: date) -> Unit:
    iso = day.isocalendar()
    return f"{iso.year}:0", f"{COUNTED}.w{iso.week}"


def _date_of(key: str) -> date:
    year, month, day = (*(int(part) for part in key.split(".")), 1)[:3]
    return date(year, month, day)
