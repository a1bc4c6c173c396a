"""Period arithmetic. Unless stated: now is Wednesday 2025-03-12 13:30 in Europe/Istanbul."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics import covers, periods

ISTANBUL = ZoneInfo("Europe/Istanbul")
NOW = datetime(2025, 3, 12, 13, 30, tzinfo=ISTANBUL)


def resolve(value, *, now=NOW, zone="Europe/Istanbul", bucket=""):
    return periods.resolve(periods.parse(value), zone=zone, now_ms=round(now.timestamp() * 1000), bucket=bucket)


def days(first, last):
    return [covers.day_key(first + timedelta(days=step)) for step in range((last - first).days + 1)]


def utc_ms(*parts):
    return round(datetime(*parts, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("value", "current", "previous", "months"),
    [
        ("hour", (date(2025, 3, 12),) * 2, (date(2025, 3, 11),) * 2, ["2025:3"]),
        (
            "day",
            (date(2025, 3, 1), date(2025, 3, 12)),
            (date(2025, 2, 1), date(2025, 2, 12)),
            ["2025:3", "2025:2"],
        ),
        (
            "prevMonth",
            (date(2025, 2, 1), date(2025, 2, 28)),
            (date(2025, 1, 1), date(2025, 1, 28)),
            ["2025:2", "2025:1"],
        ),
        (
            "7days",
            (date(2025, 3, 6), date(2025, 3, 12)),
            (date(2025, 2, 27), date(2025, 3, 5)),
            ["2025:3", "2025:2"],
        ),
        (
            "30days",
            (date(2025, 2, 11), date(2025, 3, 12)),
            (date(2025, 1, 12), date(2025, 2, 10)),
            ["2025:2", "2025:1", "2025:3"],
        ),
        (
            "3weeks",
            (date(2025, 2, 23), date(2025, 3, 12)),
            (date(2025, 2, 4), date(2025, 2, 21)),
            ["2025:2", "2025:3"],
        ),
        (
            "2months",
            (date(2025, 2, 1), date(2025, 3, 12)),
            (date(2024, 12, 22), date(2025, 1, 30)),
            ["2025:2", "2024:12", "2025:1", "2025:3"],
        ),
        ("12hours", (date(2025, 3, 12),) * 2, (date(2025, 3, 11),) * 2, ["2025:3"]),
        ("30minutes", (date(2025, 3, 12),) * 2, (date(2025, 3, 12),) * 2, ["2025:3"]),
    ],
)
def test_arrays_and_documents_of_a_period(value, current, previous, months):
    period = resolve(value)

    assert (period.current, period.previous, period.month_ids) == (days(*current), days(*previous), months)


def test_year_to_date_is_compared_with_the_same_days_a_year_before():
    period = resolve("month")

    assert period.current == days(date(2025, 1, 1), date(2025, 3, 12))
    assert period.previous == [key for key in days(date(2024, 1, 1), date(2024, 3, 12)) if key != "2024.2.29"]
    assert period.month_ids == ["2025:1", "2024:1", "2025:2", "2024:2", "2025:3", "2024:3"]
    assert period.zero_ids == ["2025:0", "2024:0"]


@pytest.mark.parametrize(
    ("value", "active", "previous", "steps", "label"),
    [
        ("month", "2025", "2024", (1, 12), "MMM"),
        ("day", "2025.3", "2025.2", (1, 31), "D MMM"),
        ("prevMonth", "2025.2", "2025.1", (1, 28), "D MMM"),
        ("hour", "2025.3.12", "2025.3.11", (0, 23), "HH:mm"),
        ("yesterday", "2025.3.11", "2025.3.10", (0, 23), "D MMM, HH:mm"),
        (f"[{utc_ms(2025, 3, 9, 22)},{utc_ms(2025, 3, 9, 22)}]", "2025.3.10", "2025.3.9", (0, 23), "D MMM, HH:mm"),
    ],
)
def test_simple_periods_name_one_node(value, active, previous, steps, label):
    period = resolve(value)

    assert (period.is_special, period.active, period.previous_active) == (False, active, previous)
    assert ((period.step_min, period.step_max), period.label_format) == (steps, label)


@pytest.mark.parametrize(
    ("value", "zone", "fine", "coarse"),
    [
        ("7days", "Europe/Istanbul", "3.6 3.7 3.8 3.9 3.10 3.11 w11", "3"),
        ("14days", "UTC", "2.27 2.28 3", "w9 3"),
        ("30days", "Europe/Istanbul", "2.11 w7 w8 2.26 2.27 2.28 3", "2 3"),
        ("60days", "Europe/Istanbul", "1.12 1.13 1.14 w3 w4 1.29 1.30 1.31 2 3", "1 2 3"),
        ("prevMonth", "Europe/Istanbul", "2", "2"),
        (f"[{utc_ms(2025, 1, 1)},{utc_ms(2025, 1, 31)}]", "Europe/Istanbul", "1", "1"),
        (
            f"[{utc_ms(2025, 2, 15)},{utc_ms(2025, 3, 9)}]",
            "Europe/Istanbul",
            "2.15 2.16 2.17 2.18 w8 w9 3.5 3.6 3.7 3.8 3.9",
            "2 3",
        ),
    ],
)
def test_unique_covers_within_the_year(value, zone, fine, coarse):
    period = resolve(value, zone=zone)

    assert period.fine == [f"2025.{unit}" for unit in fine.split()]
    assert period.coarse == [f"2025.{unit}" for unit in coarse.split()]


def test_unique_covers_over_the_new_year():
    fine = ["12.13", "12.14", "12.15", "w51", "w52", "12.30", "12.31"]

    period = resolve("90days")

    assert period.fine == [f"2024.{unit}" for unit in fine] + ["2025.1", "2025.2", "2025.3"]
    assert period.coarse == ["2024.12", "2025.1", "2025.2", "2025.3"]


def test_unique_covers_of_the_previous_period():
    november = [*(f"11.{day}" for day in range(13, 18)), "w47", *(f"11.{day}" for day in range(25, 31)), "12"]
    january = ["w1", "1.8", "1.9", "1.10", "1.11"]

    period = resolve("60days")

    assert period.previous_fine == [f"2024.{unit}" for unit in november] + [f"2025.{unit}" for unit in january]
    assert period.previous_coarse == ["2024.11", "2024.12", "2025.w1", "2025.w2"]


@pytest.mark.parametrize("value", ["month", "day", "yesterday", "hour", f"[{utc_ms(2025, 3, 2)},{utc_ms(2025, 3, 3)}]"])
def test_some_periods_have_no_covers(value):
    period = resolve(value)

    assert (period.fine, period.coarse, period.previous_fine, period.previous_coarse) == ([], [], [], [])


def test_without_today_the_start_stays():
    period = resolve('{"period":"7days","exclude_current_day":true}')

    assert period.current == days(date(2025, 3, 6), date(2025, 3, 11))
    assert period.previous == days(date(2025, 2, 27), date(2025, 3, 4))
    assert (period.days, period.contains_today) == (6, False)


def test_without_today_this_month_keeps_its_first_day():
    period = resolve('{"period":"day","exclude_current_day":true}', now=datetime(2025, 3, 1, 9, tzinfo=ISTANBUL))

    assert period.current == ["2025.3.1"]


def test_monthly_bucket_widens_to_whole_months():
    period = resolve("30days", bucket="monthly")

    assert (period.current, period.previous) == (["2025.2", "2025.3"], ["2024.12", "2025.1"])
    assert (period.days, period.is_special, period.label_format) == (59, True, "MMM")
    assert period.zero_ids == ["2025:0", "2024:0"]


def test_daily_bucket_turns_a_simple_period_into_days():
    period = resolve("month", bucket="daily")

    assert (period.is_special, period.label_format, period.active) == (True, "D MMM", None)
    assert period.current == days(date(2025, 1, 1), date(2025, 3, 12))
    assert period.previous == days(date(2024, 10, 22), date(2024, 12, 31))


def test_the_period_object_of_three_days():
    assert periods.describe(resolve("3days")) == {
        "start": 1741554000000,
        "end": 1741813199999,
        "currentPeriodArr": ["2025.3.10", "2025.3.11", "2025.3.12"],
        "previousPeriodArr": ["2025.3.7", "2025.3.8", "2025.3.9"],
        "dateString": "D MMM",
        "isSpecialPeriod": True,
        "daysInPeriod": 3,
        "periodContainsToday": True,
        "uniquePeriodArr": ["2025.3.10", "2025.3.11", "2025.w11"],
        "uniquePeriodCheckArr": ["2025.w10", "2025.w11"],
        "previousUniquePeriodArr": ["2025.3.7", "2025.3.8", "2025.3.9"],
        "previousUniquePeriodCheckArr": ["2025.w10"],
        "activePeriod": "NA",
        "previousPeriod": "NA",
        "periodMax": "NA",
        "periodMin": "NA",
        "reqMonthDbDateIds": ["2025:3"],
        "reqZeroDbDateIds": ["2025:0"],
        "uniqueMap": {"2025": {"3": {"w10": {"10": {}, "11": {}}, "w11": {"12": {}}}}},
        "uniquePrevMap": {"2025": {"3": {"w10": {"7": {}, "8": {}, "9": {}}}}},
    }


@pytest.mark.parametrize(
    "value",
    [
        "",
        "rubbish",
        "[1,2",
        "0days",
        "[1,2,3]",
        "[null,1]",
        '{"a":1,"b":2}',
        "[true,false]",
        None,
        7,
        {},
        [],
        ["01-01-0001", "02-01-0001"],
        ["30-12-9999", "31-12-9999"],
        [-5, -1],
    ],
)
def test_what_is_no_period_means_thirty_days(value):
    assert resolve(value) == resolve("30days")


def test_an_array_that_runs_backwards_means_thirty_days_without_covers():
    period = resolve(f"[{utc_ms(2025, 3, 9)},{utc_ms(2025, 3, 1)}]")

    assert (period.current, period.fine) == (resolve("30days").current, [])


@pytest.mark.parametrize(
    "value",
    [
        "[1741219200,1741392000]",  # seconds
        "[1741219200000,1741392000000]",  # milliseconds
        "[1741219200000999,1741392000000999]",  # longer numbers are cut
        '["06-03-2025 00:00:00","08-03-2025 00:00:00"]',
        '["06-03-2025","08-03-2025"]',
        [1741219200000, 1741392000000],
    ],
)
def test_array_days_are_days_of_utc(value):
    period = resolve(value, zone="America/Los_Angeles")

    assert period.current == ["2025.3.6", "2025.3.7", "2025.3.8"]
    assert (period.start_ms, period.end_ms) == (utc_ms(2025, 3, 6), utc_ms(2025, 3, 9) - 1)


def test_since_reaches_until_today_in_the_zone_of_the_application():
    period = resolve({"since": utc_ms(2025, 3, 9, 22)})  # 10 March, 01:00 in Istanbul

    assert period.current == days(date(2025, 3, 10), date(2025, 3, 12))


def test_expressions_are_not_anchored():
    assert resolve("x30daysy").current == resolve("30days").current


@pytest.mark.parametrize("value", ["99999999999999days", "9999999years", "999999999minutes", "[0,9999999999999]"])
def test_endless_ranges_are_cut(value):
    assert len(resolve(value).current) <= periods.MAX_DAYS + 2


def test_user_range_is_whole_days_of_the_zone():
    assert resolve("hour").user_range_s() == (1741726800, 1741813200)
    assert resolve("30days").user_range_s()[0] == 1739221200


def test_days_follow_the_wall_clock_over_a_change_of_time():
    berlin = ZoneInfo("Europe/Berlin")
    period = resolve("7days", now=datetime(2025, 4, 2, 0, 30, tzinfo=berlin), zone="Europe/Berlin")

    assert period.current == days(date(2025, 3, 27), date(2025, 4, 2))
    assert period.end_ms - period.start_ms + 1 == (7 * 24 - 1) * 3_600_000


@pytest.mark.parametrize(
    ("day", "day_of_year_week", "sunday_week"),
    [
        (date(2025, 1, 7), "2025.w1", "2025.w2"),
        (date(2025, 12, 31), "2025.w53", "2025.w1"),
        (date(2024, 12, 30), "2024.w53", "2024.w1"),
        (date(2025, 3, 12), "2025.w11", "2025.w11"),
    ],
)
def test_two_ways_to_count_weeks(day, day_of_year_week, sunday_week):
    assert (covers.week_key(day), covers.sunday_week_key(day)) == (day_of_year_week, sunday_week)


def written_out(days, server_today):
    """The covers as they are described, step by step and without a thought of speed."""
    week = [covers.week_key(day) for day in days]
    month = [covers.month_key(day) for day in days]
    current_week = covers.sunday_week_key(server_today)
    marked = [key if week.count(key) >= 7 or key == current_week else "*" for key in week]

    def length(day):
        if covers.month_key(day) == covers.month_key(server_today):
            return server_today.day
        return (date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)).day

    is_full = [month.count(covers.month_key(day)) >= length(day) for day in days]
    fine, rejected, overlap = [], set(), {}
    for index, day in enumerate(days):
        if is_full[index]:
            fine.append(month[index])
            rejected.add(marked[index])
            overlap.setdefault(marked[index], [0, index])[0] += 1
        elif marked[index] != "*" and marked[index] not in rejected:
            fine.append(marked[index])
        else:
            fine.append(covers.day_key(day))
    for key, (inside, first) in overlap.items():
        total = marked.count(key)
        if inside == 7 or (key == current_week and total == inside):
            continue
        for index in range(max(0, first - (total - inside)), first):
            if not is_full[index]:
                fine[index] = covers.day_key(days[index])
    coarse = [
        month[index] if month.count(month[index]) >= length(day) * 0.5 else week[index]
        for index, day in enumerate(days)
    ]
    return list(dict.fromkeys(key for key in fine if key not in rejected)), list(dict.fromkeys(coarse))


@given(
    first=st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    length=st.integers(1, 200),
    days_since=st.one_of(st.just(0), st.integers(-5, 120)),
)
def test_covers_of_any_range_are_as_described(first, length, days_since):
    range_of_days = [first + timedelta(days=step) for step in range(length)]
    server_today = range_of_days[-1] + timedelta(days=days_since)
    assert covers.unique_covers(range_of_days, server_today) == written_out(range_of_days, server_today)
