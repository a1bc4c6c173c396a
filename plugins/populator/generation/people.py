"""Made-up users. All of one follows from its device id and the template, so it is the same person in every run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from plugins.populator.generation.world import (
    BROWSERS,
    CAMPAIGNS,
    DEVICES,
    FIRST_NAMES,
    LAST_NAMES,
    PLACES,
    PLATFORM_WEIGHTS,
    REFERRERS,
    Device,
    Place,
)
from plugins.populator.template import Template

WEB = "web"
SDKS = {
    "Android": "java-native-android",
    "iOS": "objc-native-ios",
    "Windows": "csharp-dotnet-windows",
    "macOS": "objc-native-macos",
    "Linux": "cpp-native-unknown",
    "Windows Phone": "csharp-dotnet-phone",
}
WEB_SDK = "javascript_native_web"
SDK_VERSION = "25.4.0"
#: Shares of users who go on after a session: most of those who leave do so early.
LOYALTIES = ((0.55, 30), (0.85, 35), (0.97, 35))


@dataclass(frozen=True, slots=True)
class Person:
    device_id: str
    name: str
    platform: str
    device: Device
    os_version: str
    place: Place
    carrier: str
    location: str  # latitude,longitude: somewhere in the city
    source: str
    channel: str
    browser: tuple[str, str] | None  # and its version, on the web
    sdk_name: str
    details: Mapping[str, Any]  # name, email and the like
    custom: Mapping[str, Any]
    goes_on: float  # probability of a further session after each
    pace: float  # factor on the time between two sessions
    updates_late: float  # probability of still having the version before the newest one
    has_token: bool
    app_version: str = ""  # of a saved user; "" follows the releases


@dataclass(frozen=True, slots=True)
class Saved:
    """A user that an environment keeps."""

    device_id: str
    platform: str = ""
    device: str = ""
    app_version: str = ""
    name: str = ""
    custom: Mapping[str, Any] = field(default_factory=dict)


def device_ids(seed: int, count: int) -> list[str]:
    random = Random(f"devices {seed}")  # noqa: S311  repeatable by intention
    return [f"{random.getrandbits(128):032x}" for _ in range(count)]


def platforms_of(template: Template, kind: str) -> tuple[str, ...]:
    """Those of the template that are known here; else those that fit the type of the application."""
    known = tuple(one for one in template.platforms if one in DEVICES)
    if known:
        return known
    return {"web": tuple(DEVICES)[:5], "desktop": ("Windows", "macOS", "Linux")}.get(kind, ("iOS", "Android"))


def make_person(device_id: str, template: Template, kind: str, saved: Saved | None = None) -> Person:
    """`kind` is the type of the application."""
    random = Random(f"person {device_id}")  # noqa: S311
    platforms = platforms_of(template, kind)
    platform = random.choices(platforms, [PLATFORM_WEIGHTS[one] for one in platforms])[0]
    if saved and saved.platform in DEVICES:
        platform = saved.platform
    devices = DEVICES[platform]
    device = random.choices(devices, [one.weight for one in devices])[0]
    device = next((one for one in devices if saved and one.model == saved.device), device)
    place = random.choices(PLACES, [one.weight for one in PLACES])[0]
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    is_web = kind == WEB
    browser = random.choices(BROWSERS[platform], [weight for _, _, weight in BROWSERS[platform]])[0]
    weights = (10, 3, *[1] * len(device.os_versions))[: len(device.os_versions)]
    custom = _custom(random, template)
    source, channel = _source(random, device, is_web=is_web)
    return Person(
        device_id=device_id,
        name=saved.name if saved and saved.name else f"{first} {last}",
        platform=platform,
        device=device,
        os_version=random.choices(device.os_versions[::-1], weights)[0],
        place=place,
        carrier=random.choice(place.carriers),
        location=f"{place.latitude + random.gauss(0, 0.05):.4f},{place.longitude + random.gauss(0, 0.05):.4f}",
        source=source,
        channel=channel,
        browser=browser[:2] if is_web else None,
        sdk_name=WEB_SDK if is_web else SDKS[platform],
        details={
            "name": f"{first} {last}",
            "username": f"{first}.{last}{random.randrange(10, 100)}".lower(),
            "email": f"{first}.{last}.{device_id[:4]}@example.com".lower(),
            "gender": random.choice(("M", "F", "F", "M", "O")),
            "byear": int(min(2008, max(1946, random.gauss(1990, 12)))),
            **({"organization": f"{last} Ltd"} if random.random() < 0.2 else {}),
        },
        custom={**custom, **saved.custom} if saved else custom,
        goes_on=_weighted(random, LOYALTIES),
        pace=min(4.0, max(0.4, random.lognormvariate(0, 0.5))),
        updates_late=random.random() * 0.8,
        has_token=platform in ("iOS", "Android") and not is_web and random.random() < 0.72,
        app_version=saved.app_version if saved else "",
    )


def _custom(random: Random, template: Template) -> dict[str, Any]:
    """In the order of the template: conditions look at what was picked before."""
    known: dict[str, Any] = {}
    for attribute in template.properties:
        value = attribute.pick(random, known)
        if value is not None:
            known[attribute.key] = value
    return known


def _source(random: Random, device: Device, *, is_web: bool) -> tuple[str, str]:
    """And the channel, which visitors of sites do not tell."""
    if is_web:
        return str(_weighted(random, REFERRERS)), ""
    source, channel = _weighted(random, CAMPAIGNS)
    return source or (random.choice(device.stores) if device.stores else ""), channel


def _weighted(random: Random, table: Any) -> Any:
    return random.choices([value for value, _ in table], [weight for _, weight in table])[0]
