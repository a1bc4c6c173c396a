"""Custom events: count, sum, duration, and the same by the values of their segments."""

import json
import math
import re
from typing import Any, NamedTuple

from apps.aggregation.known_values import EventsDocument
from apps.aggregation.limits import Limits
from apps.aggregation.profiles import Profile, count_events
from apps.aggregation.requests import IngestRequest
from apps.aggregation.segmentation import count_segments
from apps.aggregation.tallies import Amounts, Effects
from apps.aggregation.timestamps import resolve_ms
from apps.aggregation.values import INT32_MAX, integer_of, is_truthy, number_of, rounded, stored_number, text_of
from apps.applications.info import ApplicationInfo
from apps.core import timebuckets
from apps.core.keys import NUL_SIGN, RESERVED_PREFIX
from apps.core.texts import gettext_noop

LONGEST_KEY = 127
SUM_DECIMALS = 5
REMOVED_FROM_KEYS = re.compile(r"system\.|\.\.|\$")
RESERVED_KEYS = f"{RESERVED_PREFIX}_"
ORIENTATION = "[CLY]_orientation"

NO_KEY = gettext_noop("Event without key")
RESERVED = gettext_noop("Event with reserved key")
TOO_MANY_KEYS = gettext_noop("Event beyond the limit of event keys")
BAD_KEY = gettext_noop("Event with unusable key")
NO_EVENT = gettext_noop("Event that is no object")


class EventContext(NamedTuple):
    """What is the same for all events of an application in a batch."""

    application: ApplicationInfo
    limits: Limits
    document: EventsDocument  # grows with the batch
    reserved_events: frozenset[str]  # that are counted like custom ones
    events_of_parts: frozenset[str] = frozenset()  # reserved ones that parts of plugins count in their own way


def apply_events(request: IngestRequest, profile: Profile, context: EventContext, effects: Effects) -> None:
    events = request.read_events()
    if isinstance(events, str):
        # Every character of unparsable events counts as an event of the session: stored data knows it so.
        length = len(events.encode("utf-16-le", "surrogatepass")) // 2
        if length:
            count_events(profile, length)
        return
    if not isinstance(events, list) or not events:
        return
    if number := sum(1 for event in events if event is not None and not _is_reserved(event)):
        count_events(profile, number)
    time = _default_time(request, events, context.application.timezone)
    for event in events:
        reason = _count(request, event, time, profile, context, effects) if isinstance(event, dict) else NO_EVENT
        if reason:
            effects.dropped.append(reason)


def _is_reserved(event: Any) -> bool:
    key = event.get("key") if isinstance(event, dict) else None
    return isinstance(key, str) and key.startswith(RESERVED_KEYS)


def _default_time(request: IngestRequest, events: list[Any], zone: str) -> timebuckets.TimeBuckets:
    """Events without a time of their own have that of the last event in the request that brings one."""
    ms = request.time_ms
    for event in reversed(events):
        if isinstance(event, dict) and is_truthy(event.get("timestamp")):
            ms = resolve_ms(event["timestamp"], request.record.received_ms)
            break
    return timebuckets.buckets(ms, zone)


def _count(
    request: IngestRequest,
    event: dict[str, Any],
    default_time: timebuckets.TimeBuckets,
    profile: Profile,
    context: EventContext,
    effects: Effects,
) -> str | None:
    """Counts one event; the answer is the reason why not."""
    raw_key = event.get("key")
    if not is_truthy(raw_key):
        return NO_KEY
    key = _key_text(raw_key)
    if key.startswith(RESERVED_KEYS) and key not in context.reserved_events:
        if key == ORIENTATION:
            _apply_orientation(event, profile)
            return None
        return None if key in context.events_of_parts else RESERVED
    if "$" in key or "." in key or "\0" in key:
        key = REMOVED_FROM_KEYS.sub("", key).replace("\0", NUL_SIGN)
    if not key or len(key) > LONGEST_KEY:
        return BAD_KEY
    segments = context.document.segments
    if key not in segments and key not in effects.event_segments:
        new_keys = sum(1 for new in effects.event_segments if new not in segments)
        if len(segments) + new_keys >= context.limits.event_keys:
            return TOO_MANY_KEYS
        effects.event_segments[key] = set()
    amounts = read_amounts(event)
    timestamp = event.get("timestamp")
    if is_truthy(timestamp):
        time = timebuckets.buckets(resolve_ms(timestamp, request.record.received_ms), context.application.timezone)
    else:
        time = default_time
    effects.events.append(((context.application.id, time, key), amounts))
    segmentation = event.get("segmentation")
    if segmentation and isinstance(segmentation, dict):
        count_segments(segmentation, key, time, amounts, context, effects)
    return None


def read_amounts(event: dict[str, Any]) -> Amounts:
    """Count (1 when missing, zero or unreadable), sum and duration (0 when they are)."""
    count = event.get("count")
    if type(count) is not int or not 0 < count <= INT32_MAX:
        count = integer_of(count) or 1
        count = stored_number(count) if math.isfinite(count) else 1
    total, duration = event.get("sum"), event.get("dur")
    return (
        count,
        0 if total is None else rounded_sum(number_of(total) or 0),
        0 if duration is None else number_of(duration) or 0,
    )


def rounded_sum(number: int | float) -> int | float:
    """To 5 decimals; of two equally near results the one farther from zero."""
    if type(number) is int or round(number, SUM_DECIMALS) == number:
        return number
    return stored_number(rounded(number, SUM_DECIMALS))


def _key_text(key: Any) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, dict | list):
        try:
            return json.dumps(key, ensure_ascii=False, separators=(",", ":"))
        except RecursionError:  # nested so deeply that it is longer than any key may be
            return ""
    return text_of(key)


def _apply_orientation(event: dict[str, Any], profile: Profile) -> None:
    segmentation = event.get("segmentation")
    mode = segmentation.get("mode") if isinstance(segmentation, dict) else None
    if is_truthy(mode):
        profile.set_if_new("ornt", text_of(mode)[:LONGEST_KEY])
