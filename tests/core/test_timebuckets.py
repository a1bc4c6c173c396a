from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.timebuckets import buckets

ZONES = sorted(available_timezones())
SINCE_2001 = st.integers(1_000_000_000_000, 4_102_444_800_000)


def ms(*parts: int, zone: str = "UTC", fold: int = 0) -> int:
    return int(datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


def seconds(*parts: int, zone: str = "UTC") -> int:
    return ms(*parts, zone=zone) // 1000


def test_a_day_of_the_worked_example():
    assert asdict(buckets(ms(2025, 3, 12, 13, 30, zone="Europe/Berlin"), "Europe/Berlin")) == {
        "year": 2025,
        "month": 3,
        "day": 12,
        "hour": 13,
        "week": 11,
        "iso_week": 11,
        "iso_year": 2025,
        "month_id": "2025:3",
        "zero_id": "2025:0",
        "start_of_hour": seconds(2025, 3, 12, 13, zone="Europe/Berlin"),
        "start_of_day": seconds(2025, 3, 12, zone="Europe/Berlin"),
        "start_of_month": seconds(2025, 3, 1, zone="Europe/Berlin"),
        "start_of_year": seconds(2025, 1, 1, zone="Europe/Berlin"),
        "day_number": 20250312,
    }


@pytest.mark.parametrize(
    ("day", "week", "iso_week", "iso_year"),
    [
        ((2025, 1, 1), 1, 1, 2025),
        ((2025, 1, 7), 1, 2, 2025),
        ((2025, 1, 8), 2, 2, 2025),
        ((2024, 12, 30), 53, 1, 2025),
        ((2024, 12, 31), 53, 1, 2025),
        ((2021, 1, 1), 1, 53, 2020),
        ((2025, 12, 31), 53, 1, 2026),
    ],
)
def test_weeks_count_days_of_the_year(day, week, iso_week, iso_year):
    found = buckets(ms(*day, 12), "UTC")
    assert (found.week, found.iso_week, found.iso_year) == (week, iso_week, iso_year)


@pytest.mark.parametrize(
    ("zone", "utc", "local"),
    [
        ("Asia/Kolkata", (2025, 3, 10, 18, 45), (11, 0)),
        ("Pacific/Honolulu", (2025, 3, 10, 9, 45), (9, 23)),
        ("Asia/Kathmandu", (2025, 3, 10, 18, 14), (10, 23)),
        ("Asia/Kathmandu", (2025, 3, 10, 18, 15), (11, 0)),
        ("Europe/Berlin", (2025, 3, 30, 0, 59), (30, 1)),
        ("Europe/Berlin", (2025, 3, 30, 1, 0), (30, 3)),
        ("Europe/Berlin", (2025, 10, 26, 0, 30), (26, 2)),
        ("Europe/Berlin", (2025, 10, 26, 1, 30), (26, 2)),
        ("Europe/Berlin", (2025, 10, 26, 2, 0), (26, 3)),
        ("Pacific/Apia", (2011, 12, 30, 9, 59), (29, 23)),
        ("Pacific/Apia", (2011, 12, 30, 10, 0), (31, 0)),
        ("America/St_Johns", (2008, 3, 9, 3, 30), (9, 0)),
        ("America/St_Johns", (2008, 3, 9, 3, 31), (9, 1)),
    ],
)
def test_local_hours(zone, utc, local):
    found = buckets(ms(*utc), zone)
    assert (found.day, found.hour) == local


@pytest.mark.parametrize(
    ("zone", "day", "start_utc"),
    [
        ("America/Sao_Paulo", (2018, 11, 4), (2018, 11, 4, 3)),  # midnight is skipped
        ("Asia/Beirut", (2022, 3, 27), (2022, 3, 26, 22)),
        ("America/Havana", (2024, 11, 3), (2024, 11, 3, 4)),  # midnight happens twice
        ("Pacific/Apia", (2011, 12, 31), (2011, 12, 30, 10)),  # the day before was skipped
    ],
)
def test_days_begin_at_their_first_instant(zone, day, start_utc):
    noon = ms(*day, 12, zone=zone)
    assert buckets(noon, zone).start_of_day == seconds(*start_utc)


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_agrees_with_the_calendar_around_each_change_of_its_clock(zone):
    info = ZoneInfo(zone)
    moment = datetime(2011, 1, 1, tzinfo=UTC)
    end = datetime(2026, 1, 1, tzinfo=UTC)
    before = moment.astimezone(info).utcoffset()
    while moment < end:
        later = moment + timedelta(days=6)
        offset = later.astimezone(info).utcoffset()
        if offset != before:
            for quarter in range(-4, 6 * 96 + 4, 61):
                check(int((moment + timedelta(minutes=15 * quarter)).timestamp() * 1000), zone)
        moment, before = later, offset


@settings(deadline=None)
@given(SINCE_2001, st.sampled_from(ZONES))
def test_any_instant_agrees_with_the_calendar(instant_ms, zone):
    check(instant_ms, zone)
    check(instant_ms, zone)  # from memory


def check(instant_ms: int, zone: str) -> None:
    local = datetime.fromtimestamp(instant_ms // 1000, ZoneInfo(zone))
    found = buckets(instant_ms, zone)
    assert (found.year, found.month, found.day, found.hour) == (local.year, local.month, local.day, local.hour)
    assert found.week == -(-local.timetuple().tm_yday // 7)
    assert (found.month_id, found.zero_id) == (f"{local.year}:{local.month}", f"{local.year}:0")
    second = instant_ms // 1000
    assert found.start_of_year <= found.start_of_month <= found.start_of_day <= second
    assert found.start_of_hour <= second < found.start_of_hour + 3600
    first = datetime.fromtimestamp(found.start_of_day, ZoneInfo(zone))
    last = datetime.fromtimestamp(found.start_of_day - 1, ZoneInfo(zone))
    assert last.date() < first.date() == local.date()


@settings(deadline=None)
@given(st.integers(), st.text())
def test_nothing_raises(instant_ms, zone):
    found = buckets(instant_ms, zone)
    assert 1 <= found.month <= 12


def test_unknown_zones_count_as_utc():
    assert asdict(buckets(ms(2025, 3, 12, 13), "Mars/Olympus")) == asdict(buckets(ms(2025, 3, 12, 13), "UTC"))


def test_the_same_hour_is_the_same_object():
    assert buckets(ms(2025, 3, 12, 13, 1), "UTC") is buckets(ms(2025, 3, 12, 13, 59), "UTC")
