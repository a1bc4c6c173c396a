"""Countries on the map: the geometry of Natural Earth names them by their ISO 3166 number."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from babel.core import get_global

from apps.analytics import names as value_names
from apps.core import locales


@cache
def numbers() -> dict[str, list[str]]:
    """Two letters -> three digits, also those of states that went up in the country: the map has one of them."""
    found: dict[str, list[str]] = {}
    for number, codes in get_global("territory_aliases").items():
        if number.isdigit() and len(codes) == 1:
            found.setdefault(codes[0], []).append(number)
    return found


def regions(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of those that the map can show, with the number as `id`."""
    known = numbers()
    return [
        {"id": number, "name": row["name"], "value": row["value"], "href": row.get("href", "")}
        for row in rows
        for number in known.get(str(row.get("code", "")).upper(), ())
    ]


def in_language(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `analytics.values.countries`, named in the reader's language. Answers of the API stay English."""
    return [{**row, "name": value_names.in_words(value_names.country_in_words(str(row["code"])))} for row in rows]


def names() -> dict[str, str]:
    """Number -> name in the reader's language, of all that the map may show; none in English, which the map speaks."""
    locale = locales.active()
    if locale.language == "en":
        return {}
    return {
        number: locale.territories[code]
        for code, them in numbers().items()
        for number in them
        if code in locale.territories
    }
