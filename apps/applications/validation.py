"""What `args` of the applications' endpoints may hold."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from apps.applications import places, removal
from apps.core import arguments
from apps.core.api_view import ID_LENGTH, Refusal
from apps.core.arguments import Argument, Kind

ID = Argument(is_required=True, min_length=ID_LENGTH, max_length=ID_LENGTH)
SHORT = Argument(max_length=200)
LONG = Argument(max_length=2_000)
ABOUT = {
    "country": SHORT,
    "type": SHORT,
    "category": SHORT,
    "key": SHORT,
    "timezone": SHORT,
    "redirect_url": LONG,
    "app_domain": SHORT,
    "description": LONG,
}


def of_new_application(parameters: Mapping[str, Any]) -> dict[str, Any]:
    fields = read(parameters, {"name": Argument(is_required=True, max_length=200), **ABOUT, "checksum_salt": SHORT})
    if not is_forwardable(fields.get("redirect_url")):
        raise Refusal(400, "Error: Invalid redirect_url")
    return fields


def of_change(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Values outside the known places and kinds are refused, where a new application would get the default."""
    fields = read(
        parameters,
        {
            "app_id": ID,
            "name": SHORT,
            **ABOUT,
            "salt": SHORT,
            "locked": Argument(Kind.FLAG),
            "paused": Argument(Kind.FLAG),
        },
    )
    if fields.get("name") == "":
        raise Refusal(400, "Invalid app name")
    if fields.get("key") == "":  # nothing would arrive any more
        raise Refusal(400, "Invalid app key")
    known = {
        "country": places.countries(),
        "timezone": places.timezones(),
        "category": places.CATEGORIES,
        "type": places.types(),
    }
    invalid = [name for name, values in known.items() if name in fields and fields[name] not in values]
    if not is_forwardable(fields.get("redirect_url")):
        invalid.append("redirect_url")
    if invalid:
        raise Refusal(400, f"Invalid props: {','.join(invalid)}")
    return fields


def is_forwardable(address: str | None) -> bool:
    """Whether requests can be sent on to there; nothing at all is fine."""
    if not address:
        return True
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", address)
    except ValueError:  # such as a port that is no number, or half an IPv6 address
        return False


def of_deletion(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return read(parameters, {"app_id": ID})


def of_reset(parameters: Mapping[str, Any]) -> dict[str, Any]:
    fields = read(parameters, {"app_id": ID, "period": Argument(is_required=True)})
    if fields["period"] not in removal.PERIODS:
        raise Refusal(400, "Error: Value of period is invalid")
    return fields


def of_settings(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Namespace -> values, of which the protocol says nothing: whatever can be stored."""
    try:
        settings = arguments.parse(parameters)
    except arguments.InvalidArguments as error:
        raise Refusal(400, f"Error: {error}") from error
    if not arguments.is_storable(settings):
        raise Refusal(400, "Couldn't update plugin: names may not hold dots or begin with a dollar sign")
    return settings


def read(parameters: Mapping[str, Any], expected: Mapping[str, Argument]) -> dict[str, Any]:
    try:
        return arguments.read(parameters, expected)
    except arguments.InvalidArguments as error:
        raise Refusal(400, f"Error: {error}") from error
