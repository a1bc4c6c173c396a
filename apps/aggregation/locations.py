"""Where a user is: from what the request says, from coordinates, from the client's address; and the opt-out."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from apps.aggregation.limits import Limits
from apps.aggregation.profiles import MISSING, Profile
from apps.aggregation.requests import IngestRequest
from apps.aggregation.values import is_truthy, stored_integer, strict_number_of, text_of
from apps.core.keys import CALENDAR_KEYS, encode_metric_value

UNKNOWN = "Unknown"
PARAMETERS = frozenset({"location", "country_code", "region", "city"})
LONGEST_NAME = 128
#: A position by address replaces a stored one by satellite that is older. Stored data knows it in this unit.
GPS_VALID_MS = 604_800


class Place(NamedTuple):
    """Empty texts and None where the source does not know."""

    country: str = ""  # ISO 3166 alpha-2
    region: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None


NOWHERE = Place()


class Locator(Protocol):
    def by_coordinates(self, latitude: float, longitude: float) -> Place: ...

    def by_address(self, ip_address: str) -> Place: ...


class NoLocator:
    """Knows no place: for servers and tests without data."""

    def by_coordinates(self, latitude: float, longitude: float) -> Place:
        return NOWHERE

    def by_address(self, ip_address: str) -> Place:
        return NOWHERE


def coordinates_of(location: Any) -> tuple[float, float] | None:
    """Latitude and longitude of a text `"lat,lon"`."""
    if not isinstance(location, str):
        return None
    parts = location.split(",")
    if len(parts) != 2:
        return None
    latitude, longitude = strict_number_of(parts[0]), strict_number_of(parts[1])
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude, longitude


def tells_location(request: IngestRequest, limits: Limits) -> bool:
    """Whether a request has to do with location although it begins no session."""
    return not (limits.country_data and limits.city_data) or not PARAMETERS.isdisjoint(request.parameters)


def keep_location(request: IngestRequest, profile: Profile, limits: Limits, locate: Locator, *, begins: bool) -> None:
    """Sets `cc`, `rgn`, `cty` and `loc` of the profile, as far as the request tells something new."""
    parameters = request.parameters
    location = parameters.get("location")
    told = {
        "cc": _name(parameters.get("country_code")),
        "rgn": _name(parameters.get("region")),
        "cty": _name(parameters.get("city")),
    }
    coordinates = coordinates_of(location) if location else None
    if coordinates is not None:
        profile.set("loc", _position(*coordinates, request.time_ms, gps=True))
        _fill_by_coordinates(told, profile.fields, coordinates, locate, begins=begins)
    if begins:
        if location == "":
            told = dict.fromkeys(told, UNKNOWN)
            if profile.fields.pop("loc", None) is not None:
                profile.has_news = True
        else:
            if coordinates is None and not (told["cc"] and told["cty"]):
                _fill_by_address(told, request, profile, limits, locate)
            told = {field: value or UNKNOWN for field, value in told.items()}
    if not limits.country_data:
        told["cc"] = UNKNOWN
    if not (limits.country_data and limits.city_data):
        told["cty"] = UNKNOWN
    for field, value in told.items():
        if value:
            profile.set_if_new(field, value)


def counted_country(stored: Any) -> str:
    """The name under which a country is counted. It stands beside other counters and must not be taken for one."""
    country = encode_metric_value(text_of(stored))
    if len(country) == 2 and country.isascii() and country.isalpha():
        return country.upper()
    return country if len(country) > 2 and country not in CALENDAR_KEYS else UNKNOWN


def _name(value: Any) -> str:
    return text_of(value)[:LONGEST_NAME] if is_truthy(value) else ""


def _position(latitude: float, longitude: float, ms: int, *, gps: bool) -> dict[str, Any]:
    return {"gps": gps, "geo": {"type": "Point", "coordinates": [longitude, latitude]}, "date": float(ms)}


def _fill_by_coordinates(
    told: dict[str, str],
    stored: Mapping[str, Any],
    coordinates: tuple[float, float],
    locate: Locator,
    *,
    begins: bool,
) -> None:
    """Between session starts coordinates fill only what the profile lacks as well."""
    lacking = [
        field
        for field in ("cc", "cty")
        if not told[field] and (begins or stored.get(field, MISSING) in (MISSING, UNKNOWN))
    ]
    if not lacking:
        return
    place = locate.by_coordinates(*coordinates)
    found = {"cc": place.country, "cty": place.city}
    for field in lacking:
        told[field] = found[field]


def _fill_by_address(
    told: dict[str, str], request: IngestRequest, profile: Profile, limits: Limits, locate: Locator
) -> None:
    given = request.parameters.get("ip_address")
    place = locate.by_address(given if isinstance(given, str) and given else request.record.ip_address)
    for field, value in (("cc", place.country), ("rgn", place.region), ("cty", place.city)):
        told[field] = told[field] or value
    if limits.city_data and place.latitude is not None and place.longitude is not None:
        stored = profile.fields.get("loc")
        if isinstance(stored, dict) and stored.get("gps"):
            date = stored_integer(stored.get("date"))
            if date is not None and request.time_ms - date <= GPS_VALID_MS:
                return
        if math.isfinite(place.latitude) and math.isfinite(place.longitude):
            profile.set("loc", _position(place.latitude, place.longitude, request.time_ms, gps=False))
