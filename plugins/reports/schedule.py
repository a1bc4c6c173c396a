"""When a report is due. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from plugins.reports.documents import DAILY, MONTHLY, WEEKLY
from plugins.reports.fields import DEFAULTS, RANGES, zone_of

LATEST_HOURS = 6  # what was missed longer ago is not made up for
FIRST_LOOK_MINUTES = 30  # for a report of which nobody knows when it was last sent


def last_due(report: Mapping[str, Any], now: datetime) -> datetime:
    """The latest moment up to now at which it had to be sent, by the clock of its zone, daylight saving included. Of an
    hour that comes twice it is the first."""
    zone = zone_of(report)
    hour, minute = _number(report, "hour", 23), _number(report, "minute", 59)
    due = now.astimezone(zone).replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    while due > now or not _is_its_day(report, due):
        due = (due - timedelta(days=1)).replace(hour=hour, minute=minute)
    return due


def is_due(report: Mapping[str, Any], due: datetime, now: datetime) -> bool:
    done_s = (report.get("tally") or {}).get("done_s")
    if not isinstance(done_s, int | float):
        return now - due < timedelta(minutes=FIRST_LOOK_MINUTES)
    return due.timestamp() > done_s and now - due < timedelta(hours=LATEST_HOURS)


def period_of(report: Mapping[str, Any]) -> str:
    """Whole days before the day on which it is sent."""
    return {
        WEEKLY: json.dumps({"period": "7days", "exclude_current_day": True}),
        MONTHLY: "prevMonth",
    }.get(str(report.get("frequency")), "yesterday")


def range_of(report: Mapping[str, Any]) -> str:
    """As people chose it, for reports that have a choice; else that of `period_of`."""
    chosen = report.get("date_range")
    return chosen if isinstance(chosen, str) and chosen in RANGES else period_of(report)


def _is_its_day(report: Mapping[str, Any], due: datetime) -> bool:
    frequency = report.get("frequency") or DAILY
    if frequency == WEEKLY:
        return due.isoweekday() == (_number(report, "day", 7) or 7)
    return due.day == 1 if frequency == MONTHLY else True


def _number(report: Mapping[str, Any], name: str, last: int) -> int:
    """Reports of an older server may hold texts."""
    text = str(report.get(name, DEFAULTS[name]))
    return min(int(text), last) if text.isascii() and text.isdigit() and len(text) < 4 else 0
