"""What people call a stored value."""

import re
from functools import cache

from babel import Locale
from django.utils.translation import gettext, gettext_noop

from apps.aggregation.operating_systems import SHORT_CODES
from apps.core import locales

UNKNOWN = gettext_noop("Unknown")

#: Where the current Unicode name differs from the one that clients of this protocol know.
_COUNTRIES_AS_KNOWN = {"TR": "Turkey"}

#: Names under which SDKs report one operating system, in lower case.
_OPERATING_SYSTEMS = {
    "android": "Android",
    "ios": "iOS",
    "iphone os": "iOS",
    "ipados": "iPadOS",
    "mac": "Mac",
    "macos": "Mac",
    "macosx": "Mac",
    "mac os x": "Mac",
    "os x": "Mac",
    "osx": "Mac",
    "windows": "Windows",
    "windows phone": "Windows Phone",
    "wp": "Windows Phone",
    "linux": "Linux",
    "arch": "Linux",
    "chrome os": "Chrome OS",
    "chromeos": "Chrome OS",
    "tvos": "Apple TV",
    "apple tv": "Apple TV",
    "watchos": "Apple Watch",
    "webos": "webOS",
    "tizen": "Tizen",
    "roku": "Roku",
    "blackberry": "BlackBerry",
}


_MARKED_VERSION = re.compile(r"\[([^\]]+)\](.+)")


@cache
def _systems_by_code() -> list[tuple[str, str]]:
    """Code in front of stored versions, and its system; longer codes first, as some begin with others."""
    found: dict[str, str] = {}
    for name, code in SHORT_CODES.items():
        found.setdefault(code, _OPERATING_SYSTEMS.get(name, name.title()))
    return sorted(found.items(), key=lambda item: -len(item[0]))


@cache
def _territories() -> dict[str, str]:
    return dict(Locale("en").territories)


def country(code: str) -> str:
    return _COUNTRIES_AS_KNOWN.get(code) or (_territories().get(code, UNKNOWN) if len(code) == 2 else UNKNOWN)


def country_in_words(code: str) -> str:
    """In the reader's language."""
    return country(code) if locales.active().language == "en" else locales.country(code.upper()) or country(code)


def in_words(name: str) -> str:
    """What stands for no value is a word, too."""
    return gettext(name) if name == UNKNOWN else name


def operating_system(stored: str) -> str:
    """Different spellings of one system become one name; what we have never heard of keeps its own."""
    return _OPERATING_SYSTEMS.get(stored.lower(), stored)


def system_version(stored: str) -> str:
    """ "a14" -> "Android 14", "[Haiku]5:0" -> "Haiku 5.0": stored versions carry their system in front."""
    marked = _MARKED_VERSION.fullmatch(stored)
    if marked:
        return f"{marked[1]} {version(marked[2])}"
    for code, system in _systems_by_code():
        if stored.startswith(code) and stored[len(code) :]:
            return f"{system} {version(stored[len(code) :])}"
    return version(stored)


def version(stored: str) -> str:
    """Dots cannot be stored in a key; a colon stands for them."""
    return stored.replace(":", ".")
