"""From series of the analytics room to what chart.js and the sparklines draw. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.dashboard.zones import zone_of

METRICS = {"sessions": "sessions", "users": "users", "new_users": "new_users", "time": "time_seconds"}
SPARKLINE_WIDTH, SPARKLINE_HEIGHT = 100, 28

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LABEL = re.compile(r"(\d{4})[-.:](\d{1,2})(?:[-.:](\d{1,2}))?(?: (\d{1,2}:\d\d))?")


def payload(period: dict[str, Any], series: dict[str, Any], *, zone: str, now_ms: int) -> dict[str, Any]:
    """What lies ahead is null, not zero: a line that falls to nothing at noon would be a lie."""
    count = len(series["labels"])
    elapsed = elapsed_buckets(period, count, zone=zone, now_ms=now_ms)
    is_running = period["start_ms"] <= now_ms <= period["end_ms"]
    return {
        "labels": [label_text(label, period["buckets"]) for label in series["labels"]],
        "is_running": is_running,
        "elapsed": elapsed,
        "complete": elapsed - 1 if is_running else elapsed,
        "metrics": {
            metric: {
                "current": [*series[name][:elapsed], *[None] * (count - elapsed)],
                "previous": list(series["previous"][name]),
            }
            for metric, name in METRICS.items()
        },
    }


def elapsed_buckets(period: dict[str, Any], count: int, *, zone: str, now_ms: int) -> int:
    """How many of the steps have begun."""
    if now_ms >= period["end_ms"]:
        return count
    tz = zone_of(zone)
    start = datetime.fromtimestamp(period["start_ms"] / 1000, tz)
    now = datetime.fromtimestamp(now_ms / 1000, tz)
    if period["buckets"] == "hour":
        begun = (now.date() - start.date()).days * 24 + now.hour - start.hour + 1
    elif period["buckets"] == "month":
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
    name = _MONTHS[int(month) - 1] if 1 <= int(month) <= 12 else month
    if hour and buckets == "hour":
        return hour
    return f"{int(day)} {name}" if day else f"{name} {year}"


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
