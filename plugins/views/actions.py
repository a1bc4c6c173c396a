"""Clicks, moves and scrolls on a page, as web SDKs tell of them: read strictly. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from apps.aggregation.timestamps import resolve_ms
from apps.aggregation.values import is_truthy, number_of, text_of
from apps.core.keys import encode_metric_value
from apps.core.texts import gettext_noop
from plugins.views.documents import LONGEST_SEGMENT
from plugins.views.visits import ACTION_EVENT, LONGEST_ADDRESS, LONGEST_VALUE, SCROLL

CLICK, MOVE = "click", "move"
TYPES = (CLICK, SCROLL, MOVE)
LARGEST_PIXELS = 200_000  # of a page, and of a place on it

UNUSABLE = gettext_noop("Action on a page without type, view, place or size")


class Action(NamedTuple):
    type: str  # one of TYPES
    view: str  # the path of the page, or the name of the view
    x: int  # from the left, in pixels of the page; 0 for scrolls
    y: int  # from the top; for scrolls how far down the page was seen
    width: int  # of the whole page
    height: int
    domain: str
    platform: str


def read(
    events: Iterable[Mapping[str, Any]], *, request_ms: int, received_ms: int, dropped: list[str]
) -> list[tuple[int, Action]]:
    """With their times, in milliseconds. What cannot be used goes to `dropped`, as its reason."""
    found = []
    for event in events:
        if event.get("key") != ACTION_EVENT:
            continue
        sent = event.get("segmentation")
        action = _action(sent) if isinstance(sent, dict) else None
        if action is None:
            dropped.append(UNUSABLE)
            continue
        timestamp = event.get("timestamp")
        at_ms = resolve_ms(timestamp, received_ms) if is_truthy(timestamp) else request_ms
        found.append((at_ms, action))
    return found


def _action(sent: Mapping[str, Any]) -> Action | None:
    kind = sent.get("type")
    view = _text(sent.get("view"), LONGEST_ADDRESS) or _text(sent.get("name"), LONGEST_ADDRESS)
    width, height, y = (_pixels(sent.get(name)) for name in ("width", "height", "y"))
    x = 0 if kind == SCROLL else _pixels(sent.get("x"))
    if kind not in TYPES or not view or not width or not height or x is None or y is None:
        return None
    domain = _text(sent.get("domain"), LONGEST_SEGMENT)
    # As the segment `platform` of views has it: people choose among its values.
    platform = encode_metric_value(_text(sent.get("segment") or sent.get("platform"), LONGEST_VALUE))
    # Pages that bounce are scrolled beyond their end.
    return Action(str(kind), view, min(x, width), min(y, height), width, height, domain, platform)


def _text(value: Any, longest: int) -> str:
    return text_of(value)[:longest] if is_truthy(value) and not isinstance(value, dict | list) else ""


def _pixels(value: Any) -> int | None:
    number = number_of(value) if value is not None else None
    return round(number) if number is not None and 0 <= number <= LARGEST_PIXELS else None
