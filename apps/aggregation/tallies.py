"""What requests count, before it becomes fields of documents: equal things are counted together under one tuple."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from apps.aggregation.uniques import EVENTS, SketchKey
from apps.core.timebuckets import TimeBuckets
from apps.plugin_api.signals import Noticed


class UserKey(NamedTuple):
    """Counters without segment, in the shard document of a device."""

    application_id: str
    time: TimeBuckets
    postfix: str


class SessionKey(NamedTuple):
    application_id: str
    time: TimeBuckets
    postfix: str
    country: str
    is_first: bool  # of this user
    levels: int  # bits of apps.aggregation.levels
    country_levels: int
    frequency: int | None  # bucket; None: the session began before the last one


class RangeKey(NamedTuple):
    """A session that ended, by its bucket: of duration, or of what else is told of sessions by ranges."""

    application_id: str
    time: TimeBuckets
    postfix: str
    bucket: int
    counter: str = "ds"
    list_name: str = "d-ranges"


# Made for every metric, event and segment of every request, so plain tuples.
#: Application id, time, collection, name of the list of values, value, whether it is the user's first session, levels.
MetricKey = tuple[str, TimeBuckets, str, str, str, bool, int]
#: Application id, time, event.
EventKey = tuple[str, TimeBuckets, str]
#: Application id, time, event, segment, value.
SegmentKey = tuple[str, TimeBuckets, str, str, str]
#: Count, sum, duration in seconds.
Amounts = tuple[int | float, int | float, int | float]
Key = TypeVar("Key", EventKey, SegmentKey)


@dataclass(slots=True)
class Effects:
    """What one request counts. Nothing of it is seen outside until the request is known to be sound.

    A batch has one, cleared after every request, because making its lists anew would take longer than filling them.
    """

    requests: list[UserKey] = field(default_factory=list)
    durations: list[tuple[UserKey, int]] = field(default_factory=list)  # seconds
    sessions: list[SessionKey] = field(default_factory=list)
    ranges: list[RangeKey] = field(default_factory=list)
    metrics: list[MetricKey] = field(default_factory=list)
    events: list[tuple[EventKey, Amounts]] = field(default_factory=list)
    segments: list[tuple[SegmentKey, Amounts]] = field(default_factory=list)
    event_segments: dict[str, set[str]] = field(default_factory=dict)  # event keys not known before -> new segments
    seen: list[SketchKey] = field(default_factory=list)  # sketches of unique users that may lack this one
    user_number: int = 0  # as which the user is in them
    inserts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: Collection, `_id` and operators as `WriteBatcher.update` takes them. For parts of plugins.
    updates: list[tuple[str, Any, dict[str, dict[str, Any]]]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)  # reasons for parts that are not counted
    noticed: list[Noticed] = field(default_factory=list)  # told after the commit, with `signals.noticed_in_batch`

    def clear(self) -> None:
        for each in (
            self.requests,
            self.durations,
            self.sessions,
            self.ranges,
            self.metrics,
            self.events,
            self.segments,
            self.event_segments,
            self.seen,
            self.inserts,
            self.updates,
            self.dropped,
            self.noticed,
        ):
            if each:
                each.clear()


@dataclass(slots=True)
class Tallies:
    """What a batch counts. What is counted one by one stands in a list: `Counter` adds up a whole list in C."""

    requests: list[UserKey] = field(default_factory=list)
    durations: Counter[UserKey] = field(default_factory=Counter)
    sessions: list[SessionKey] = field(default_factory=list)
    ranges: list[RangeKey] = field(default_factory=list)
    metrics: list[MetricKey] = field(default_factory=list)
    events: dict[EventKey, list[int | float]] = field(default_factory=dict)  # the three amounts
    segments: dict[SegmentKey, list[int | float]] = field(default_factory=dict)
    seen: defaultdict[SketchKey, set[int]] = field(default_factory=lambda: defaultdict(set))  # numbers of users
    event_users: defaultdict[EventKey, set[int]] = field(default_factory=lambda: defaultdict(set))

    def take(self, effects: Effects) -> None:
        self.requests += effects.requests
        for user, seconds in effects.durations:
            self.durations[user] += seconds
        self.sessions += effects.sessions
        self.ranges += effects.ranges
        self.metrics += effects.metrics
        for sketch in effects.seen:
            self.seen[sketch].add(effects.user_number)
        for event, _ in effects.events:
            self.event_users[event].add(effects.user_number)
        _add(self.events, effects.events)
        _add(self.segments, effects.segments)

    def users_by_sketch(self) -> dict[SketchKey, set[int]]:
        seen = defaultdict(set, self.seen)
        for (application_id, time, key), users in self.event_users.items():
            seen[SketchKey(application_id, EVENTS, key, time.day_number)] |= users
        return seen


def _add(totals: dict[Key, list[int | float]], added: list[tuple[Key, Amounts]]) -> None:
    for key, amounts in added:
        total = totals.get(key)
        if total is None:
            totals[key] = list(amounts)
        else:
            total[0] += amounts[0]
            total[1] += amounts[1]
            total[2] += amounts[2]
