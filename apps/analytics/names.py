"""What people call a stored value."""

from functools import cache

from babel import Locale

UNKNOWN = "Unknown"

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


@cache
def _territories() -> dict[str, str]:
    return dict(Locale("en").territories)


def country(code: str) -> str:
    return _COUNTRIES_AS_KNOWN.get(code) or (_territories().get(code, UNKNOWN) if len(code) == 2 else UNKNOWN)


def operating_system(stored: str) -> str:
    """Different spellings of one system become one name; what we have never heard of keeps its own."""
    return _OPERATING_SYSTEMS.get(stored.lower(), stored)


def version(stored: str) -> str:
    """Dots cannot be stored in a key; a colon stands for them."""
    return stored.replace(":", ".")
