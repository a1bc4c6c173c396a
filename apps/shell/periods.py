"""The period picker: which periods it offers, and what an address asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from urllib.parse import parse_qsl

import orjson
from django.utils.translation import gettext, gettext_lazy, ngettext

from apps.core import locales
from apps.shell.zones import zone_of

STANDARD = {
    "hour": gettext_lazy("Today"),
    "yesterday": gettext_lazy("Yesterday"),
    "7days": gettext_lazy("Last 7 days"),
    "30days": gettext_lazy("Last 30 days"),
    "60days": gettext_lazy("Last 60 days"),
    "90days": gettext_lazy("Last 90 days"),
    "day": gettext_lazy("This month"),
    "prevMonth": gettext_lazy("Last month"),
    "month": gettext_lazy("This year"),
}
UNITS = {"days": gettext_lazy("days"), "weeks": gettext_lazy("weeks"), "months": gettext_lazy("months")}
COMPARISONS = {
    "period": gettext_lazy("Previous period"),
    "year": gettext_lazy("Previous year"),
    "none": gettext_lazy("Nothing"),
}
#: What an address may say about the period; all other parameters are left alone when it changes.
RANGE_PARAMETERS = ("period", "from", "to", "since", "last", "unit", "without")
PARAMETERS = (*RANGE_PARAMETERS, "compare", "by")
STEPS = {"": gettext_lazy("Days"), "week": gettext_lazy("Weeks"), "month": gettext_lazy("Months")}
DEFAULT = "30days"
DEFAULT_COMPARISON = "period"
TODAY = "today"  # what a period may be `without`
WITHOUT_TODAY = ("day", "month")  # of the standard ones those that contain more days than today
_NUMBERED = re.compile(r"([1-9][0-9]{0,2})(days|weeks|months)")


@dataclass(frozen=True, slots=True)
class Choice:
    key: str  # as the `period` parameter of the analytics calls: "30days" or "[1740830400000,1741780800000]"
    label: str
    query: str  # the same choice as part of an address
    zone: str  # in which its days begin and end
    first: date | None = None  # of a range of one's own
    last: date | None = None
    compare: str = DEFAULT_COMPARISON
    step: str = ""  # "week" or "month", into which charts and tables put the days together

    @property
    def query_parts(self) -> dict[str, str]:
        return dict(parse_qsl(self.query))

    @property
    def remembered(self) -> str:
        """For `choose` at the next screen; "" where it should not be."""
        return "" if self.first else self.query.removeprefix("period=")


def choose(query: Mapping[str, str], *, zone: str, remembered: str = "", today: date | None = None) -> Choice:
    """`from` and `to` as dates win over `since`, over `last` and `unit`, over `period`; what cannot be read counts as
    not given. `today` is the day in the zone, for `since`."""
    compare = query.get("compare", "")
    choice = replace(
        _choose(query, zone, remembered, today), step=query.get("by", "") if query.get("by", "") in STEPS else ""
    )
    return replace(choice, compare=compare) if compare in COMPARISONS else choice


def _choose(query: Mapping[str, str], zone: str, remembered: str, today: date | None) -> Choice:
    first, last, since = (read_day(query.get(name, "")) for name in ("from", "to", "since"))
    if first and last:
        return between(min(first, last), max(first, last), zone)
    if since and today:
        choice = between(min(since, today), today, zone)
        label = gettext("Since %(day)s") % {"day": day_text(since)}
        return replace(choice, label=label, query=f"since={since}", first=since, last=None)
    without = query.get("without", "")
    numbered = f"{query.get('last', '')}{query.get('unit', '')}"
    kept = dict(parse_qsl(f"period={remembered}"))
    asked = ((numbered, without), (query.get("period", ""), without), (kept.get("period", ""), kept.get("without", "")))
    for key, left_out in asked:
        if is_known(key):
            return _named(key, zone, is_without_today=left_out == TODAY)
    return _named(DEFAULT, zone)


def is_known(key: str) -> bool:
    """Whether the picker can show it: "30days", "month", "12weeks"."""
    return bool(STANDARD.get(key) or _numbered_label(key))


def _named(key: str, zone: str, *, is_without_today: bool = False) -> Choice:
    label = str(STANDARD.get(key) or _numbered_label(key))
    if not is_without_today or not (key in WITHOUT_TODAY or numbered_parts(key)[0]):
        return Choice(key, label, f"period={key}", zone)
    label = gettext("%(period)s, without today") % {"period": label}
    asked = orjson.dumps({"period": key, "exclude_current_day": True}).decode()
    return Choice(asked, label, f"period={key}&without={TODAY}", zone)


def between(first: date, last: date, zone: str) -> Choice:
    """Ranges are cut into days of UTC, a single day in the application's zone. Noon lies well inside either."""
    label = day_text(first)
    if first != last:
        zone, label = "UTC", f"{label} – {day_text(last)}"
    moments = [moment_ms(one, zone) for one in (first, last)]
    return Choice(f"[{moments[0]},{moments[1]}]", label, f"from={first}&to={last}", zone, first, last)


def moment_ms(day: date, zone: str) -> int:
    """Noon, which lies well inside the day in UTC too."""
    return int(datetime.combine(day, time(12), tzinfo=zone_of(zone)).timestamp() * 1000)


def day_of(moment_ms: int, zone: str) -> date:
    return datetime.fromtimestamp(moment_ms / 1000, zone_of(zone)).date()


def numbered_parts(key: str) -> tuple[str, str]:
    """ "12weeks" -> ("12", "weeks"); two empty texts for anything else."""
    found = _NUMBERED.fullmatch(key)
    return (found[1], found[2]) if found else ("", "")


def _numbered_label(key: str) -> str:
    """ "12weeks" -> "Last 12 weeks"; empty for anything else."""
    count, unit = numbered_parts(key)
    if not count:
        return ""
    number = int(count)
    label = {
        "days": ngettext("Last day", "Last %(number)s days", number),
        "weeks": ngettext("Last week", "Last %(number)s weeks", number),
        "months": ngettext("Last month", "Last %(number)s months", number),
    }[unit]
    return label % {"number": number}


def dates_text(start_ms: int, end_ms: int, zone: str) -> str:
    """ "11 Feb – 12 Mar 2025" """
    first, last = (datetime.fromtimestamp(moment / 1000, zone_of(zone)).date() for moment in (start_ms, end_ms))
    if first == last:
        return day_text(first)
    begin = locales.day_and_month(first) if first.year == last.year else day_text(first)
    return f"{begin} – {day_text(last)}"


def day_text(day: date) -> str:
    return locales.day_text(day)


def read_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2100 else None
