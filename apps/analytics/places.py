"""Where cities lie, for maps: `method=geodata` and the screen of cities."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from apps.aggregation import geo
from apps.analytics.reading import ReadError, Reading

ASKED_BY = ("country", "name")


def geodata(reading: Reading) -> list[dict[str, Any]]:
    if reading.text("loadFor") != "cities":
        raise ReadError(400, 'Invalid parameter "loadFor"')
    query = reading.json("query") or {}
    if not isinstance(query, dict) or not query.keys() <= set(ASKED_BY):
        raise ReadError(400, 'Invalid parameter "query"')
    wanted = {name: _values(asked) for name, asked in query.items()}
    return [
        {
            "_id": f"{place.country}:{place.city}",
            "country": place.country,
            "name": place.city,
            "loc": {"type": "Point", "coordinates": [place.longitude, place.latitude]},
        }
        for place in geo.cities().places()
        if place.country in wanted.get("country", (place.country,)) and place.city in wanted.get("name", (place.city,))
    ]


def located(country: str, names: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of those of the names that the offline list knows in the country."""
    known = _cities_of(country)
    return {name: known[plain] for name in names if (plain := _plain(name)) in known}


@lru_cache(maxsize=16)
def _cities_of(country: str) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for name, where in geo.coordinates_of_names(country).items():
        found.setdefault(_plain(name), where)
    return found


def _plain(name: str) -> str:
    """ "São Paulo" and "Sao Paulo" are one place."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold().strip()


def _values(asked: Any) -> tuple[str, ...]:
    """A text, or `{"$in": [texts]}`."""
    values = asked.get("$in") if isinstance(asked, dict) and len(asked) == 1 else [asked]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ReadError(400, 'Invalid parameter "query"')
    return tuple(values)
