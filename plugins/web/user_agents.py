"""What a browser says of itself: client hints where it sends them, else the user agent. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from ua_parser import parse

CACHED = 4096
LONGEST = 1024  # characters; longer user agents are not read
MOBILE_SYSTEMS = frozenset({"iOS", "Android", "iPadOS"})
SYSTEMS = {"Mac OS X": "Mac", "Mac OS": "Mac", "macOS": "Mac"}
BROWSERS = {
    "Google Chrome": "Chrome",
    "Microsoft Edge": "Edge Chromium",
    "Edge": "Edge Chromium",
    "Edge Legacy": "Edge",
    "Chrome Mobile iOS": "Chrome Mobile",
    "Chrome Mobile WebView": "Chrome Mobile",
    "Firefox iOS": "Firefox Mobile",
    "Edge iOS": "Edge Mobile",
}
ON_MOBILES = {"Firefox": "Firefox Mobile", "Chrome": "Chrome Mobile", "Edge Chromium": "Edge Mobile"}
#: From this platform version of the client hint on, a Windows is called so; the first that fits.
WINDOWS_VERSIONS = (
    (13.0, "11"),
    (10.0, "10"),
    (6.3, "8.1"),
    (6.2, "8"),
    (6.1, "7"),
    (6.0, "Vista"),
    (5.1, "XP"),
    (5.0, "2000"),
)
NOT_BRANDS = ("not", "chromium")  # starts of names in the list of brands that are no browser
UNKNOWN = "Unknown"  # device of a browser that does not say where it runs, as on most desks
TELEVISION, TABLET, MOBILE = "smarttv", "tablet", "mobile"


class Told(NamedTuple):
    """Empty where nothing is told."""

    browser: str = ""
    browser_version: str = ""
    system: str = ""
    system_version: str = ""
    device: str = ""
    device_type: str = ""


NOTHING = Told()


def read(user_agent: str, hints: Mapping[str, str]) -> Told:
    """`hints`: lower-case header name -> value as sent, quoted."""
    told = of_user_agent(user_agent) if len(user_agent) <= LONGEST else NOTHING
    return _with_hints(told, hints) if hints else told


@lru_cache(maxsize=CACHED)
def of_user_agent(user_agent: str) -> Told:
    """Only of browsers: what programs call themselves says nothing about a user's device."""
    if not user_agent.startswith(("Mozilla/", "Opera/")):
        return NOTHING
    found = parse(user_agent)
    agent, system, device = found.user_agent, found.os, found.device
    if device is not None and device.family == "Spider":
        return NOTHING
    system_name = SYSTEMS.get(system.family, system.family) if system is not None else ""
    model = device.model or device.brand if device is not None else None
    return Told(
        browser=_browser(_family(agent.family, user_agent), system_name) if agent is not None else "",
        browser_version=_dotted(agent.major, agent.minor) if agent is not None else "",
        system=system_name,
        system_version=_dotted(system.major, system.minor, system.patch) if system is not None else "",
        device=model or (UNKNOWN if agent is not None or system is not None else ""),
        device_type=_device_type(user_agent, system_name),
    )


def _with_hints(told: Told, hints: Mapping[str, str]) -> Told:
    system = _unquoted(hints.get("sec-ch-ua-platform", ""))
    system = SYSTEMS.get(system, system) or told.system
    version = _unquoted(hints.get("sec-ch-ua-platform-version", ""))
    if version and system == "Windows":
        version = _windows_version(version)
    brands = hints.get("sec-ch-ua-full-version-list") or hints.get("sec-ch-ua", "")
    browser, browser_version = _brand(brands)
    browser_version = _unquoted(hints.get("sec-ch-ua-full-version", "")) or browser_version
    is_mobile = hints.get("sec-ch-ua-mobile", "").strip() == "?1"
    return Told(
        browser=_browser(browser, system) if browser else told.browser,
        browser_version=(browser_version if browser else "") or told.browser_version,
        system=system,
        system_version=version or told.system_version,
        device=_unquoted(hints.get("sec-ch-ua-model", "")) or told.device,
        device_type=MOBILE if is_mobile else told.device_type,
    )


def _family(name: str, user_agent: str) -> str:
    """The Edge of Chromium says `Edg/`, the one before it `Edge/`."""
    return "Edge Legacy" if name == "Edge" and " Edge/" in user_agent else name


def _browser(name: str, system: str) -> str:
    known = BROWSERS.get(name, name)
    return ON_MOBILES.get(known, known) if system in MOBILE_SYSTEMS else known


def _brand(brands: str) -> tuple[str, str]:
    """`"Google Chrome";v="120", "Not:A-Brand";v="8"` -> ("Google Chrome", "120"): the one that is a browser."""
    for part in brands.split(","):
        name, _, version = part.partition(";")
        name = _unquoted(name)
        if name and not name.lower().startswith(NOT_BRANDS):
            return name, _unquoted(version.strip().removeprefix("v="))
    return "", ""


def _windows_version(version: str) -> str:
    major, _, rest = version.partition(".")
    try:
        number = float(f"{int(major)}.{int(rest.split('.')[0] or 0)}")
    except ValueError:
        return version
    return next((name for least, name in WINDOWS_VERSIONS if number >= least), version)


def _device_type(user_agent: str, system: str) -> str:
    if "SMART-TV" in user_agent or "SmartTV" in user_agent or "Apple TV" in user_agent or " TV " in user_agent:
        return TELEVISION
    if "iPad" in user_agent or "Tablet" in user_agent or (system == "Android" and "Mobile" not in user_agent):
        return TABLET
    return MOBILE if "Mobile" in user_agent else ""


def _dotted(*parts: str | None) -> str:
    return ".".join(part for part in parts if part)


def _unquoted(text: str) -> str:
    return text.strip().strip('"').strip()
