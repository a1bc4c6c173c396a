"""The segments of an event: which of them are counted, under which names and values."""

from typing import TYPE_CHECKING, Any

from apps.aggregation.documents import NO_SEGMENT
from apps.aggregation.tallies import Amounts, Effects
from apps.aggregation.values import text_of
from apps.core.keys import encode_segment_name, encode_segment_value
from apps.core.texts import gettext_noop
from apps.core.timebuckets import TimeBuckets

if TYPE_CHECKING:
    from apps.aggregation.events import EventContext

LONGEST_NAME = 256  # characters; longer names and values are cut
LONGEST_VALUE = 1024
TOO_MANY_SEGMENTS = gettext_noop("Segment beyond the limit of segments")
BAD_NAME = gettext_noop("Segment with unusable name")

#: Segments of reserved events that say who someone is or have a value of their own for every event.
OMITTED = {"[CLY]_star_rating": frozenset({"email", "comment", "widget_id", "contactMe"})}
NONE: frozenset[str] = frozenset()


def count_segments(
    segmentation: dict[str, Any],
    event: str,
    time: TimeBuckets,
    amounts: Amounts,
    context: "EventContext",
    effects: Effects,
) -> None:
    application_id, document = context.application.id, context.document
    known = document.segments.get(event, NONE)
    new = effects.event_segments.get(event)
    omitted = document.omitted.get(event, NONE)
    if event in OMITTED:
        omitted |= OMITTED[event]
    only = document.whitelisted.get(event)
    for raw_name, raw_value in segmentation.items():
        if isinstance(raw_value, list):
            continue  # lists are kept for raw data only
        name = encode_segment_name(raw_name[:LONGEST_NAME])
        value = encode_segment_value((raw_value if type(raw_value) is str else text_of(raw_value))[:LONGEST_VALUE])
        if not value or (omitted and (name in omitted or raw_name in omitted)):
            continue
        if only is not None and name not in only and raw_name not in only:
            continue
        if not name or name == NO_SEGMENT:
            effects.dropped.append(BAD_NAME)
            continue
        if name not in known and (new is None or name not in new):
            if len(known) + len(new or NONE) >= context.limits.event_segments:
                effects.dropped.append(TOO_MANY_SEGMENTS)
                continue
            if new is None:
                new = effects.event_segments[event] = set()
            new.add(name)
        effects.segments.append(((application_id, time, event, name, value), amounts))
