"""Counts sessions and events by the hour and weekday that users had on their clocks."""

from collections.abc import Sequence
from typing import Any

from apps.aggregation import events
from apps.aggregation.parts import Concerned, Moment, Part, Reads, Triggers
from apps.aggregation.tallies import Effects
from apps.aggregation.timestamps import resolve_ms
from apps.aggregation.values import integer_of, is_truthy
from apps.core.timebuckets import TimeBuckets, buckets
from plugins.times_of_day import documents

HOURS, WEEKDAYS = range(24), range(7)


class TimesOfDay(Part[None]):
    triggers = Triggers(parameters=frozenset({"begin_session", "events"}))

    def load(self, concerned: Sequence[Concerned], read: Reads) -> None:
        return None

    def count(self, moment: Moment, state: None, effects: Effects) -> None:
        sent = moment.request.parameters
        if is_truthy(sent.get("begin_session")):
            _add(moment, effects, documents.SESSIONS, sent, moment.time, 1)
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
            told = event if "hour" in event and "dow" in event else sent
            _add(moment, effects, key, told, time, events.read_amounts(event)[0])


def _is_custom(key: str) -> bool:
    return not key.startswith(events.RESERVED_KEYS) and 0 < len(key) <= events.LONGEST_KEY


def _add(moment: Moment, effects: Effects, event: str, told: Any, time: TimeBuckets, number: int | float) -> None:
    hour, weekday = integer_of(told.get("hour")), integer_of(told.get("dow"))
    if hour is None or weekday is None or hour not in HOURS or weekday not in WEEKDAYS:
        return
    application_id = moment.application.id
    effects.updates.append(
        (
            documents.TIMES_OF_DAY,
            documents.document_id(application_id, event, time.month_id, moment.shard),
            {
                "$set": {"a": application_id, "m": time.month_id, "s": event},
                "$inc": {documents.counter(int(weekday), int(hour)): number},
            },
        )
    )
