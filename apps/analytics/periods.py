"""The `period` parameter and what it stands for. Pure: the clock and the zone come in as arguments.

All days are days of the application's zone, with one exception that clients rely on: an array of two moments
`[from, to]` is cut into days of UTC (the zone of the original's server process), unless both moments are equal.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from apps.analytics.covers import day_key, month_key, ordered_unique, unique_covers, unit_map

DEFAULT_PERIOD = "30days"
MAX_DAYS = 366 * 20  # a longer range keeps its end and begins later
DAY_MS = 86_400_000
LATEST_MS = 9_999_999_999_999  # thirteen digits, in the year 2286
NOT_APPLICABLE = "NA"
Bucket = Literal["", "daily", "monthly"]
Unit = Literal["hour", "day", "month"]

#: What endpoints that refuse other texts take by name; hours and minutes are for charts that move.
_PERIOD = re.compile(r"prevMonth|month|day|yesterday|hour|[0-9]{1,5}(?:days|weeks|months|years)")
_NUMBERED = re.compile(r"([1-9][0-9]*)(days|weeks|months|years|hours|minutes)")
_NUMBERED_ORDER = ("days", "weeks", "months", "years", "hours", "minutes")


@dataclass(frozen=True, slots=True)
class Period:
    start_ms: int
    end_ms: int
    zone: ZoneInfo
    current: list[str]  # day or month keys, "2025.3.12" or "2025.3"
    previous: list[str]  # the same steps, one cycle earlier
    label_format: str  # "D MMM", "HH:mm", "MMM", "D MMM, HH:mm"
    is_special: bool  # a range of days; otherwise one node of the counter tree answers for the whole period
    days: int
    contains_today: bool
    active: str | None = None  # the node of a simple period: "2025", "2025.3" or "2025.3.12"
    previous_active: str | None = None
    step_min: int | None = None  # the steps of a simple period below its node
    step_max: int | None = None
    fine: list[str] = field(default_factory=list)
    coarse: list[str] = field(default_factory=list)
    previous_fine: list[str] = field(default_factory=list)
    previous_coarse: list[str] = field(default_factory=list)

    @property
    def month_ids(self) -> list[str]:
        """The `m` of the month documents of this and the previous period, "2025:3", in order of appearance."""
        return ordered_unique(f"{day.year}:{day.month}" for day in self._days_of_both())

    @property
    def zero_ids(self) -> list[str]:
        """The `m` of the year documents, "2025:0"."""
        return ordered_unique(f"{day.year}:0" for day in self._days_of_both())

    @property
    def unit(self) -> Unit:
        """Of the steps: of the days, months or hours into which the period is cut."""
        if self.is_special:
            return "day" if self.current[0].count(".") == 2 else "month"
        units: tuple[Unit, ...] = ("month", "day", "hour")  # below a year, a month, a day
        return units[str(self.active).count(".")]

    def _days_of_both(self) -> list[date]:
        keys = [key for index, now in enumerate(self.current) for key in (now, *self.previous[index : index + 1])]
        return [_date_of(key) for key in keys]

    def user_range_s(self) -> tuple[int, int]:
        """Unix seconds [from, to) of the whole days of the period in the application's zone."""
        first, last = self.step_days()[0], self.step_days()[-1]
        return _midnight_s(first, self.zone), _midnight_s(last + timedelta(days=1), self.zone)

    def step_days(self) -> list[date]:
        """First days of the steps in `current`."""
        return [_date_of(key) for key in self.current]

    def whole_days(self) -> tuple[date, date]:
        """The first and the last day."""
        first, last = self.step_days()[0], self.step_days()[-1]
        if self.current[-1].count(".") == 1:  # of a month
            last = (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return first, last


@dataclass(frozen=True, slots=True)
class _Range:
    """A period before its arrays are made. Times are wall clock times of the zone the days are cut in."""

    start: datetime
    end: datetime
    earlier: Callable[[datetime], datetime]  # the same moment one cycle earlier
    label_format: str = "D MMM"
    active: str | None = None
    previous_active: str | None = None
    steps: tuple[int, int] | None = None
    has_covers: bool = True
    in_utc: bool = False


def parse(parameter: object) -> object:
    """The value of the `period` parameter. Only text with a comma is read as JSON; what cannot be read stays text."""
    if isinstance(parameter, str) and "," in parameter:
        try:
            return orjson.loads(parameter)
        except orjson.JSONDecodeError:
            return parameter
    return parameter


def is_period(parameter: object) -> bool:
    """For endpoints that refuse what is none: the names, `7days` with weeks, months and years, two moments, what began
    `since`, any of them as `period` of an object."""
    value = parse(parameter)
    if isinstance(value, str):
        return bool(_PERIOD.fullmatch(value))
    if isinstance(value, list):
        return len(value) == 2 and all(_moment_ms(each) is not None for each in value)
    if isinstance(value, dict):
        inner = value.get("period")
        is_inner = not isinstance(inner, dict) and is_period(inner)
        return is_inner if "since" not in value else _moment_ms(value["since"]) is not None
    return False


def resolve(value: object, *, zone: str, now_ms: int, bucket: Bucket = "") -> Period:
    """Never fails: what is no period means the last 30 days. `value` comes from `parse`."""
    tz = _zone(zone)
    now = datetime.fromtimestamp(now_ms / 1000, tz).replace(tzinfo=None)
    server_today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    excludes_today = False
    if isinstance(value, dict) and "since" not in value:
        excludes_today = bool(value.get("exclude_current_day"))
        value = value.get("period")
    end = _end_of_day(now.date() - timedelta(days=1) if excludes_today else now.date())
    wanted = _range_of(value, now, end, tz)
    start = max(wanted.start, wanted.end - timedelta(days=MAX_DAYS))
    last = max(wanted.end, _end_of_day(start.date()))  # "this month" without today is empty on its first day
    if bucket == "monthly":
        return _build_monthly(start, last, tz, now_ms)
    return _build(replace(wanted, start=start, end=last), tz, now_ms, server_today, is_daily=bucket == "daily")


def _range_of(value: object, now: datetime, end: datetime, tz: ZoneInfo) -> _Range:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if isinstance(value, str):
        named = _NAMED.get(value)
        if named:
            return named(today, end)
        numbered = _numbered(value, now, today, end)
        if numbered:
            return numbered
    elif isinstance(value, list) and len(value) == 2:
        moments = [_moment_ms(item) for item in value]
        if moments[0] is not None and moments[1] is not None:
            return _between(moments[0], moments[1], today, end, tz)
    elif isinstance(value, dict):
        since = _moment_ms(value.get("since"))
        if since is not None:
            start = _start_of_day(datetime.fromtimestamp(since / 1000, tz).replace(tzinfo=None))
            return _days(min(start, today), end, cycle_days=round((end - min(start, today)) / timedelta(days=1)))
    return _days(today - timedelta(days=29), end, cycle_days=30)


def _days(start: datetime, end: datetime, *, cycle_days: float, **more: Any) -> _Range:
    return _Range(start, end, lambda moment: moment - timedelta(days=cycle_days), **more)


def _year(today: datetime, end: datetime) -> _Range:
    return _Range(
        today.replace(month=1, day=1),
        end,
        lambda moment: _months_earlier(moment, 12),
        "MMM",
        str(today.year),
        str(today.year - 1),
        (1, 12),
        has_covers=False,
    )


def _this_month(today: datetime, end: datetime) -> _Range:
    return _month_of(today.replace(day=1), end, has_covers=False)


def _last_month(today: datetime, end: datetime) -> _Range:
    end = _end_of_day(today.replace(day=1) - timedelta(days=1))
    return _month_of(_start_of_day(end).replace(day=1), end, has_covers=True)


def _month_of(first: datetime, end: datetime, *, has_covers: bool) -> _Range:
    before = first - timedelta(days=1)
    length = (_months_earlier(first, -1) - first).days
    return _Range(
        first,
        end,
        lambda moment: _months_earlier(moment, 1),
        "D MMM",
        month_key(first),
        month_key(before),
        (1, length),
        has_covers,
    )


def _one_day(day: datetime, label_format: str) -> _Range:
    return _days(
        day,
        _end_of_day(day.date()),
        cycle_days=1,
        label_format=label_format,
        active=day_key(day),
        previous_active=day_key(day - timedelta(days=1)),
        steps=(0, 23),
        has_covers=False,
    )


_NAMED: dict[str, Callable[[datetime, datetime], _Range]] = {
    "month": _year,
    "day": _this_month,
    "prevMonth": _last_month,
    "hour": lambda today, end: _one_day(today, "HH:mm"),
    "yesterday": lambda today, end: _one_day(today - timedelta(days=1), "D MMM, HH:mm"),
}


def _numbered(value: str, now: datetime, today: datetime, end: datetime) -> _Range | None:
    """The last N days, weeks, ... The expression may stand anywhere in the text, as in the original."""
    found = {match[2]: int(match[1][:6]) for match in _NUMBERED.finditer(value)}
    unit = next((name for name in _NUMBERED_ORDER if name in found), None)
    if unit is None:
        return None
    back = found[unit] - 1
    if unit == "days":
        return _days(today - timedelta(days=min(back, MAX_DAYS)), end, cycle_days=min(back + 1, MAX_DAYS))
    if unit == "hours":
        start = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=min(back, MAX_DAYS * 24))
        return _days(start, end, cycle_days=min(back + 1, MAX_DAYS * 24) / 24, label_format="HH:mm")
    if unit == "minutes":
        start = now.replace(second=0, microsecond=0) - timedelta(minutes=min(back, MAX_DAYS * 1440))
        return _days(start, end, cycle_days=min(back + 1, MAX_DAYS * 1440) / 1440, label_format="HH:mm")
    if unit == "weeks":
        start = today - timedelta(days=today.isoweekday() % 7 + 7 * min(back, MAX_DAYS // 7))
    elif unit == "months":
        start = _months_earlier(today.replace(day=1), min(back, MAX_DAYS // 30))
    else:
        start = _months_earlier(today.replace(month=1, day=1), 12 * min(back, MAX_DAYS // 365))
    return _days(start, end, cycle_days=(now - start) / timedelta(days=1) + 1)


def _between(first_ms: int, last_ms: int, today: datetime, end: datetime, tz: ZoneInfo) -> _Range:
    if first_ms == last_ms:
        day = _start_of_day(datetime.fromtimestamp(first_ms / 1000, tz).replace(tzinfo=None))
        return _one_day(day, "D MMM, HH:mm")
    if first_ms > last_ms:
        return _days(today - timedelta(days=29), end, cycle_days=30, has_covers=False)
    start = _start_of_day(datetime.fromtimestamp(first_ms / 1000, UTC).replace(tzinfo=None))
    last = _end_of_day(datetime.fromtimestamp(last_ms / 1000, UTC).date())
    return _days(
        start,
        last,
        cycle_days=round((last - start) / timedelta(days=1)),
        has_covers=last_ms - first_ms > DAY_MS,
        in_utc=True,
    )


def _build(wanted: _Range, tz: ZoneInfo, now_ms: int, server_today: date, *, is_daily: bool) -> Period:
    start, end = wanted.start, wanted.end
    cut_in = ZoneInfo("UTC") if wanted.in_utc else tz
    start_ms, end_ms = _to_ms(start, cut_in), _to_ms(end, cut_in)
    length = max(0, round((end - start) / timedelta(days=1)))
    if is_daily:
        wanted = _days(start, end, cycle_days=length, has_covers=wanted.has_covers)
    active = wanted.active or (day_key(start) if length == 1 else None)
    steps = _steps(start, end)
    current = ordered_unique(day_key(step) for step in steps)
    previous = ordered_unique(day_key(wanted.earlier(step)) for step in steps)
    days = [end.date() - timedelta(days=back) for back in reversed(range(length if wanted.has_covers else 0))]
    fine, coarse = unique_covers(days, server_today)
    previous_fine, previous_coarse = unique_covers([day - timedelta(days=length) for day in days], server_today)
    return Period(
        start_ms=start_ms,
        end_ms=end_ms,
        zone=tz,
        current=current,
        previous=previous,
        label_format=wanted.label_format,
        is_special=wanted.active is None,
        days=length,
        contains_today=start_ms <= now_ms <= end_ms,
        active=active,
        previous_active=wanted.previous_active,
        step_min=wanted.steps[0] if wanted.steps else None,
        step_max=wanted.steps[1] if wanted.steps else None,
        fine=fine,
        coarse=coarse,
        previous_fine=previous_fine,
        previous_coarse=previous_coarse,
    )


def _build_monthly(start: datetime, end: datetime, tz: ZoneInfo, now_ms: int) -> Period:
    first = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = _end_of_day((_months_earlier(end.replace(day=1), -1) - timedelta(days=1)).date())
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [_months_earlier(first, -index) for index in range(count)]
    current = [month_key(month) for month in months]
    previous = [month_key(_months_earlier(month, count)) for month in months]
    start_ms, end_ms = _to_ms(first, tz), _to_ms(last, tz)
    return Period(
        start_ms=start_ms,
        end_ms=end_ms,
        zone=tz,
        current=current,
        previous=previous,
        label_format="MMM",
        is_special=True,
        days=round((last - first) / timedelta(days=1)),
        contains_today=start_ms <= now_ms <= end_ms,
        fine=current,
        coarse=current,
        previous_fine=previous,
        previous_coarse=previous,
    )


def before(period: Period) -> Period:
    """The days that the period is compared with, as a period of its own, which is over and has none before. Its
    beginning and end in time stay those of the later one: only its steps may be asked for."""
    return replace(
        period,
        current=period.previous,
        active=period.previous_active,
        fine=period.previous_fine,
        coarse=period.previous_coarse,
        contains_today=False,
        previous=[],
        previous_active=None,
        previous_fine=[],
        previous_coarse=[],
    )


def describe(period: Period) -> dict[str, Any]:
    """The period as `/o?method=get_period_obj` answers it."""
    active: object = period.active or NOT_APPLICABLE
    previous: object = period.previous_active or NOT_APPLICABLE
    if period.label_format == "MMM" and not period.is_special:  # years are numbers there
        active, previous = int(str(active)), int(str(previous))
    return {
        "start": period.start_ms,
        "end": period.end_ms,
        "currentPeriodArr": period.current,
        "previousPeriodArr": period.previous,
        "dateString": period.label_format,
        "isSpecialPeriod": period.is_special,
        "daysInPeriod": period.days,
        "periodContainsToday": period.contains_today,
        "uniquePeriodArr": period.fine,
        "uniquePeriodCheckArr": period.coarse,
        "previousUniquePeriodArr": period.previous_fine,
        "previousUniquePeriodCheckArr": period.previous_coarse,
        "activePeriod": active,
        "previousPeriod": previous,
        "periodMax": NOT_APPLICABLE if period.step_max is None else period.step_max,
        "periodMin": NOT_APPLICABLE if period.step_min is None else period.step_min,
        "reqMonthDbDateIds": period.month_ids,
        "reqZeroDbDateIds": period.zero_ids,
        "uniqueMap": unit_map([_date_of(key) for key in period.current]),
        "uniquePrevMap": unit_map([_date_of(key) for key in period.previous]),
    }


# Calendar --------------------------------------------------------------------
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # an application of an old database may carry anything
        return ZoneInfo("UTC")


def _steps(start: datetime, end: datetime) -> list[datetime]:
    return [start + timedelta(days=index) for index in range((end - start).days + 1)]


def _start_of_day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _end_of_day(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_000)  # noqa: DTZ001  wall clock time on purpose


def _months_earlier(moment: datetime, months: int) -> datetime:
    """The same day and time so many months earlier, or the last day of that month."""
    index = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(index, 12)
    first = moment.replace(year=year, month=month + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first.replace(day=min(moment.day, (following - timedelta(days=1)).day))


def _to_ms(moment: datetime, tz: ZoneInfo) -> int:
    return round(moment.replace(tzinfo=tz).timestamp() * 1000)


def _midnight_s(day: date, tz: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=tz).timestamp())


def _date_of(key: str) -> date:
    parts = [int(part) for part in key.split(".")]
    return date(parts[0], parts[1], parts[2] if len(parts) == 3 else 1)


def _moment_ms(item: object) -> int | None:
    """An element of a period array: seconds (10 digits), milliseconds (13 and more), or a date as text."""
    moment_ms = _date_ms(item) if isinstance(item, str) else _number_ms(item)
    return moment_ms if moment_ms is not None and 0 <= moment_ms <= LATEST_MS else None


def _date_ms(text: str) -> int | None:
    for layout in ("%d-%m-%Y %H:%M:%S", "%d-%m-%Y"):
        try:
            return round(datetime.strptime(text, layout).replace(tzinfo=UTC).timestamp() * 1000)
        except ValueError:
            continue
    return _number_ms(int(text[:13])) if text.isascii() and text.isdigit() else None


def _number_ms(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    digits = str(int(value))[:13]
    return int(digits) * (1000 if len(digits) == 10 else 1)
