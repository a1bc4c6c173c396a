"""One session of one user: the steps of a sequence, as the requests that an SDK would have sent. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from plugins.populator.generation.people import SDK_VERSION, Person
from plugins.populator.generation.trouble import crash_of, rating_of
from plugins.populator.template import EVENTS, RANDOM, START, VIEWS, Event, Step, Template, View, sequence_number

Request = dict[str, Any]

HEARTBEAT_SECONDS = 60  # SDKs report the time spent, and what happened, once a minute
MOST_RANDOM_STEPS = 7
SHARE_OF_RATINGS = 0.035  # of sessions
SHARE_OF_SCROLLS = 0.6  # of views on the web
CRASHES, PUSH, RATINGS = "crashes", "push", "star-rating"
FEATURES = (CRASHES, VIEWS, PUSH, RATINGS)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What of the optional features is made up too."""

    features: frozenset[str] = frozenset(FEATURES)
    widget_id: str = ""  # that ratings belong to


EVERYTHING = Wishes()


@dataclass(slots=True)
class Session:
    """While it is told: what happened since the last request, and where the user is."""

    person: Person
    start_ms: int
    now_ms: int
    app_version: str
    release: int
    sent_ms: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    view: str = ""
    viewed_ms: int = 0

    def local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000 + self.person.place.utc_offset_minutes * 60, UTC)

    def add(self, key: str, segmentation: dict[str, Any] | None = None, **more: Any) -> None:
        local = self.local(self.now_ms)
        event = {
            "key": key,
            "count": 1,
            "timestamp": self.now_ms,
            "hour": local.hour,
            "dow": _day_of_week(local),
            **more,
        }
        self.events.append({**event, "segmentation": segmentation} if segmentation else event)

    def request(self, **fields: Any) -> Request:
        """Takes along what happened."""
        local = self.local(self.now_ms)
        if self.events:
            fields["events"], self.events = self.events, []
        return {
            "device_id": self.person.device_id,
            "timestamp": self.now_ms,
            "hour": local.hour,
            "dow": _day_of_week(local),
            "tz": self.person.place.utc_offset_minutes,
            "sdk_name": self.person.sdk_name,
            "sdk_version": SDK_VERSION,
            "populator": True,
            **fields,
        }

    def seconds_since_sent(self) -> int:
        seconds = (self.now_ms - self.sent_ms) // 1000
        self.sent_ms = self.now_ms
        return seconds


def requests_of(
    random: Random,
    person: Person,
    template: Template,
    *,
    start_ms: int,
    app_version: str,
    release: int,
    is_first: bool,
    wishes: Wishes,
) -> Iterator[Request]:
    session = Session(person, start_ms, start_ms, app_version, release, sent_ms=start_ms)
    steps = chosen_steps(random, person, template)
    if steps and steps[0].kind == VIEWS:
        _take(random, session, template, steps.pop(0), wishes)
    yield session.request(begin_session=1, ignore_cooldown="1", **_of_begin(session, is_first=is_first, wishes=wishes))
    crash_at = random.randrange(len(steps) + 1)
    for index, step in enumerate(steps):
        session.now_ms += min(240, max(3, round(random.lognormvariate(3.1, 0.8)))) * 1000
        if index == crash_at and CRASHES in wishes.features:
            seconds = (session.now_ms - start_ms) // 1000
            crash = crash_of(random, person, app_version, release, session.view or "Main", seconds)
            if crash is not None:
                yield session.request(crash=crash, session_duration=session.seconds_since_sent())
                if not crash["_nonfatal"]:
                    return  # nobody is left to end the session
        _take(random, session, template, step, wishes)
        if session.now_ms - session.sent_ms >= HEARTBEAT_SECONDS * 1000:
            yield session.request(session_duration=session.seconds_since_sent())
    session.now_ms += random.randrange(5, 60) * 1000
    _leave_view(random, session)
    if RATINGS in wishes.features and random.random() < SHARE_OF_RATINGS:
        session.add("[CLY]_star_rating", dict(rating_of(random, person, app_version, wishes.widget_id)))
    yield session.request(end_session=1, session_duration=session.seconds_since_sent(), ignore_cooldown="1")


def chosen_steps(random: Random, person: Person, template: Template) -> list[Step]:
    """Of the sequence that the behaviour picks; each step is taken with its own probability."""
    name = template.behavior.sequences_for(person.custom).pick(random)
    number = sequence_number(name, len(template.sequences)) if name is not None and name != RANDOM else None
    if number is None:
        return _random_steps(random, template)
    steps = [step for step in template.sequences[number] if random.random() * 100 < step.probability]
    return [step for step in steps if step.kind != START]


