"""Numbers as people read them, in their language: short on the screen, exact in the title.

figures.js does the same in motion, with the same words (`words()`, put on the page by shell/screen.html).
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext

COMPACT_FROM = 10_000
COMPACT_TOTAL_FROM = 10_000_000  # of the large figures: there one wants to see every single one arrive
_DIGITS = re.compile("[#,0]+")
_PERCENT = re.compile(r"(-?)([\d.,]+)%")


def words() -> Mapping[str, Any]:
    """Of the active language: signs in numbers, `units` (from, divided by, written behind; the largest first),
    percent, and days to seconds, where {0} is the number."""
    return _words(translation.get_language() or settings.LANGUAGE_CODE)


@cache
def _words(language: str) -> Mapping[str, Any]:
    from apps.core import locales  # slow import: babel

    locale = locales.of(language)
    signs = locale.number_symbols["latn"]
    return {
        "decimal": signs["decimal"],
        "group": signs["group"],
        "units": _units(locale.compact_decimal_formats["short"]["other"]),
        "percent": _DIGITS.sub("{0}", locale.percent_formats[None].pattern.split(";")[0]),
        "durations": [
            pgettext("days, short; {0} is a number", "{0}d"),
            pgettext("hours, short; {0} is a number", "{0}h"),
            pgettext("minutes, short; {0} is a number", "{0}m"),
            pgettext("seconds, short; {0} is a number", "{0}s"),
        ],
    }


def _units(formats: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    """CLDR names a pattern for each power of ten: "00K" from 10,000 on is one of thousands."""
    found: dict[int, tuple[int, int, str]] = {}
    for size_text, pattern in formats.items():
        size, text = int(size_text), pattern.pattern.split(";")[0].replace("'", "")
        behind = text.strip("0").lstrip("\u200f")
        divisor = size // 10 ** (text.count("0") - 1)
        if behind and text.startswith("0") and size >= COMPACT_FROM // 10:
            first = found.get(divisor, (size, divisor, behind))[0]
            found[divisor] = (min(first, size), divisor, behind)
    return sorted(found.values(), reverse=True)


def exact(number: float) -> str:
    """1234567 -> "1,234,567"; fractions keep two digits at most."""
    if float(number).is_integer():
        return _in_words(f"{int(number):,}")
    return _in_words(f"{number:,.2f}".rstrip("0").rstrip("."))


def _in_words(text: str) -> str:
    """ "1,234.5" with the signs of the language."""
    signs = words()
    if signs["group"] == "," and signs["decimal"] == ".":
        return text
    return text.translate({ord(","): signs["group"], ord("."): signs["decimal"]})


def compact(number: float, limit: int = COMPACT_FROM) -> str:
    """Exact below the limit, then three digits and a unit: 12345 -> "12.3K"; exact too where the language has no unit
    for so few."""
    if abs(number) < limit:
        return exact(round(number, 2))
    units = words()["units"]
    for position, (least, size, unit) in enumerate(units):
        if abs(number) >= least:
            value = number / size
            text = f"{value:.0f}" if abs(value) >= 99.95 else f"{value:.1f}".removesuffix(".0")
            if position and abs(float(text)) * size >= units[position - 1][0]:  # 999,999 is a million by now
                _, size, unit = units[position - 1]
                text = "-1" if number < 0 else "1"
            return _in_words(text) + str(unit)
    return exact(round(number))


def duration(seconds: float) -> str:
    """The two largest units: 725 -> "12m 5s", 93784 -> "1d 2h"."""
    parts = _parts(round(seconds))
    return " ".join(parts[:2])


def exact_duration(seconds: float) -> str:
    """All units: 93784 -> "1d 2h 3m 4s"."""
    return " ".join(_parts(round(seconds)))


def _parts(seconds: int) -> list[str]:
    """From the largest unit that is not zero down to seconds; "0s" for nothing."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    values = list(zip((days, hours, minutes, rest), words()["durations"], strict=True))
    while len(values) > 1 and values[0][0] == 0:
        values.pop(0)
    return [pattern.format(value) for value, pattern in values]


def percent(number: float) -> str:
    """12.34 -> "12.3%"; what is there but less than a tenth stays visible."""
    if 0 < number < 0.1:
        return "<" + _with_sign("0.1")
    return _with_sign(f"{number:.1f}".removesuffix(".0"))


def percent_text(text: str) -> str:
    """ "12.5%", as answers of the API say it, in the reader's way; anything else stays."""
    found = _PERCENT.fullmatch(text)
    return found[1] + _with_sign(found[2]) if found else text


def change_text(summary: Mapping[str, Any]) -> str:
    """The `change` of a row of `analytics.computations.summarize` for people: "+12.5%", or a dash where there was
    nothing before."""
    text = str(summary["change"])
    if not _PERCENT.fullmatch(text):
        return "–"
    sign = "+" if summary.get("trend") == "u" and text != "0%" and not text.startswith("-") else ""
    return sign + percent_text(text)


def _with_sign(number: str) -> str:
    return str(words()["percent"]).format(_in_words(number))


def decimal(number: float) -> str:
    return compact(round(number, 2)) if abs(number) < COMPACT_FROM else compact(number)


#: How a figure of each kind is shown; figures.js knows the same.
SHORT = {
    "count": compact,
    "total": lambda number: compact(number, COMPACT_TOTAL_FROM),
    "duration": duration,
    "percent": percent,
    "decimal": decimal,
}


def short(number: float, kind: str) -> str:
    return str(SHORT[kind](number))


def exactly(number: float, kind: str) -> str:
    if kind == "duration":
        return exact_duration(number)
    if kind == "percent":
        text = f"{number:,.2f}".rstrip("0").rstrip(".")
        return _with_sign(text)
    return exact(number)
