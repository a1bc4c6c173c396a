"""What the operating system says about the device: short codes, types of device, the maker."""

from typing import Any

from apps.aggregation.values import is_truthy, text_of

#: Lower-case name -> code that versions are stored with: iOS 17.2 -> i17.2.
SHORT_CODES = {
    "webos": "webos",
    "brew": "brew",
    "unknown": "unk",
    "undefined": "unk",
    "tvos": "atv",
    "apple tv": "atv",
    "watchos": "wos",
    "unity editor": "uty",
    "qnx": "qnx",
    "os/2": "os2",
    "amazon fire tv": "aft",
    "amazon": "amz",
    "web": "web",
    "windows": "mw",
    "open bsd": "ob",
    "searchbot": "sb",
    "sun os": "so",
    "solaris": "so",
    "beos": "bo",
    "mac osx": "o",
    "macos": "o",
    "mac": "o",
    "osx": "o",
    "linux": "l",
    "arch": "l",
    "unix": "u",
    "ios": "i",
    "android": "a",
    "blackberry": "b",
    "windows phone": "w",
    "wp": "w",
    "roku": "r",
    "symbian": "s",
    "chrome": "c",
    "debian": "d",
    "nokia": "n",
    "firefox": "f",
    "tizen": "t",
}
MADE_BY_APPLE = frozenset({"ios", "watchos", "tvos", "macos"})
#: Operating system -> starts of the device's name, and the type of device they tell.
DEVICE_TYPES = {
    "ios": (("iPhone", "mobile"), ("iPod", "mobile"), ("iPad", "tablet")),
    "watchos": (("Watch", "wearable"),),
    "tvos": (("AppleTV", "smarttv"),),
    "macos": (("Mac", "desktop"), ("iMac", "desktop")),
}


def system_name(system: Any) -> str:
    """Brackets mark unknown systems in stored versions, so names of unknown ones lose theirs."""
    name = text_of(system)
    return name if name.lower() in SHORT_CODES else name.replace("[", "").replace("]", "")


def prefixed_version(system: Any, version: Any) -> str:
    """The version with what tells it from equal versions of other systems; as sent when the system is not known."""
    text = text_of(version)
    if not is_truthy(system):
        return text
    name = text_of(system)
    prefix = SHORT_CODES.get(name.lower()) or f"[{system_name(name)}]"
    return text if text.startswith(prefix) else prefix + text


def device_type(system: Any, device: Any) -> str:
    """Empty when neither tells."""
    for start, kind in DEVICE_TYPES.get(text_of(system).lower(), ()):
        if text_of(device).startswith(start):
            return kind
    return ""


def manufacturer(system: Any) -> str:
    return "Apple" if text_of(system).lower() in MADE_BY_APPLE else ""
