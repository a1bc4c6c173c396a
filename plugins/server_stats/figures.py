"""Data points of applications over a period: totals with their change, hours of the week, the busiest ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.analytics import periods
from apps.core import clock
from plugins.server_stats import documents

DAY = timedelta(days=1)
MAX_SINGLE_DAYS = 7  # of a punch card that has a row per day; longer ones have one per weekday
TOP = 3
MONTHS = 12  # of the chart
#: As clients know the counters.
NAMES = {
    "events": documents.EVENTS,
    "sessions": documents.SESSIONS,
    "push": documents.PUSH_ACTIONS,
    "crash": documents.CRASHES,
    "views": documents.VIEWS,
    "actions": documents.ACTIONS,
    "nps": documents.NPS,
    "surveys": documents.SURVEYS,
    "ratings": documents.RATINGS,
    "apm": documents.APM,
    "custom": documents.CUSTOM,
    "cs": documents.CONSENTS,
    "ps": documents.PUSH_SENT,
    "llm": documents.LLM,
    "aclk": documents.ATTRIBUTION,
}


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days in UTC, and those that they are compared with."""

    start: datetime
    end: datetime  # not part of it
    previous_start: datetime

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def span_of(period: Any) -> Span:
    """`month` means the year so far, and is compared with the same months of the last one."""
    parsed = periods.parse(period) or periods.DEFAULT_PERIOD
    found = periods.resolve(parsed, zone="UTC", now_ms=clock.now_ms())
    start = datetime.fromtimestamp(found.start_ms / 1000, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    last = datetime.fromtimestamp(found.end_ms / 1000, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = max(last, start) + DAY
    if parsed == "month":
        return Span(start, end, start.replace(year=start.year - 1))
    return Span(start, end, start - (end - start))


def totals(application_ids: Iterable[str], span: Span) -> dict[str, dict[str, int]]:
    """Per application that has points in the period or the one before."""
    length = span.end - span.start
    current: defaultdict[str, Counter[str]] = defaultdict(Counter)
    previous: Counter[str] = Counter()
    for application_id, (moment, counts) in documents.hours(application_ids, span.previous_start, span.end):
        if moment >= span.start:
            current[application_id].update(_numbers(counts))
        elif moment < span.previous_start + length:
            previous[application_id] += int(counts.get(documents.POINTS, 0))
    return {
        application_id: _shown(current[application_id], previous[application_id])
        for application_id in {*current, *previous}
    }


def nothing() -> dict[str, int]:
    return _shown(Counter(), 0)


def summed(rows: Iterable[dict[str, int]]) -> dict[str, int]:
    total = Counter(nothing())
    for row in rows:
        total.update(row)
    return dict(total)


def top(application_ids: Iterable[str]) -> list[dict[str, Any]]:
    """The busiest of this hour and the one before."""
    this_hour = clock.now().replace(minute=0, second=0, microsecond=0)
    found: Counter[str] = Counter()
    hour = timedelta(hours=1)
    for application_id, (_, counts) in documents.hours(application_ids, this_hour - hour, this_hour + hour):
        found[application_id] += int(counts.get(documents.POINTS, 0))
    return [{"a": application_id, "v": number} for application_id, number in found.most_common(TOP)]


def by_month(application_ids: Iterable[str]) -> list[tuple[str, int, int]]:
    """Month ("2025-3"), sessions and events: of the running month and those before."""
    now = clock.now()
    first = now.year * 12 + now.month - MONTHS
    start = datetime(first // 12, first % 12 + 1, 1, tzinfo=UTC)
    totals = documents.month_totals(application_ids, documents.months_between(start, now))
    return [
        (month.replace(":", "-"), counts[documents.SESSIONS], counts[documents.EVENTS])
        for month, counts in totals.items()
    ]


def punch_card(application_ids: Iterable[str], span: Span) -> dict[str, Any]:
    """Rows are the days of a short period, or the weekdays from Monday on; columns the hours of a day in UTC."""
    is_single = span.days <= MAX_SINGLE_DAYS
    days = [span.start + DAY * number for number in range(span.days)]
    cells: defaultdict[tuple[int, int], list[Counter[str]]] = defaultdict(list)
    by_hour: defaultdict[datetime, Counter[str]] = defaultdict(Counter)
    for _, (moment, counts) in documents.hours(application_ids, span.start, span.end):
        by_hour[moment].update(_numbers(counts))
    for day in days:
        row = (day - span.start).days if is_single else day.weekday()
        for hour in range(24):
            cells[hour, row].append(by_hour.get(day + timedelta(hours=hour), Counter()))
    return {
        "data": [[hour, row, *_cell(found)] for (hour, row), found in cells.items()],
        "dayCount": span.days,
        "labels": [f"{day.year}-{day.month}-{day.day}" for day in days] if is_single else [],
    }


def by_weekday(application_ids: Iterable[str], span: Span) -> list[list[int]]:
    """Points by weekday, from Monday on, and hour."""
    values = [[0] * 24 for _ in range(7)]
    for _, (moment, counts) in documents.hours(application_ids, span.start, span.end):
        values[moment.weekday()][moment.hour] += int(counts.get(documents.POINTS, 0))
    return values


def _cell(found: list[Counter[str]]) -> tuple[int, dict[str, Any]]:
    points = [counts[documents.POINTS] for counts in found]
    total = sum(points)
    return total, {
        "min": min(points),
        "max": max(points),
        "avg": round(total / len(points), 2),
        "sum": total,
        "cn": len(points),
        "s": sum(counts[documents.SESSIONS] for counts in found),
        "e": sum(counts[documents.EVENTS] for counts in found),
        "p": sum(counts[documents.PUSH_ACTIONS] for counts in found),
    }


def _numbers(counts: Any) -> dict[str, int]:
    return {name: int(number) for name, number in counts.items() if isinstance(number, int | float)}


def _shown(counts: Counter[str], previous_points: int) -> dict[str, int]:
    shown = {name: counts[field] for name, field in NAMES.items()}
    points = counts[documents.POINTS]
    return {**shown, "dp": points, "change": points - previous_points}
