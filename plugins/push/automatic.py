"""Messages that are sent when users send an event: their queue is filled in the transaction that counts the event."""

import threading
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId

from apps.aggregation.parts import Concerned, Moment
from apps.aggregation.tallies import Effects
from apps.aggregation.timestamps import resolve_ms
from apps.aggregation.values import integer_of, is_truthy
from plugins.push import documents
from plugins.push.documents import ERROR, STREAMABLE, STREAMING
from plugins.push.kinds import EVENT, kind_of, trigger_of
from plugins.push.platforms import ADDRESSED, platform_of

CACHE_SECONDS = 3.0  # after which every process knows of a new message
MINUTE_MS, DAY_MS = 60_000, 86_400_000

_lock = threading.Lock()
_watched: dict[str, tuple[str, frozenset[str]]] = {}  # message -> application, keys of events
_until = 0.0


def watched() -> Mapping[str, tuple[str, frozenset[str]]]:
    global _watched, _until
    with _lock:
        if time.monotonic() >= _until:
            active = {"status": {"$in": ["scheduled", "sending"]}, "triggers.kind": EVENT}
            _watched = {
                str(message["_id"]): (str(message.get("app")), events_of(message))
                for message in documents.messages().find(active, {"app": 1, "triggers": 1})
            }
            _until = time.monotonic() + CACHE_SECONDS
        return _watched


def forget() -> None:
    """This process looks anew."""
    global _until
    with _lock:
        _until = 0.0


def events_of(message: Mapping[str, Any]) -> frozenset[str]:
    events = trigger_of(message).get("events")
    return frozenset(key for key in events if isinstance(key, str)) if isinstance(events, list) else frozenset()


def watched_events() -> frozenset[str]:
    return frozenset(key for _, keys in watched().values() for key in keys)


def watching(concerned: Concerned, messages: Mapping[str, tuple[str, frozenset[str]]]) -> set[str]:
    """Which of the watched messages what this request sends may set off."""
    return {
        message
        for message, (application_id, keys) in messages.items()
        if application_id == concerned.application.id and concerned.request.event_keys(keys)
    }


def object_ids(texts: Iterable[str]) -> list[ObjectId]:
    return [ObjectId(text) for text in sorted(set(texts))]


def enqueue(moment: Moment, messages: Mapping[str, Mapping[str, Any]], effects: Effects) -> None:
    for message in messages.values():
        is_active = message.get("state", 0) & (STREAMABLE | STREAMING) and not message["state"] & ERROR
        if not is_active or kind_of(message) != EVENT or str(message.get("app")) != moment.application.id:
            continue
        keys = events_of(message)
        found = next((event for event in moment.events if event.get("key") in keys), None)
        if found is not None:
            _enqueue(moment, message, found, effects)


def _enqueue(moment: Moment, message: Mapping[str, Any], event: Mapping[str, Any], effects: Effects) -> None:
    trigger, now_ms = trigger_of(message), moment.request.record.received_ms
    event_ms = now_ms
    if trigger.get("actuals"):
        stated = event.get("timestamp")
        event_ms = resolve_ms(stated, now_ms) if is_truthy(stated) else moment.request.time_ms
    if now_ms < ms_of(trigger.get("start")) or is_over(trigger, now_ms):
        return
    due_ms = due_at(trigger, event_ms, integer_of(moment.profile.fields.get("tz")))
    if due_ms is None:
        return
    fields = moment.profile.fields
    targets = [
        name
        for platform in message.get("platforms") or []
        for name in ADDRESSED.get(platform, ())
        if documents.profile_field(name) in fields
    ]
    for name in targets:
        effects.inserts.append((documents.QUEUE, row(moment.application.id, message, name, moment.uid, due_ms)))
    if targets:
        totals = {"result.total": len(targets)}
        for name in targets:
            path = f"result.subs.{platform_of(name)}.total"
            totals[path] = totals.get(path, 0) + 1
        effects.updates.append((documents.MESSAGES, message["_id"], {"$inc": totals}))


def row(application_id: str, message: Mapping[str, Any], field: str, uid: str, due_ms: int) -> dict[str, Any]:
    return {
        "_id": documents.queue_id(due_ms),
        documents.APPLICATION: ObjectId(application_id),
        documents.MESSAGE: message["_id"],
        documents.PLATFORM: platform_of(field),
        documents.FIELD: field,
        documents.USER: uid,
        documents.DUE: due_ms,
    }


def is_over(trigger: Mapping[str, Any], at_ms: int) -> bool:
    end_ms = ms_of(trigger.get("end"))
    return 0 < end_ms < at_ms


def due_at(trigger: Mapping[str, Any], event_ms: int, zone_minutes: int | float | None) -> int | None:
    """`delay` after the event, at the time of day `time` on the user's clock where one is given."""
    due_ms = event_ms + int(trigger.get("delay") or 0)
    at_time = trigger.get("time")
    if at_time is None:
        return due_ms
    offset_ms = int(zone_minutes or 0) * MINUTE_MS
    local_ms = due_ms + offset_ms
    wanted_ms = local_ms - local_ms % DAY_MS + int(at_time)
    if wanted_ms < local_ms:
        if not trigger.get("reschedule"):
            return None
        wanted_ms += DAY_MS
    return wanted_ms - offset_ms


def ms_of(value: Any) -> int:
    """Of a date as stored or sent; 0 when there is none."""
    if isinstance(value, datetime):
        return round((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() * 1000)
    return int(value) if isinstance(value, int | float) else 0


def date_of(ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
