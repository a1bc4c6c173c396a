"""From the locale of a device to its language, and what languages are called."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale, localedata
from django.http import HttpResponse

from apps.accounts.actions import OpenCall
from apps.aggregation.values import is_truthy, text_of
from apps.core import locales
from apps.core.answers import output

CHINESE = "zh"
SCRIPTS_OF_CHINESE = {"hans": "zh_hans", "cn": "zh_hans", "hant": "zh_hant", "tw": "zh_hant", "hk": "zh_hant"}
NAMES_OF_SCRIPTS = {"zh_hans": "Chinese (Simplified)", "zh_hant": "Chinese (Traditional)"}
#: As clients know the entries of the map.
MAP_OF_SCRIPTS = {
    "zh_hans": {"englishName": "Simplified Chinese (China)", "nativeName": "中文(简体)"},
    "zh_hant": {"englishName": "Traditional Chinese (Taiwan)", "nativeName": "中文(繁體)"},
}


def read_language(raw: Mapping[str, Any]) -> str:
    """`{"_locale": "de_AT"}` -> "de". Chinese is told by script or region alone; without one it is not counted."""
    told = raw.get("_locale")
    if not is_truthy(told):
        return ""
    parts = re.split("[-_]", text_of(told).lower())
    if parts[0] != CHINESE:
        return parts[0]
    return SCRIPTS_OF_CHINESE.get(parts[1], "") if len(parts) == 2 else ""


@cache
def language_names() -> dict[str, str]:
    """Language code -> English name."""
    names = {code: name for code, name in Locale("en").languages.items() if "_" not in code and len(code) <= 3}
    return dict(sorted({**names, **NAMES_OF_SCRIPTS}.items()))


def shown_language(code: str) -> str:
    """A code that is none is its own name."""
    return language_names().get(code, code)


def language_in_words(code: str) -> str:
    """In the reader's language."""
    locale = locales.active()
    return shown_language(code) if locale.language == "en" else str(locale.languages.get(code) or shown_language(code))


@cache
def language_map() -> dict[str, dict[str, str]]:
    names = {
        code: {"englishName": name, "nativeName": _own_name(code) or name} for code, name in language_names().items()
    }
    return {**names, **MAP_OF_SCRIPTS}


def _own_name(code: str) -> str | None:
    """What its speakers call it, where Unicode knows."""
    return Locale.parse(code).languages.get(code) if localedata.exists(code) else None


def show_all(call: OpenCall) -> HttpResponse:
    return output(language_map())
