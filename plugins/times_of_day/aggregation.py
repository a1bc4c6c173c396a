"""Counts sessions and events by the hour and weekday that users had on their clocks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from apps.aggregation import events
from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.parts import Concerned, Moment, Part, Reads, Triggers
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects
from apps.aggregation.timestamps import resolve_ms
from apps.aggregation.values import integer_of, is_truthy
from apps.core.timebuckets import TimeBuckets, buckets
from plugins.times_of_day import documents

HOURS, WEEKDAYS = range(24), range(7)


#: Application, event, month, weekday, hour.
Key = tuple[str, str, str, int, int]
State = defaultdict[Key, int | float]


class TimesOfDay(Part[State]):
    triggers = Triggers(parameters=frozenset({"begin_session", "events"}))

    def load(self, concerned: Sequence[Concerned], read: Reads) -> State:
        return defaultdict(int)

    def count(self, moment: Moment, state: State, effects: Effects) -> None:
        sent = moment.request.parameters
        of_request = _hour_and_weekday(sent)
        if is_truthy(sent.get("begin_session")):
            _add(moment, state, documents.SESSIONS, of_request, moment.time, 1)
        for event in moment.events:
            key = event.get("key")
            if (
                not isinstance(key, str)
                or key.startswith(events.RESERVED_KEYS)
                or not 0 < len(key) <= events.LONGEST_KEY
            ):
                continue
            time = moment.time
            if is_truthy(event.get("timestamp")):
                at_ms = resolve_ms(event["timestamp"], moment.request.record.received_ms)
                time = buckets(at_ms, moment.application.timezone)
            told = _hour_and_weekday(event) if "hour" in event and "dow" in event else of_request
            _add(moment, state, key, told, time, events.read_amounts(event)[0])

    def write(self, state: State, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        for (application_id, event, month_id, weekday, hour), number in state.items():
            writes.update(
                documents.TIMES_OF_DAY,
                documents.document_id(application_id, event, month_id, shard),
                {
                    "$set": {"a": application_id, "m": month_id, "s": event},
                    "$inc": {documents.counter(weekday, hour): number},
                },
            )


def _hour_and_weekday(told: Mapping[str, Any]) -> tuple[int, int] | None:
    """None where they are not told, or cannot be."""
    hour, weekday = integer_of(told.get("hour")), integer_of(told.get("dow"))
    if hour is None or weekday is None or hour not in HOURS or weekday not in WEEKDAYS:
        return None
    return int(hour), int(weekday)


def _add(
    moment: Moment, state: State, event: str, told: tuple[int, int] | None, time: TimeBuckets, number: int | float
) -> None:
    if told is not None:
        hour, weekday = told
        state[moment.application.id, event, time.month_id, weekday, hour] += number
