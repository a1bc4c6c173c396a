"""What an SDK says of itself: its health check `hc`, and how many requests wait in its queue, `rr`."""

from typing import Any

from apps.aggregation.profiles import LONGEST_STORED_TEXT, Profile
from apps.aggregation.requests import IngestRequest
from apps.aggregation.values import integer_of, is_truthy, stored_number
from apps.core import json_text

#: Errors, warnings, status code, error message; back-offs and back-offs in a row.
FIELDS = ("el", "wl", "sc", "em", "bom", "cbom")


def keep_health(request: IngestRequest, profile: Profile) -> None:
    """The last of each is on the profile."""
    told = request.parameters.get("hc")
    if is_truthy(told) and (check := _read(told)):
        profile.set("hc", check)
    waiting = request.parameters.get("rr")
    if waiting is not None and (number := integer_of(waiting)) is not None:
        profile.set_if_new("rr", stored_number(number))


def _read(told: Any) -> dict[str, Any]:
    if isinstance(told, str):
        try:
            told = json_text.parse(told)
        except ValueError:
            return {}
    if not isinstance(told, dict):
        return {}
    return {name: value for name in FIELDS if (value := _value(told.get(name))) is not None}


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return value[:LONGEST_STORED_TEXT]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = integer_of(value)
    return None if number is None else stored_number(value)