def _random_steps(random: Random, template: Template) -> list[Step]:
    views = [Step(VIEWS, one.key, 100) for one in template.views]
    events = [Step(EVENTS, one.key, 100) for one in template.events]
    steps = [random.choice(views)] if views else []
    for _ in range(random.randint(0, MOST_RANDOM_STEPS)):
        pool = random.choice([some for some in (views, events) if some] or [[]])
        steps += [random.choice(pool)] if pool else []
    return steps


# Steps --------------------------------------------------------------------------------------------------------------
def _take(random: Random, session: Session, template: Template, step: Step, wishes: Wishes) -> None:
    if step.kind == EVENTS:
        for event in template.events:
            if event.key == step.value:
                _fire(random, session, event)
    elif VIEWS in wishes.features:
        for view in template.views:
            if view.key == step.value:
                _open_view(random, session, view)
    else:
        session.view = step.value  # where a crash would happen


def _fire(random: Random, session: Session, event: Event) -> None:
    amounts: dict[str, Any] = {}
    if event.duration is not None:
        amounts["dur"] = round(random.uniform(*event.duration))
    if event.sum is not None:
        amounts["sum"] = round(random.uniform(*event.sum), 2)
    session.add(event.key, _segmentation(random, session, event.segments), **amounts)


def _open_view(random: Random, session: Session, view: View) -> None:
    is_start = not session.view
    _leave_view(random, session)
    told = {"name": view.key, "visit": 1, "segment": session.person.platform, **({"start": 1} if is_start else {})}
    if session.person.browser is not None:
        told |= {"view": f"/{_path(view.key)}", "domain": "www.example.com"}
    session.add("[CLY]_view", {**_segmentation(random, session, view.segments), **told})
    session.view, session.viewed_ms = view.key, session.now_ms


def _leave_view(random: Random, session: Session) -> None:
    """Tells how long the view was looked at, and on the web how far down."""
    if not session.viewed_ms:
        return
    seconds = (session.now_ms - session.viewed_ms) // 1000
    session.viewed_ms = 0
    if session.person.browser is not None and random.random() < SHARE_OF_SCROLLS:
        height = 3200
        depth = min(height, int(height * random.betavariate(2.2, 1.6)))
        scroll = {"name": session.view, "view": f"/{_path(session.view)}", "domain": "www.example.com"}
        session.add("[CLY]_action", {**scroll, "type": "scroll", "y": depth, "width": 1440, "height": height})
    if seconds:
        session.add("[CLY]_view", {"name": session.view, "segment": session.person.platform}, dur=seconds)


def _segmentation(random: Random, session: Session, segments: Any) -> dict[str, Any]:
    """Conditions look at the user's properties and at the segments before. Empty values are left out."""
    known: dict[str, Any] = {}
    for attribute in segments:
        value = attribute.pick(random, {**session.person.custom, **known})
        if value not in (None, ""):
            known[attribute.key] = value
    return known


# The begin ----------------------------------------------------------------------------------------------------------
def _of_begin(session: Session, *, is_first: bool, wishes: Wishes) -> Request:
    person = session.person
    fields: Request = {
        "metrics": _metrics(session),
        "country_code": person.place.country,
        "city": person.place.city,
        "location": person.location,
    }
    if is_first:
        fields["user_details"] = {**person.details, "custom": dict(person.custom)}
    if is_first and person.has_token and PUSH in wishes.features:
        name = "ios_token" if person.platform == "iOS" else "android_token"
        fields |= {"token_session": 1, "test_mode": 0, name: f"demo-{person.device_id}"}
    return fields


def _metrics(session: Session) -> dict[str, Any]:
    person, device = session.person, session.person.device
    metrics: dict[str, Any] = {
        "_os": person.platform,
        "_os_version": person.os_version,
        "_device": device.model,
        "_device_type": device.kind,
        "_resolution": device.resolution,
        "_density": device.density,
        "_locale": person.place.locale,
        "_app_version": session.app_version,
    }
    if person.browser is not None:
        name, version = person.browser
        metrics |= {"_browser": name, "_browser_version": f"[{name.lower()}]_{version}"}
        return metrics | ({"_store": person.source} if person.source else {})
    metrics |= {"_manufacturer": device.manufacturer}
    if device.kind != "desktop":
        metrics["_carrier"] = person.carrier
    if person.source:
        metrics |= {"_store": person.source, "_source_channel": person.channel}
    return metrics


def _path(view: str) -> str:
    return "-".join(view.lower().split())


def _day_of_week(local: datetime) -> int:
    """As SDKs count: Sunday is 0."""
    return (local.weekday() + 1) % 7
