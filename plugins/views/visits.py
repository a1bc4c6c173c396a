"""What SDKs tell of views in one request, read and put together. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.aggregation.timestamps import resolve_ms
from apps.aggregation.values import integer_of, is_truthy, number_of, rounded, stored_number, text_of
from apps.core.keys import RESERVED_PREFIX, encode_metric_value, encode_segment_name
from apps.core.texts import gettext_noop
from plugins.views.documents import LONGEST_SEGMENT, PLATFORM

VIEW_EVENT, ACTION_EVENT = "[CLY]_view", "[CLY]_action"
SCROLL = "scroll"
#: Never segments: they say what a view is, or differ with every visit.
RESERVED_SEGMENTS = frozenset(
    {
        *("name", "segment", "height", "width", "y", "x", "visit", "uvc", "start", "bounce", "exit", "type", "view"),
        *("domain", "dur", "_id", "_idv", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
        "referrer",
    }
)
#: Values beside which days, hours and weeks stand in the counters.
CALENDAR_VALUES = re.compile(r"[1-9]|[12]\d|3[01]|w(?:[1-9]|[1-4]\d|5[0-3])")
LONGEST_VALUE = 256
LONGEST_ADDRESS = 1_024
LONGEST_DURATION = 999_999_999  # seconds; more digits are a time, sent by mistake
SCROLL_DECIMALS = 2

NO_NAME = gettext_noop("View without name")
BAD_SEGMENT = gettext_noop("Segment of a view with unusable name")


@dataclass(slots=True)
class Told:
    """An event about a view, with what later events of the same request add to it."""

    name: str
    at_ms: int
    is_visit: bool = False
    is_start: bool = False
    is_exit: bool = False
    is_bounce: bool = False
    is_scroll: bool = False
    seconds: int = 0
    scrolled: int | float = 0  # percent
    instance: str = ""
    url: str = ""
    domain: str = ""
    segments: dict[str, str] = field(default_factory=dict)


def read(
    events: Iterable[Mapping[str, Any]], *, request_ms: int, received_ms: int, longest_name: int, dropped: list[str]
) -> list[Told]:
    """Those of views and scrolling, in their order. What cannot be used goes to `dropped`, as its reason.

    An event that is no visit of its own tells how a visit went on: when the same request has the visit, they are one.
    """
    found: list[Told] = []
    visits: dict[str, list[Told]] = {}
    for event in events:
        key = event.get("key")
        if key not in (VIEW_EVENT, ACTION_EVENT):
            continue
        told = _read(event, request_ms, received_ms, longest_name, dropped)
        if told is None:
            continue
        visit = None if told.is_visit or told.is_scroll else _visit_of(told, visits.get(told.name, ()))
        if visit is not None:
            _fold(told, visit)
            continue
        found.append(told)
        if told.is_visit:
            visits.setdefault(told.name, []).append(told)
    return found


def names_in(events: Iterable[Mapping[str, Any]], longest_name: int) -> Iterator[str]:
    for event in events:
        if event.get("key") in (VIEW_EVENT, ACTION_EVENT):
            name = _name(_segmentation(event), longest_name, is_action=event["key"] == ACTION_EVENT)
            if name:
                yield name


def segments_in(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for event in events:
        if event.get("key") in (VIEW_EVENT, ACTION_EVENT):
            yield from _segments(_segmentation(event), [])


def _read(
    event: Mapping[str, Any], request_ms: int, received_ms: int, longest_name: int, dropped: list[str]
) -> Told | None:
    segmentation = _segmentation(event)
    is_action = event["key"] == ACTION_EVENT
    if is_action and segmentation.get("type") != SCROLL:
        return None  # clicks and moves are no figures of a view
    name = _name(segmentation, longest_name, is_action=is_action)
    if not name:
        dropped.append(NO_NAME)
        return None
    timestamp = event.get("timestamp")
    told = Told(
        name,
        resolve_ms(timestamp, received_ms) if is_truthy(timestamp) else request_ms,
        instance=_text(segmentation.get("_idv"), LONGEST_VALUE),
        url=_text(segmentation.get("view"), LONGEST_ADDRESS),
        domain=_text(segmentation.get("domain"), LONGEST_SEGMENT),
        segments=_segments(segmentation, dropped),
    )
    if is_action:
        told.is_scroll = True
        told.scrolled = _scrolled(segmentation)
        return told
    told.is_visit, told.is_start, told.is_exit, told.is_bounce = (
        _is_set(segmentation.get(name)) for name in ("visit", "start", "exit", "bounce")
    )
    told.seconds = _seconds(event.get("dur")) or _seconds(segmentation.get("dur"))
    return told


def _visit_of(told: Told, visits: Iterable[Told]) -> Told | None:
    """The last one before, of the same instance where both name one."""
    return next(
        (
            visit
            for visit in reversed(list(visits))
            if not told.instance or not visit.instance or told.instance == visit.instance
        ),
        None,
    )


def _fold(told: Told, visit: Told) -> None:
    visit.seconds = min(visit.seconds + told.seconds, LONGEST_DURATION)
    visit.segments = {**told.segments, **visit.segments}
    visit.is_exit |= told.is_exit
    visit.is_bounce |= told.is_bounce
    visit.url = visit.url or told.url
    visit.domain = visit.domain or told.domain


def _segmentation(event: Mapping[str, Any]) -> Mapping[str, Any]:
    found = event.get("segmentation")
    return found if isinstance(found, dict) else {}


def _name(segmentation: Mapping[str, Any], longest: int, *, is_action: bool) -> str:
    return _text(segmentation.get("name"), longest) or (_text(segmentation.get("view"), longest) if is_action else "")


def _text(value: Any, longest: int) -> str:
    return text_of(value)[:longest] if is_truthy(value) and not isinstance(value, dict | list) else ""


def _is_set(value: Any) -> bool:
    """SDKs send 1, "1" or true."""
    return is_truthy(value) and value not in ("0", "false")


def _seconds(value: Any) -> int:
    number = number_of(value) if value is not None else None
    seconds = int(rounded(number)) if number is not None and 0 < number <= LONGEST_DURATION + 1 else 0
    return seconds if seconds <= LONGEST_DURATION else 0


def _scrolled(segmentation: Mapping[str, Any]) -> int | float:
    y, height = number_of(segmentation.get("y")), integer_of(segmentation.get("height"))
    if not y or not height or y < 0 or height < 0:
        return 0
    return stored_number(round(min(float(y) * 100 / float(height), 100.0), SCROLL_DECIMALS))


def _segments(segmentation: Mapping[str, Any], dropped: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in segmentation.items():
        if raw_name == "segment":
            raw_name = PLATFORM
        elif raw_name in RESERVED_SEGMENTS:
            continue
        if raw_value is None or isinstance(raw_value, dict | list):
            continue
        name = "" if raw_name.startswith("$") else encode_segment_name(raw_name[:LONGEST_SEGMENT])
        value = encode_metric_value(text_of(raw_value)[:LONGEST_VALUE])
        if not value:
            continue
        if not name:
            dropped.append(BAD_SEGMENT)
            continue
        found.setdefault(name, RESERVED_PREFIX + value if CALENDAR_VALUES.fullmatch(value) else value)
    return found
