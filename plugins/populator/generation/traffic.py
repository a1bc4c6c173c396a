"""From a template, a seed and a time to the requests of all its users, session after session. Pure, and lazy: it holds
the users, never the requests.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from plugins.populator.generation.people import Person, Saved, device_ids, make_person
from plugins.populator.generation.rhythm import (
    DAY_MS,
    EVENINGS,
    HOUR_MS,
    Arrivals,
    Rhythm,
    campaign_day,
    fitting_moment,
    moment_on,
)
from plugins.populator.generation.sessions import EVERYTHING, Request, Wishes, requests_of
from plugins.populator.template import Template

#: Versions of the program, and the part of the time after which each is released.
RELEASES = (("4.0.2", 0.0), ("4.1.0", 0.25), ("4.1.1", 0.45), ("4.2.0", 0.72))
CAMPAIGN = "Spring Sale"
UPDATE_DAYS = 12  # after which nearly everybody has the newest one


@dataclass(frozen=True, slots=True)
class Plan:
    """The same plan gives the same requests."""

    template: Template
    seed: int
    begin_ms: int
    until_ms: int  # nothing happens later
    kind: str = "mobile"  # type of the application
    users: int = 0  # 0: as many as the template says
    most_sessions: int = 100  # of a user
    rhythm: Rhythm = EVENINGS
    wishes: Wishes = EVERYTHING
    saved: Sequence[Saved] = ()  # these users, instead of new ones


@dataclass(slots=True)
class Life:
    person: Person
    sessions: int = 0
    leaves_ms: int = 0


def generate(plan: Plan) -> Iterator[Request]:
    """Sessions follow each other in the order in which they begin; those of one user never overlap."""
    random = Random(f"traffic {plan.seed}")  # noqa: S311  repeatable by intention
    arrivals = Arrivals(plan.rhythm, plan.begin_ms, plan.until_ms)
    lives = [Life(person) for person in people_of(plan)]
    waiting = []
    for index, life in enumerate(lives):
        day_ms = plan.begin_ms + arrivals.pick_day(random) * DAY_MS
        at_ms = moment_on(random, plan.rhythm, day_ms, life.person.place.utc_offset_minutes)
        waiting.append((at_ms if at_ms >= plan.begin_ms else at_ms + DAY_MS, index))
    heapq.heapify(waiting)
    while waiting:
        at_ms, index = heapq.heappop(waiting)
        if at_ms >= plan.until_ms:
            continue
        life = lives[index]
        for request in _session(random, plan, life, at_ms):
            if request["timestamp"] >= plan.until_ms:
                break  # that would be the future
            yield request
        if life.sessions < plan.most_sessions and random.random() < life.person.goes_on:
            heapq.heappush(waiting, (_next_ms(random, plan, life), index))


def people_of(plan: Plan) -> list[Person]:
    if plan.saved:
        return [make_person(one.device_id, plan.template, plan.kind, one) for one in plan.saved]
    ids = device_ids(plan.seed, plan.users or plan.template.user_count)
    return [make_person(device_id, plan.template, plan.kind) for device_id in ids]


def _session(random: Random, plan: Plan, life: Life, at_ms: int) -> Iterator[Request]:
    release = release_at(plan, at_ms, life.person)
    life.sessions += 1
    for request in requests_of(
        random,
        life.person,
        plan.template,
        start_ms=at_ms,
        app_version=life.person.app_version or RELEASES[release][0],
        release=release,
        is_first=life.sessions == 1,
        wishes=plan.wishes,
    ):
        life.leaves_ms = request["timestamp"]
        yield request


def _next_ms(random: Random, plan: Plan, life: Life) -> int:
    low, high = plan.template.behavior.gap_for(life.person.custom)
    wished = life.leaves_ms + int(random.uniform(low, high) * life.person.pace * HOUR_MS)
    at_ms = fitting_moment(random, plan.rhythm, wished, life.person.place.utc_offset_minutes)
    return max(at_ms, life.leaves_ms + 60_000)


def release_at(plan: Plan, at_ms: int, person: Person) -> int:
    """The number of the version that the user has then: some update at once, others wait."""
    span = plan.until_ms - plan.begin_ms
    found = 0
    for number, (_, share) in enumerate(RELEASES):
        days = (at_ms - plan.begin_ms - share * span) / DAY_MS
        if days >= 0 and (number == 0 or days / UPDATE_DAYS >= person.updates_late):
            found = number
    return found


def milestones(plan: Plan) -> list[tuple[str, int]]:
    """What people would have noted: releases, and the campaign that brought newcomers."""
    span = plan.until_ms - plan.begin_ms
    found = [(f"Version {version}", plan.begin_ms + round(share * span)) for version, share in RELEASES[1:]]
    day = campaign_day(span // DAY_MS)
    return [*found, *([(CAMPAIGN, plan.begin_ms + day * DAY_MS)] if day is not None else [])]
