"""Calendar arithmetic: which year, month, day, hour and week an instant falls into, in an application's time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

QUARTER_MS = 900_000
LAST_SECOND = 253_370_764_799  # end of the year 9998: later instants do not survive conversion to every zone
CACHED_QUARTERS = 8192
CACHED_HOURS = 8192
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class TimeBuckets:
    """One hour of one time zone. Compared by identity: within a process equal hours are, as a rule, the same object."""

    year: int
    month: int  # 1-12
    day: int  # 1-31
    hour: int  # 0-23
    week: int  # 1-53, day of the year divided by 7, rounded up
    iso_week: int
    iso_year: int
    month_id: str  # "2025:3"
    zero_id: str  # "2025:0"
    day_number: int  # 20250312
    start_of_hour: int  # unix seconds, like the following
    start_of_day: int
    start_of_month: int
    start_of_year: int


_quarters: dict[tuple[str, int], TimeBuckets] = {}
_hours: dict[tuple[str, int], TimeBuckets] = {}


def buckets(ms: int, zone: str) -> TimeBuckets:
    """Never raises: an unknown zone counts as UTC, instants before 1970 and after 9998 as the nearest valid one."""
    key = (zone, ms // QUARTER_MS)
    found = _quarters.get(key)
    if found is None:
        found, is_uniform = _compute(ms, zone)
        if is_uniform:
            if len(_quarters) >= CACHED_QUARTERS:
                _quarters.clear()
            _quarters[key] = found
    return found


@lru_cache(maxsize=1024)
def zone_info(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, malformed, or a directory of the time zone database
        return UTC


def day_number(day: date) -> int:
    """20250312"""
    return day.year * 10_000 + day.month * 100 + day.day


def date_of_number(number: int) -> date:
    return date(number // 10_000, number // 100 % 100, number % 100)


def first_instant(day: date, zone: tzinfo) -> int:
    """Unix seconds of the first instant of a local day, also where its midnight is skipped or happens twice."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    start = int(midnight.timestamp())
    if _local_date(start, zone) == day and _local_date(start - 1, zone) < day:
        return start
    before, after = start - DAY_SECONDS, start + DAY_SECONDS
    while after - before > 1:
        middle = (before + after) // 2
        if _local_date(middle, zone) < day:
            before = middle
        else:
            after = middle
    return after


def _local_date(second: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(second, zone).date()


@lru_cache(maxsize=2048)
def _first_instant(year: int, month: int, day: int, zone: tzinfo) -> int:
    return first_instant(date(year, month, day), zone)


def _compute(ms: int, zone_name: str) -> tuple[TimeBuckets, bool]:
    """The buckets, and whether they hold for the whole quarter of an hour around `ms`."""
    second = min(max(ms // 1000, 0), LAST_SECOND)
    zone = zone_info(zone_name)
    local = datetime.fromtimestamp(second, zone)
    start_of_hour = second - local.minute * 60 - local.second
    key = (zone_name, start_of_hour)
    found = _hours.get(key)
    # After a change of the clock within the hour, the key of the hour may be that of an hour with another name.
    if found is None or (found.hour, found.day) != (local.hour, local.day):
        found = _of_hour(local, start_of_hour, zone)
        if len(_hours) >= CACHED_HOURS:
            _hours.clear()
        _hours[key] = found
    return found, _is_uniform(second, zone)


def _is_uniform(second: int, zone: tzinfo) -> bool:
    """Zones have changed their clocks in the middle of a quarter, and once had offsets of odd seconds."""
    start = second - second % 900
    offset = datetime.fromtimestamp(start, zone).utcoffset()
    return (
        offset is not None
        and offset.total_seconds() % 900 == 0
        and offset == datetime.fromtimestamp(start + 899, zone).utcoffset()
    )


def _of_hour(local: datetime, start_of_hour: int, zone: tzinfo) -> TimeBuckets:
    iso = local.isocalendar()
    return TimeBuckets(
        year=local.year,
        month=local.month,
        day=local.day,
        hour=local.hour,
        week=(local.timetuple().tm_yday + 6) // 7,
        iso_week=iso.week,
        iso_year=iso.year,
        month_id=f"{local.year}:{local.month}",
        zero_id=f"{local.year}:0",
        day_number=day_number(local),
        start_of_hour=start_of_hour,
        start_of_day=_first_instant(local.year, local.month, local.day, zone),
        start_of_month=_first_instant(local.year, local.month, 1, zone),
        start_of_year=_first_instant(local.year, 1, 1, zone),
    )
