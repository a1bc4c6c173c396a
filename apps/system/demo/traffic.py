"""What SDKs would have sent for these people: requests as `/i` takes them, in the order of their time."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import itemgetter
from random import Random
from typing import Any

from apps.system.demo.people import Person, make_people

DAY_MS = 86_400_000
HEARTBEAT_SECONDS = 60  # SDKs report the time spent once a minute
APP_VERSIONS = ("2.3.0", "2.4.0", "2.4.1")
#: Share of a day's sessions that begin in each hour of local time.
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 8, 7, 6, 6, 8, 8, 6, 6, 6, 8, 10, 12, 13, 11, 7, 3)
WEEKEND_FACTOR = 1.25
CATEGORIES = ("Books", "Garden", "Kitchen", "Music", "Shoes", "Toys")
TERMS = ("gift", "running shoes", "headphones", "lamp", "coffee", "notebook")
PAYMENTS = ("Card", "Card", "Invoice", "Wallet")


def demo_requests(*, seed: int, users: int, days: int, until_ms: int) -> list[dict[str, Any]]:
    """The same arguments give the same requests. The last day ends at `until_ms`."""
    random = Random(seed)  # noqa: S311  repeatable by intention
    begin_ms = until_ms - days * DAY_MS
    people = make_people(random, users, days)
    requests = [
        request
        for person in people
        for day in range(person.first_day, days)
        if day == person.first_day or random.random() < person.return_probability
        for request in _day(random, person, day, days, begin_ms + day * DAY_MS)
    ]
    return sorted((one for one in requests if one["timestamp"] <= until_ms), key=itemgetter("timestamp"))


def _day(random: Random, person: Person, day: int, days: int, day_ms: int) -> Iterator[dict[str, Any]]:
    """One to three sessions that do not overlap."""
    is_weekend = datetime.fromtimestamp(day_ms / 1000, UTC).weekday() >= 5
    wish = random.choice((1, 1, 1, 2, 2, 3)) * (WEEKEND_FACTOR if is_weekend else 1)
    starts = sorted(_start_ms(random, person, day_ms) for _ in range(round(wish)))
    free_from_ms = 0
    for start_ms in starts:
        if start_ms < free_from_ms:
            continue
        session = list(_session(random, person, start_ms, _app_version(random, day, days)))
        free_from_ms = session[-1]["timestamp"] + 60_000
        yield from session


def _start_ms(random: Random, person: Person, day_ms: int) -> int:
    hour = random.choices(range(24), HOURS)[0]
    local_ms = hour * 3_600_000 + random.randrange(3_600_000)
    return day_ms + (local_ms - person.place.utc_offset_minutes * 60_000 - day_ms % DAY_MS) % DAY_MS


def _app_version(random: Random, day: int, days: int) -> str:
    """New versions spread while the days go by."""
    newest = min(len(APP_VERSIONS) - 1, day * len(APP_VERSIONS) // days)
    return APP_VERSIONS[newest if random.random() < 0.7 else max(0, newest - 1)]


def _session(random: Random, person: Person, start_ms: int, app_version: str) -> Iterator[dict[str, Any]]:
    """Begin, events and a heartbeat each minute, end with the seconds that remain."""
    yield _request(person, start_ms, begin_session=1, metrics=_metrics(person, app_version), **_location(person))
    length_seconds = max(5, int(random.lognormvariate(4.6, 0.9)))
    for second in range(HEARTBEAT_SECONDS, length_seconds, HEARTBEAT_SECONDS):
        now_ms = start_ms + second * 1000
        yield _request(person, now_ms, session_duration=HEARTBEAT_SECONDS)
        events = [event | {"timestamp": now_ms - 5000} for event in _events(random)]
        if events:
            yield _request(person, now_ms + 500, events=json.dumps(events))
    yield _request(
        person, start_ms + length_seconds * 1000, end_session=1, session_duration=length_seconds % HEARTBEAT_SECONDS
    )


def _events(random: Random) -> list[dict[str, Any]]:
    category = random.choice(CATEGORIES)
    events: list[dict[str, Any]] = []
    if random.random() < 0.5:
        events.append({"key": "Search", "count": 1, "segmentation": {"term": random.choice(TERMS)}})
    if random.random() < 0.35:
        events.append({"key": "Add to Cart", "count": 1, "segmentation": {"category": category}})
    if random.random() < 0.12:
        segmentation = {"category": category, "payment": random.choice(PAYMENTS), "items": random.randint(1, 4)}
        price = random.randint(9, 120) - 0.01
        events.append({"key": "Purchase", "count": 1, "sum": price, "dur": 40, "segmentation": segmentation})
    return events


def _metrics(person: Person, app_version: str) -> str:
    return json.dumps(
        {
            "_os": person.device.os,
            "_os_version": person.os_version,
            "_device": person.device.model,
            "_manufacturer": person.device.manufacturer,
            "_device_type": "tablet" if "iPad" in person.device.model else "mobile",
            "_resolution": person.device.resolution,
            "_density": person.device.density,
            "_carrier": person.carrier,
            "_locale": person.place.locale,
            "_app_version": app_version,
            "_store": person.store,
        }
    )


def _location(person: Person) -> dict[str, str]:
    return {"country_code": person.place.country, "city": person.place.city, "location": person.place.location}


def _request(person: Person, timestamp_ms: int, **fields: Any) -> dict[str, Any]:
    local = datetime.fromtimestamp(timestamp_ms / 1000 + person.place.utc_offset_minutes * 60, UTC)
    return {
        "device_id": person.device_id,
        "timestamp": timestamp_ms,
        "hour": local.hour,
        "dow": (local.weekday() + 1) % 7,
        "tz": person.place.utc_offset_minutes,
        "sdk_name": "java-native-android" if person.device.os == "Android" else "objc-native-ios",
        "sdk_version": "25.4.0",
        **fields,
    }
