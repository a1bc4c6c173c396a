"""The date picker: which periods it offers, and what an address asks for. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from apps.dashboard.zones import zone_of

STANDARD = {
    "hour": "Today",
    "yesterday": "Yesterday",
    "7days": "Last 7 days",
    "30days": "Last 30 days",
    "60days": "Last 60 days",
    "90days": "Last 90 days",
    "day": "This month",
    "prevMonth": "Last month",
    "month": "This year",
}
DEFAULT = "30days"
_NUMBERED = re.compile(r"([1-9][0-9]{0,2})(days|weeks|months)")


@dataclass(frozen=True, slots=True)
class Choice:
    key: str  # as the `period` parameter of the analytics calls: "30days" or "[1740830400000,1741780800000]"
    label: str
    query: str  # the same choice as part of an address
    zone: str  # in which its days begin and end
    first: date | None = None  # of a range of one's own
    last: date | None = None


def choose(query: Mapping[str, str], *, zone: str, remembered: str = "") -> Choice:
    """`from` and `to` as dates win over `period`; what cannot be read counts as not given."""
    first, last = _day(query.get("from", "")), _day(query.get("to", ""))
    if first and last:
        return between(min(first, last), max(first, last), zone)
    for key in (query.get("period", ""), remembered):
        label = STANDARD.get(key) or _numbered_label(key)
        if label:
            return Choice(key, label, f"period={key}", zone)
    return Choice(DEFAULT, STANDARD[DEFAULT], f"period={DEFAULT}", zone)


def between(first: date, last: date, zone: str) -> Choice:
    """Ranges are cut into days of UTC, a single day in the application's zone. Noon lies well inside either."""
    label = day_text(first)
    if first != last:
        zone, label = "UTC", f"{label} – {day_text(last)}"
    moments = [int(datetime.combine(day, time(12), tzinfo=zone_of(zone)).timestamp() * 1000) for day in (first, last)]
    return Choice(f"[{moments[0]},{moments[1]}]", label, f"from={first}&to={last}", zone, first, last)


def _numbered_label(key: str) -> str:
    """ "12weeks" -> "Last 12 weeks"; empty for anything else."""
    found = _NUMBERED.fullmatch(key)
    if found is None:
        return ""
    count, unit = found.groups()
    return f"Last {count} {unit}" if count != "1" else f"Last {unit[:-1]}"


def day_text(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2100 else None
