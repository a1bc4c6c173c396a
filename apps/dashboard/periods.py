"""The date picker: which periods it offers, and what an address asks for. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo


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
_NUMBERED = re.compile(r"[1-9][0-9]{0,2}(days|weeks|months)")


@dataclass(frozen=True, slots=True)
class Choice:
    key: str  # as the `period` parameter of the analytics calls: "30days" or "[1740830400000,1741737600000]"
    label: str
    query: str  # the same choice as part of an address
    first: date | None = None  # of a range of one's own
    last: date | None = None


def choose(query: Mapping[str, str], *, zone: str, remembered: str = "") -> Choice:
    """`from` and `to` as dates win over `period`; what cannot be read counts as not given."""
    first, last = _day(query.get("from", "")), _day(query.get("to", ""))
    if first and last:
        return between(min(first, last), max(first, last), zone)
    for key in (query.get("period", ""), remembered):
        if key in STANDARD:
            return Choice(key, STANDARD[key], f"period={key}")
        if _NUMBERED.fullmatch(key):
            count, unit = re.split(r"(?=[a-z])", key, maxsplit=1)
            return Choice(key, f"Last {count} {unit if count != '1' else unit[:-1]}", f"period={key}")
    return Choice(DEFAULT, STANDARD[DEFAULT], f"period={DEFAULT}")


def between(first: date, last: date, zone: str) -> Choice:
    """Ranges are cut into days of UTC, a single day in the application's zone: noon lies in the right one either way."""
    noon_in = zone_of(zone) if first == last else UTC
    moments = [_noon_ms(day, noon_in) for day in (first, last)]
    label = day_text(first) if first == last else f"{day_text(first)} – {day_text(last)}"  # noqa: RUF001  a range takes an en dash
    return Choice(f"[{moments[0]},{moments[1]}]", label, f"from={first}&to={last}", first, last)


def day_text(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _noon_ms(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(12), tzinfo=zone).timestamp() * 1000)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2100 else None
