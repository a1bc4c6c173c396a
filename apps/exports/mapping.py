"""`mapper`: how values are written for people. Pure.

{"fields": {"ls": {"to": "time", "format": "YYYY-MM-DD", "type": "second"}}, "tz": "Europe/Berlin"}
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apps.core import client_selections
from apps.core.client_queries import InvalidQuery
from apps.core.timebuckets import zone_info

DEFAULT_FORMAT = "ddd, D MMM YYYY HH:mm:ss"
SECONDS_BELOW = 100_000_000_000  # a number of a time without a type: smaller ones are seconds, others milliseconds
LARGEST_SECOND = 253_370_764_799
TOKENS = re.compile(r"\[[^\]]*\]|YYYY|YY|MMMM|MMM|MM|M|dddd|ddd|DD|D|HH|H|hh|h|mm|m|ss|s|SSS|A|a|ZZ|Z|X|x")

_WRITTEN: Mapping[str, Callable[[datetime], str]] = {
    "YYYY": lambda moment: f"{moment.year:04}",
    "YY": lambda moment: f"{moment.year % 100:02}",
    "MMMM": lambda moment: f"{moment:%B}",
    "MMM": lambda moment: f"{moment:%b}",
    "MM": lambda moment: f"{moment.month:02}",
    "M": lambda moment: str(moment.month),
    "dddd": lambda moment: f"{moment:%A}",
    "ddd": lambda moment: f"{moment:%a}",
    "DD": lambda moment: f"{moment.day:02}",
    "D": lambda moment: str(moment.day),
    "HH": lambda moment: f"{moment.hour:02}",
    "H": lambda moment: str(moment.hour),
    "hh": lambda moment: f"{moment.hour % 12 or 12:02}",
    "h": lambda moment: str(moment.hour % 12 or 12),
    "mm": lambda moment: f"{moment.minute:02}",
    "m": lambda moment: str(moment.minute),
    "ss": lambda moment: f"{moment.second:02}",
    "s": lambda moment: str(moment.second),
    "SSS": lambda moment: f"{moment.microsecond // 1000:03}",
    "A": lambda moment: f"{moment:%p}",
    "a": lambda moment: f"{moment:%p}".lower(),
    "Z": lambda moment: f"{moment:%z}"[:3] + ":" + f"{moment:%z}"[3:],
    "ZZ": lambda moment: f"{moment:%z}",
    "X": lambda moment: str(int(moment.timestamp())),
    "x": lambda moment: str(int(moment.timestamp() * 1000)),
}


@dataclass(frozen=True, slots=True)
class TimeField:
    format: str
    unit_ms: int  # 0: by its size


@dataclass(frozen=True, slots=True)
class Mapper:
    times: Mapping[str, TimeField]
    zone: str = "UTC"

    def applied(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: self._written(name, value) for name, value in row.items()} if self.times else row

    def _written(self, name: str, value: Any) -> Any:
        time = self.times.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if time is None or not is_number:
            return value
        unit_ms = time.unit_ms or (1000 if value < SECONDS_BELOW else 1)
        return format_time(value * unit_ms / 1000, time.format, self.zone)


NOTHING = Mapper({})


def read(sent: Any) -> Mapper:
    """Raises InvalidQuery, also for what is not understood: a column that is silently wrong is worse than none."""
    value = client_selections.json_of(sent)
    if not value:
        return NOTHING
    if not isinstance(value, dict) or value.get("calculated_fields"):
        raise InvalidQuery("Of a mapper, times of fields and tz are understood")
    fields = value.get("fields") or {}
    if not isinstance(fields, dict):
        raise InvalidQuery("The fields of a mapper must be an object")
    return Mapper({name: _time_field(name, one) for name, one in fields.items()}, str(value.get("tz") or "UTC"))


def format_time(second: float, pattern: str, zone: str) -> str:
    moment = datetime.fromtimestamp(min(max(second, 0), LARGEST_SECOND), UTC).astimezone(zone_info(zone))
    return TOKENS.sub(lambda token: _token(token[0], moment), pattern)


def _time_field(name: str, sent: Any) -> TimeField:
    if not isinstance(sent, dict) or sent.get("to") != "time" or sent.get("formula"):
        raise InvalidQuery(f"Of a mapper, times are understood; not that of {name[:100]}")
    return TimeField(str(sent.get("format") or DEFAULT_FORMAT)[:100], 1000 if sent.get("type") == "second" else 0)


def _token(token: str, moment: datetime) -> str:
    return token[1:-1] if token.startswith("[") else _WRITTEN[token](moment)
