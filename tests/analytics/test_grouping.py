"""Weeks and months as the steps of a period."""

from datetime import UTC, date, datetime

import pytest

from apps.analytics import grouping, periods
from apps.analytics.periods import Period

NOW_MS = int(datetime(2025, 3, 19, 12, tzinfo=UTC).timestamp() * 1000)  # a Wednesday


def period(asked: object) -> Period:
    return periods.resolve(periods.parse(asked), zone="UTC", now_ms=NOW_MS)


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("hour", ()),
        ("yesterday", ()),
        ("month", ()),
        ("7days", ()),
        ("13days", ()),
        ("14days", ("week",)),
        ("30days", ("week",)),
        ("day", ("week",)),
        ("60days", ("week", "month")),
        ("365days", ("week", "month")),
    ],
)
def test_longer_steps_are_offered_where_there_are_some_of_them(asked: str, offered: tuple[str, ...]) -> None:
    assert grouping.offered(period(asked)) == offered


def test_weeks_begin_on_monday_and_are_cut_by_the_period() -> None:
    found = grouping.groups(period("14days"), "week")
    assert [(group.first, group.last) for group in found] == [
        (date(2025, 3, 6), date(2025, 3, 9)),
        (date(2025, 3, 10), date(2025, 3, 16)),
        (date(2025, 3, 17), date(2025, 3, 19)),
    ]
    assert [(group.start, group.end) for group in found] == [(0, 4), (4, 11), (11, 14)]


def test_months_are_those_of_the_calendar() -> None:
    found = grouping.groups(period("60days"), "month")
    assert [(group.first, group.last) for group in found] == [
        (date(2025, 1, 19), date(2025, 1, 31)),
        (date(2025, 2, 1), date(2025, 2, 28)),
        (date(2025, 3, 1), date(2025, 3, 19)),
    ]


def test_counters_are_summed_and_what_is_unknown_stays_unknown() -> None:
    values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, None, None, None]
    assert grouping.summed(values, grouping.groups(period("14days"), "week")) == [10, 56, None]


def test_the_part_of_a_month_before_leaves_out_days_that_it_does_not_have() -> None:
    whole = period("day")
    last = grouping.groups(whole, "week")[-1]
    assert (last.first, last.last) == (date(2025, 3, 31), date(2025, 3, 31))
    assert grouping.part_of(whole, last, now_ms=NOW_MS, previous=True) is None  # there is no 31 February
    first = grouping.part_of(whole, grouping.groups(whole, "week")[0], now_ms=NOW_MS, previous=True)
    assert first is not None
    assert (first.current, first.whole_days()) == (["2025.2.1", "2025.2.2"], (date(2025, 2, 1), date(2025, 2, 2)))
