"""In every time zone, on days on which clocks change and around midnight: nothing is lost between hours, days, months.

The rule: a request counts for the hour, day, week, month and year that the clocks of the application's zone show at its
time. An hour that happens twice is counted as one, an hour that is skipped stays empty, whatever day that makes.
"""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.applications.info import ApplicationInfo
from tests.aggregation.ledger import APP_ID, Ledger, request

ZONES = sorted(available_timezones())
START, END = datetime(2024, 12, 31, tzinfo=UTC), datetime(2025, 3, 10, tzinfo=UTC)


@cache
def turning_points(zone):
    """Unix seconds of the changes of the clock and of some midnights, in the year before the requests come in."""
    info = ZoneInfo(zone)
    found = []
    moment = datetime(2024, 4, 1, tzinfo=UTC)
    while moment < END:
        later = moment + timedelta(hours=12)
        local, next_local = moment.astimezone(info), later.astimezone(info)
        if local.utcoffset() != next_local.utcoffset():
            low, high = int(moment.timestamp()), int(later.timestamp())
            while high - low > 1:
                middle = (low + high) // 2
                if datetime.fromtimestamp(middle, info).utcoffset() == local.utcoffset():
                    low = middle
                else:
                    high = middle
            found.append(high)
        moment = later
    midnights = [datetime(2025, month, 1, tzinfo=info) for month in (1, 2, 3)] + [datetime(2024, 10, 27, tzinfo=info)]
    return found + [int(midnight.timestamp()) for midnight in midnights]


@st.composite
def zone_and_moments(draw):
    zone = draw(st.sampled_from(ZONES))
    points = turning_points(zone)
    near = st.tuples(st.sampled_from(points), st.integers(-7_200, 7_200)).map(sum)
    anywhere = st.integers(int(START.timestamp()), int(END.timestamp()))
    return zone, draw(st.lists(near | anywhere, min_size=1, max_size=8))


@settings(deadline=None, max_examples=150)
@given(zone_and_moments())
def test_hours_sum_to_days_and_days_to_everything_that_was_sent(drawn):
    zone, moments = drawn
    ledger = Ledger(ApplicationInfo(id=APP_ID, key="key", timezone=zone))
    for number, moment in enumerate(moments):
        event = {"key": "e", "count": number + 1}
        ledger.send(request(f"d{number}", at=moment, begin_session=1, session_duration=number + 1, events=[event]))

    expected = {}
    for number, moment in enumerate(moments):
        local = datetime.fromtimestamp(moment, ZoneInfo(zone))
        month = expected.setdefault(f"{local.year}:{local.month}", Counter())
        for counter, amount in (("t", 1), ("n", 1), ("u", 1), ("d", number + 1), ("e", 2)):
            month[f"{local.day}.{counter}"] += amount
            month[f"{local.day}.{local.hour}.{counter}"] += amount
    for month, counters in expected.items():
        stored = ledger.by_month("users", month)
        assert {
            path: amount for path, amount in stored.items() if re.fullmatch(r"(\d+\.){1,2}[tnude]", path)
        } == counters
    months = {document_id.split("_")[0] for document_id in ledger.counted("users")}
    assert {month for month in months if not month.endswith(":0")} == expected.keys()

    years = Counter(datetime.fromtimestamp(moment, ZoneInfo(zone)).year for moment in moments)
    for year, users in years.items():
        zero = ledger.by_month("users", f"{year}:0")
        assert zero["u"] == users
        assert sum(zero.get(f"{month}.u", 0) for month in range(1, 13)) == users
        assert sum(zero.get(f"w{week}.u", 0) for week in range(1, 54)) == users
        events = sum(
            amount
            for month in range(1, 13)
            for path, amount in ledger.by_month("events_data", f"{year}:{month}").items()
            if re.fullmatch(r"\d+\.c", path)
        )
        assert events == sum(
            number + 1
            for number, moment in enumerate(moments)
            if datetime.fromtimestamp(moment, ZoneInfo(zone)).year == year
        )


@settings(deadline=None, max_examples=60)
@given(zone_and_moments())
def test_a_user_is_one_of_each_day_of_the_zone(drawn):
    """However often one comes, and whether an hour of the day is missing or happens twice."""
    zone, moments = drawn
    ledger = Ledger(ApplicationInfo(id=APP_ID, key="key", timezone=zone))
    moments = sorted(set(moments))
    for moment in moments:
        ledger.send(request("d", at=moment, begin_session=1, ignore_cooldown=1))
    days = {datetime.fromtimestamp(moment, ZoneInfo(zone)).date() for moment in moments}
    stored = {
        (month, path.split(".")[0]): amount
        for month in {f"{day.year}:{day.month}" for day in days}
        for path, amount in ledger.by_month("users", month).items()
        if re.fullmatch(r"\d+\.u", path)
    }
    assert stored == {(f"{day.year}:{day.month}", str(day.day)): 1 for day in days}
