"""Tables of 7 weekdays (Sunday first) by 24 hours."""

import re
from collections.abc import Sequence

from apps.core import mongo
from plugins.times_of_day.documents import TIMES_OF_DAY

MONTH = re.compile(r"\d{4}:(?:[1-9]|1[0-2])")
MAX_MONTHS = 240

Punches = list[list[int | float]]


def punches(application_id: str, event: str, months: Sequence[str] = ()) -> Punches:
    """All that was ever counted when no month is named."""
    wanted: dict[str, object] = {"a": application_id, "s": event}
    if months:
        wanted["m"] = {"$in": list(months)}
    table: Punches = [[0] * 24 for _ in range(7)]
    for document in mongo.collection(TIMES_OF_DAY).find(wanted, ["d"]):
        for weekday, hours in (document.get("d") or {}).items():
            for hour, counted in hours.items():
                table[int(weekday)][int(hour)] += counted.get("count", 0)
    return table


def counted_events(application_id: str) -> list[str]:
    return sorted(mongo.collection(TIMES_OF_DAY).distinct("s", {"a": application_id}))


def months_of(text: str) -> list[str]:
    """`2025:3,2025:4`; what is no month is left out."""
    return [part for part in text.split(",")[:MAX_MONTHS] if MONTH.fullmatch(part)]
