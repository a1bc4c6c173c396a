"""From counters to the numbers on a dashboard. Now is 2025-03-12 13:30 in Europe/Istanbul."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from apps.analytics import computations, formats, periods
from apps.analytics.computations import Counted

NOW = datetime(2025, 3, 12, 13, 30, tzinfo=ZoneInfo("Europe/Istanbul"))
NOW_MS = round(NOW.timestamp() * 1000)


def resolve(value, bucket=""):
    return periods.resolve(periods.parse(value), zone="Europe/Istanbul", now_ms=NOW_MS, bucket=bucket)


@pytest.fixture
def tree():
    """Twelve days of growing use in March; nothing before."""
    march = {str(d): {"t": d, "n": 1, "u": min(d, 4), "d": 60 * d, "e": 2 * d} for d in range(1, 13)}
    return {"2025": {"3": {**march, "u": 12}, "w9": {"u": 8}, "w10": {"u": 9}, "w11": {"u": 5}}}


def card(total, change, trend, **more):
    return {"total": total, "change": change, "trend": trend, **more}


@pytest.mark.parametrize(
    ("period", "cards"),
    [
        (
            "7days",
            {
                "total_sessions": card(63, "320%", "u"),
                "new_users": card(7, "40%", "u"),
                "total_users": card(12, "-14.3%", "d", is_estimate=True),
                "total_time": card("1.1 hours", "320%", "u"),
                "avg_time": card("1.0 min", "0%", "u"),
                "avg_requests": card("10.5", "390%", "u"),
            },
        ),
        (
            "30days",
            {
                "total_sessions": card(78, "NA", "u"),
                "new_users": card(12, "NA", "u"),
                "total_users": card(12, "NA", "u", is_estimate=True),
                "total_time": card("1.3 hours", "NA", "u"),
                "avg_time": card("1.0 min", "NA", "u"),
                "avg_requests": card("13.0", "NA", "u"),
            },
        ),
        (
            "hour",
            {
                "total_sessions": card(12, "9.1%", "u"),
                "new_users": card(1, "0%", "u"),
                "total_users": card(4, "0%", "u", is_estimate=False),
                "total_time": card("12.0 min", "9.1%", "u"),
                "avg_time": card("1.0 min", "0%", "u"),
                "avg_requests": card("6.0", "9.1%", "u"),
            },
        ),
    ],
)
def test_session_cards(tree, period, cards):
    assert computations.session_cards(tree, resolve(period)) == cards


def test_a_live_count_replaces_the_estimate(tree):
    cards = computations.session_cards(tree, resolve("7days"), Counted(now=11))

    assert cards["total_users"] == card(11, "-21.4%", "d", is_estimate=False)


def test_counts_of_both_periods_replace_both_estimates(tree):
    cards = computations.session_cards(tree, resolve("7days"), Counted(now=11, before=10))

    assert cards["total_users"] == card(11, "10%", "u", is_estimate=False)
    assert cards["avg_requests"] == card("11.5", "281.8%", "u")  # 126 requests of 11 users, 30 of 10


def test_session_cards_of_one_day():
    day_before, today = {"t": 2, "n": 0, "u": 1, "d": 30, "e": 2}, {"t": 2, "n": 1, "u": 2, "d": 60, "e": 3}

    assert computations.session_cards({"2025": {"3": {"11": day_before, "12": today}}}, resolve("hour")) == {
        "total_sessions": card(2, "0%", "u"),
        "new_users": card(1, "NA", "u"),
        "total_users": card(2, "100%", "u", is_estimate=False),
        "total_time": card("1.0 min", "100%", "u"),
        "avg_time": card("0.5 min", "100%", "u"),
        "avg_requests": card("1.5", "-25%", "d"),
    }


def test_previous_users_are_the_smaller_cover(tree):
    summary = computations.summarize(tree, resolve("7days"), ("t", "n", "u"), frozenset({"u"}))

    assert summary == {
        "t": {"total": 63, "prev-total": 15, "change": "320%", "trend": "u"},
        "n": {"total": 7, "prev-total": 5, "change": "40%", "trend": "u"},
        "u": {"total": 12, "prev-total": 14, "change": "-14.3%", "trend": "d", "is_estimate": True},
    }


@pytest.mark.parametrize(("counted", "users", "new"), [(None, 5, 5), (2, 2, 2), (9, 6, 5), (0, 0, 0)])
def test_users_are_at_least_new_users_and_at_most_sessions(counted, users, new):
    tree = {"2025": {"3": {"12": {"u": 4, "n": 5, "t": 6}}}}

    now, _ = computations.totals(tree, resolve("hour"), ("t", "n", "u"), frozenset({"u"}), Counted(counted))

    assert (now["u"], now["n"]) == (users, new)


def test_a_range_of_one_day_is_exact_even_without_covers():
    tree = {"2025": {"3": {"12": {"u": 4, "t": 6}}}}
    noon, evening = NOW_MS - 3_600_000, NOW_MS + 3_600_000
    period = resolve(f"[{noon},{evening}]")

    now, _ = computations.totals(tree, period, ("t", "u"), frozenset({"u"}))

    assert (period.fine, now) == ([], {"t": 6, "u": 4})


@pytest.mark.parametrize(
    ("previous", "current", "change", "trend"),
    [
        (0, 0, "NA", "u"),
        (0, 5, "NA", "u"),
        (5, 0, "∞", "d"),
        (10, 12, "20%", "u"),
        (3, 2, "-33.3%", "d"),
        (200, 199.9, "-0%", "u"),
        (7, 7, "0%", "u"),
        (3, 300000, "10M%", "u"),
        (1, 126.5, "12.6K%", "u"),
    ],
)
def test_change_and_trend(previous, current, change, trend):
    assert formats.change_and_trend(previous, current) == (change, trend)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0.0 min"), (59.94, "59.9 min"), (60, "1.0 hours"), (1440, "1.0 days"), (142560, "0.3 years")],
)
def test_time_spent(minutes, text):
    assert formats.time_spent(minutes) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(9999, "9999"), (9999.5, "9999.5"), (10000, "10K"), (1234567, "1.2M"), (-10500, "-10.5K"), (7.0, "7")],
)
def test_short_numbers(value, text):
    assert formats.short_number(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.25, "0.3"), (-0.25, "-0.3"), (0.05, "0.1"), (1.005, "1.0"), (2, "2.0")])
def test_one_decimal(value, text):
    assert formats.one_decimal(value) == text


def test_top_days(tree):
    assert computations.bars_of_steps(tree, resolve("7days")) == [
        {"name": "12 Mar", "value": 12, "percent": 19},
        {"name": "11 Mar", "value": 11, "percent": 17.5},
        {"name": "10 Mar", "value": 10, "percent": 15.9},
    ]


def test_top_hours_are_named_by_the_clock():
    tree = {"2025": {"3": {"12": {"13": {"t": 2}}, "11": {"8": {"t": 1}}}}}

    assert computations.bars_of_steps(tree, resolve("hour")) == [{"name": "13:00", "value": 2, "percent": 100}]
    assert computations.bars_of_steps(tree, resolve("yesterday")) == [
        {"name": "11 Mar, 08:00", "value": 1, "percent": 100}
    ]


def test_three_equal_values_share_a_hundred_percent():
    rows = computations.rank([{"name": name, "value": 1} for name in "abc"], 3)

    assert [row["percent"] for row in rows] == [33.4, 33.3, 33.3]


def test_what_is_more_than_a_hundred_percent_comes_off_the_last():
    rows = computations.rank([{"name": str(value), "value": value} for value in (335, 335, 330 - 1.5, 1.5)], -1)

    assert sum(row["percent"] for row in rows) == pytest.approx(100)
    assert [row["percent"] for row in rows] == [33.5, 33.5, 32.9, 0.1]


def test_shares_of_nothing_are_not_numbers():
    assert math.isnan(computations.rank([{"name": "a", "value": 0}], 3)[0]["percent"])


def test_rows_of_equal_display_name_become_one_and_unnamed_ones_vanish():
    tree = {"2025": {"3": {"12": {"iOS": {"t": 3}, "iPadOS": {"t": 2}, "Other": {"t": 5}}}}}
    names = {"iOS": "iOS", "iPadOS": "iOS"}

    assert computations.bars(tree, ["iOS", "iPadOS", "Other"], resolve("hour"), display=names.get) == [
        {"name": "iOS", "value": 5, "percent": 100}
    ]


def test_a_table_of_one_day():
    tree = {"2025": {"3": {"12": {"DE": {"t": 2, "n": 1, "u": 1}, "US": {"t": 3, "u": 2}, "FR": {"t": 0}}}}}

    assert computations.table(tree, ["DE", "US", "FR", "TR"], resolve("hour"), ("t", "n", "u")) == [
        {"_id": "US", "t": 3, "n": 0, "u": 2},
        {"_id": "DE", "t": 2, "n": 1, "u": 1},
    ]


def test_a_table_over_days_estimates_users_per_value():
    days = {str(day): {"DE": {"t": 1, "u": 1}, "US": {"t": 1, "n": 1, "u": 1}} for day in range(6, 13)}
    tree = {"2025": {"3": {**days, "DE": {"u": 3}}, "w11": {"DE": {"u": 2}}}}

    assert computations.table(tree, ["US", "DE", "FR"], resolve("7days"), ("t", "n", "u")) == [
        {"_id": "US", "t": 7, "n": 7, "u": 7},
        {"_id": "DE", "t": 7, "n": 0, "u": 3},
    ]


def test_without_coarse_records_the_estimate_is_nothing():
    days = {str(day): {"DE": {"t": 1, "u": 1}} for day in range(6, 13)}

    rows = computations.table({"2025": {"3": days}}, ["DE"], resolve("7days"), ("t", "n", "u"))

    assert rows == [{"_id": "DE", "t": 7, "n": 0, "u": 0}]


def test_live_counts_rule_a_table_even_when_they_are_zero():
    days = {str(day): {"DE": {"t": 1, "u": 1}, "US": {"t": 1, "n": 1, "u": 1}} for day in range(6, 13)}
    tree = {"2025": {"3": {**days, "DE": {"u": 3}}, "w11": {"DE": {"u": 2}}}}

    rows = computations.table(tree, ["US", "DE"], resolve("7days"), ("t", "n", "u"), {"DE": 0, "US": 99})

    assert rows == [{"_id": "US", "t": 7, "n": 7, "u": 7}, {"_id": "DE", "t": 7, "n": 0, "u": 0}]


def test_range_buckets_of_a_day_and_of_days():
    day = {"f": {"0": 1, "1": 280, "2": 0}}
    tree = {"2025": {"3": {"12": day, "f": {"0": 1, "1": 300}}, "w11": day}}

    assert computations.range_buckets(tree, "f", ["0", "1", "2"], resolve("hour")) == [
        {"f": "1", "t": 280, "percent": "99.6"},
        {"f": "0", "t": 1, "percent": "0.4"},
    ]
    assert computations.range_buckets(tree, "f", ["0", "1"], resolve("7days")) == [
        {"f": "1", "t": 280, "percent": "99.6"},
        {"f": "0", "t": 1, "percent": "0.4"},
    ]


@pytest.mark.parametrize(
    ("period", "bucket", "count", "first", "last"),
    [
        ("hour", "", 24, "2025-3-12 0:00", "2025-3-12 23:00"),
        ("day", "", 31, "2025-3-1", "2025-3-31"),
        ("month", "", 12, "2025-1", "2025-12"),
        ("7days", "", 7, "2025-3-6", "2025-3-12"),
        ("7days", "monthly", 1, "2025-3", "2025-3"),
        ("month", "daily", 71, "2025-1-1", "2025-3-12"),
    ],
)
def test_steps_of_a_period(tree, period, bucket, count, first, last):
    rows = computations.steps(tree, resolve(period, bucket), ("t",))

    assert (len(rows), rows[0]["_id"], rows[-1]["_id"]) == (count, first, last)


def test_a_step_has_all_its_counters(tree):
    rows = computations.steps(tree, resolve("7days"), computations.SESSION_COUNTERS)

    assert rows[-1] == {"_id": "2025-3-12", "t": 12, "n": 1, "u": 4, "d": 720, "e": 24}


def test_a_number_with_its_sparkline():
    tree = {"2025": {"3": {"11": {"s": 2.5}, "12": {"s": 9.99}}}}

    assert computations.number_with_sparkline(tree, resolve("2days"), "s") == {
        "total": 12.49,
        "prev-total": 0,
        "change": "NA",
        "trend": "u",
        "sparkline": [2, 9],
    }


@pytest.mark.parametrize(
    ("period", "text"),
    [
        ("30days", "11 Feb - 12 Mar"),
        ("hour", "00:00 - 23:30"),
        ("yesterday", "11 Mar, 00:00 - 11 Mar, 23:59"),
        ("day", "1 Mar - 31 Mar"),
        ("month", "Jan - Dec"),
    ],
)
def test_range_text(period, text):
    assert computations.range_text(resolve(period), NOW_MS) == text
