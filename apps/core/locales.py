"""The active language as CLDR knows it: how it writes dates, numbers, names of countries."""

import unicodedata
from collections.abc import Sequence
from datetime import date, time
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time, parse_pattern
from babel.lists import format_list
from django.conf import settings
from django.utils import translation

#: English pages are read all over the world: the day comes first and the month has a name, so nobody mistakes them.
_ENGLISH = {"yMMMd": "d MMM y", "MMMd": "d MMM", "yMMM": "MMM y"}


def active() -> Locale:
    return of(translation.get_language() or settings.LANGUAGE_CODE)


@cache
def of(language: str) -> Locale:
    """English for a language that CLDR does not know."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def day_text(day: date) -> str:
    """ "12 Mar 2025", "12. März 2025" """
    return _date(day, "yMMMd")


def day_and_month(day: date) -> str:
    """ "12 Mar", "12. März" """
    return _date(day, "MMMd")


def month_and_year(day: date) -> str:
    """ "Mar 2025", "März 2025" """
    return _date(day, "yMMM")


def _date(day: date, skeleton: str) -> str:
    locale = active()
    if locale.language == "en":
        return parse_pattern(_ENGLISH[skeleton]).apply(day, locale)
    return format_skeleton(skeleton, day, locale=locale)


def country_or_code(code: str) -> str:
    """As `country`; what is none keeps its code."""
    return country(code.upper()) or code


def clock_text(moment: time, *, with_seconds: bool = False) -> str:
    """ "9:05" would not stand below "10:05": two digits, and 24 hours, in every language."""
    return format_time(moment, "HH:mm:ss" if with_seconds else "HH:mm", locale=active())


def listed(texts: Sequence[str]) -> str:
    """ "a, b and c" """
    locale = active()
    return format_list(list(texts), "standard", "en_GB" if locale.language == "en" else locale)


def sort_key(text: str) -> str:
    """Letters with marks stand beside those without: "Ägypten" before "Albanien"."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if letter.isalnum())


def country(code: str) -> str:
    """ "Germany", "Deutschland"; "" for what is no country."""
    return str(active().territories.get(code, "")) if len(code) == 2 else ""
