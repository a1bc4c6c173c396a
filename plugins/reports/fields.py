"""What people say of a report, checked. Pure but for the zones that this machine knows, and for types of plugins."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.core.arguments import is_field_name
from apps.plugin_api.widgets import REPORT_TYPES
from plugins.reports.documents import DAILY, FREQUENCIES

UTC_NAME = "Etc/GMT"
MOST_EMAILS = 100
MOST_APPLICATIONS = 100
MOST_EVENTS = 200
LONGEST_TITLE = 500
LONGEST_ID = 64
#: Of reports whose period can be chosen.
RANGES = ("yesterday", "7days", "30days", "60days", "90days", "day", "prevMonth", "month")
DEFAULTS: dict[str, Any] = {"minute": 0, "hour": 0, "day": 0, "timezone": UTC_NAME}


class InvalidReport(ValueError):
    """The message says to people what is wrong."""


def read(sent: Mapping[str, Any], *, is_about_applications: bool) -> dict[str, Any]:
    """The fields that were sent and may be set. Raises InvalidReport."""
    readers = READERS | {kind.field: _id for kind in REPORT_TYPES.entries()}
    if not is_about_applications and sent.get("apps") == []:
        readers = {**readers, "apps": _texts(0)}
    return {name: reader(name, sent[name]) for name, reader in readers.items() if name in sent}


def completed(report: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """With defaults, and the time at which it is due in UTC."""
    full = {**DEFAULTS, **report}
    full["frequency"] = full.get("frequency") if full.get("frequency") in FREQUENCIES else DAILY
    return {**full, **in_utc(full, now)}


def in_utc(report: Mapping[str, Any], now: datetime) -> dict[str, int]:
    """`r_day`, `r_hour`, `r_minute`, by the offset of today; for whoever reads the database."""
    offset = now.astimezone(zone_of(report)).utcoffset() or timedelta()
    minutes = int(report["hour"]) * 60 + int(report["minute"]) - int(offset.total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    return {"r_day": (int(report["day"]) + days - 1) % 7 + 1, "r_hour": rest // 60, "r_minute": rest % 60}


def zone_of(report: Mapping[str, Any]) -> ZoneInfo:
    name = report.get("timezone")
    return ZoneInfo(name if isinstance(name, str) and name in available_timezones() else "UTC")


def now_utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _title(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TITLE:
        raise InvalidReport(f"Invalid {name}")
    return value


def _id(name: str, value: Any) -> str:
    """Of what a report of another type is about."""
    if not isinstance(value, str) or not value.isalnum() or len(value) > LONGEST_ID:
        raise InvalidReport(f"Invalid {name}")
    return value


def _range(name: str, value: Any) -> str:
    if value and value not in RANGES:
        raise InvalidReport(f"Invalid {name}")
    return str(value or "")


def _texts(most: int) -> Any:
    def reader(name: str, value: Any) -> list[str]:
        if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) for one in value):
            raise InvalidReport(f"Invalid {name}")
        return list(dict.fromkeys(value))

    return reader


def _applications(name: str, value: Any) -> list[str]:
    found: list[str] = _texts(MOST_APPLICATIONS)(name, value) if isinstance(value, list) else []
    if not found or any(len(one) != 24 or not one.isalnum() for one in found):
        raise InvalidReport("Invalid or missing apps")
    return found


def _emails(name: str, value: Any) -> list[str]:
    found: list[str] = [one.strip() for one in _texts(MOST_EMAILS)(name, value)]
    for one in found:
        try:
            validate_email(one)
        except ValidationError as error:
            raise InvalidReport(f"Invalid {name}") from error
    return found


def _metrics(name: str, value: Any) -> dict[str, bool]:
    if not isinstance(value, dict) or len(value) > 50 or not all(is_field_name(one) for one in value):
        raise InvalidReport(f"Invalid {name}")
    return {one: is_on is True or is_on == "true" for one, is_on in value.items()}


def _number(last: int) -> Any:
    def reader(name: str, value: Any) -> int:
        text = str(value)
        if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > 2 or int(text) > last:
            raise InvalidReport(f"Invalid {name}")
        return int(text)

    return reader


def _frequency(name: str, value: Any) -> str:
    return value if value in FREQUENCIES else DAILY


def _timezone(name: str, value: Any) -> str:
    return value if isinstance(value, str) and value in available_timezones() else UTC_NAME


def _flag(name: str, value: Any) -> bool:
    return value is True or value == "true"


READERS: dict[str, Any] = {
    "title": _title,
    "report_type": _title,
    "apps": _applications,
    "emails": _emails,
    "metrics": _metrics,
    "selectedEvents": _texts(MOST_EVENTS),
    "frequency": _frequency,
    "timezone": _timezone,
    "day": _number(7),
    "hour": _number(23),
    "minute": _number(59),
    "sendPdf": _flag,
    "date_range": _range,
}
