"""From series of numbers to what chart.js and the sparklines draw, in the words of the active language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from apps.core import locales
from apps.shell.zones import zone_of

SPARKLINE_WIDTH, SPARKLINE_HEIGHT = 100, 28

_LABEL = re.compile(r"(\d{4})[-.:](\d{1,2})(?:[-.:](\d{1,2}))?(?: (\d{1,2}:\d\d))?")


@dataclass(frozen=True, slots=True)
class Series:
    id: str
    title: str
    current: Sequence[float]
    previous: Sequence[float] = ()
    kind: str = "count"  # or "duration" (seconds) or "percent"


@dataclass(frozen=True, slots=True)
class Steps:
    """The horizontal axis: the hours, days or months of a period."""

    labels: Sequence[str]  # as the analytics room names them: "2025-3-12", "2025-3-12 9:00", "2025-3"
    buckets: str  # "hour", "day", "week" or "month"
    start_ms: int
    end_ms: int
    zone: str
    #: First and last days of steps that are more than a day and less than one of the calendar's months.
    spans: Sequence[tuple[date, date]] = ()
    groups: Mapping[str, int] = field(default_factory=dict)  # day as `labels` have it -> index of the step it lies in

    def texts(self) -> list[str]:
        return [label_text(label, self.buckets) for label in self.labels]


def time_chart(
    steps: Steps, series: Sequence[Series], *, now_ms: int, notes: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """What lies ahead is null, not zero: a line that falls to nothing at noon would be a lie.

    `notes`: marks `{"label": one of steps.labels, "text": ..., "color": index of the palette}`.
    """
    count = len(steps.labels)
    elapsed = elapsed_steps(steps, now_ms=now_ms)
    is_running = steps.start_ms <= now_ms <= steps.end_ms
    positions = steps.groups or {label: index for index, label in enumerate(steps.labels)}
    return {
        "labels": steps.texts(),
        "spans": [[str(day) for day in days] for days in steps.spans] or [span(label) for label in steps.labels],
        "is_running": is_running,
        "elapsed": elapsed,
        "complete": elapsed - 1 if is_running else elapsed,
        "series": [
            {
                "id": line.id,
                "title": line.title,
                "kind": line.kind,
                "current": [*line.current[:elapsed], *[None] * (count - elapsed)],
                "previous": list(line.previous),
            }
            for line in series
        ],
        "notes": [
            {"index": positions[note["label"]], "text": note["text"], "color": note.get("color", 0)}
            for note in notes
            if note["label"] in positions
        ],
    }


def elapsed_steps(steps: Steps, *, now_ms: int) -> int:
    """How many of the steps have begun."""
    count = len(steps.labels)
    if now_ms >= steps.end_ms:
        return count
    tz = zone_of(steps.zone)
    start = datetime.fromtimestamp(steps.start_ms / 1000, tz)
    now = datetime.fromtimestamp(now_ms / 1000, tz)
    if steps.spans:
        return sum(first <= now.date() for first, _last in steps.spans)
    if steps.buckets == "hour":
        begun = (now.date() - start.date()).days * 24 + now.hour - start.hour + 1
    elif steps.buckets == "month":
        begun = (now.year - start.year) * 12 + now.month - start.month + 1
    else:
        begun = (now.date() - start.date()).days + 1
    return max(0, min(count, begun))


def label_text(label: str, buckets: str) -> str:
    """ "2025-3-12" -> "12 Mar", "2025-3-12 9:00" -> "9:00", "2025-3" -> "Mar 2025"; anything else stays."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return label
    year, month, day, hour = found.groups()
    if hour and buckets == "hour":
        return hour
    try:
        first = date(int(year), int(month), int(day or 1))
    except ValueError:
        return label
    return locales.day_and_month(first) if day else locales.month_and_year(first)


def label_of(day: date, buckets: str) -> str:
    """Of a step that begins with the day."""
    return f"{day.year}-{day.month}" if buckets == "month" else f"{day.year}-{day.month}-{day.day}"


def span(label: str) -> list[str]:
    """First and last day of a step, for choosing a period by drawing over the chart."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return []
    year, month, day, _ = found.groups()
    first = date(int(year), int(month), int(day or 1))
    if day:
        return [str(first), str(first)]
    following = (first + timedelta(days=31)).replace(day=1)
    return [str(first), str(following - timedelta(days=1))]


def sparkline(values: Sequence[float]) -> str:
    """Points of a polyline; none without at least two values."""
    if len(values) < 2:
        return ""
    highest = max(values) or 1
    step = SPARKLINE_WIDTH / (len(values) - 1)
    return " ".join(
        f"{index * step:.1f},{SPARKLINE_HEIGHT - 1 - value / highest * (SPARKLINE_HEIGHT - 2):.1f}"
        for index, value in enumerate(values)
    )
