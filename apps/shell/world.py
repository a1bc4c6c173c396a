"""Countries on the map: the geometry of Natural Earth names them by their ISO 3166 number."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from babel.core import get_global


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
