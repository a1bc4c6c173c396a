"""Completes the event of a rating before it is counted: what is missing is `undefined`, and overviews get a segment."""

from collections.abc import Mapping
from typing import Any

from apps.aggregation.requests import IngestRequest
from apps.aggregation.values import integer_of, is_truthy, text_of
from apps.applications.info import ApplicationInfo
from plugins.star_rating.documents import COMBINED, EVENT, RATING, RATINGS, UNDEFINED, combined

PARAMETERS = frozenset({"events"})
KEYS = frozenset({EVENT})
LONGEST_PART = 100  # characters of a platform or version in the combined value
NAMED = ("platform", "app_version", "widget_id")


def complete_ratings(request: IngestRequest, application: ApplicationInfo) -> Mapping[str, Any] | None:
    if not request.event_keys(KEYS):
        return None
    return {"events": [_completed(event) if event.get("key") == EVENT else event for event in request.events()]}


def rating_of(value: Any) -> int | None:
    """None for what is no number from 1 to 5."""
    number = integer_of(value)
    return int(number) if number is not None and number in RATINGS else None


def _completed(event: dict[str, Any]) -> dict[str, Any]:
    sent = event.get("segmentation")
    segments = dict(sent) if isinstance(sent, dict) else {}
    for name in NAMED:
        segments[name] = text_of(segments[name]) if is_truthy(segments.get(name)) else UNDEFINED
    rating = rating_of(segments.get(RATING))
    segments[RATING] = UNDEFINED if rating is None else rating
    if rating is not None:
        segments["ratingSum"] = rating
    platform, version, widget_id = (segments[name][:LONGEST_PART] for name in NAMED)
    segments[COMBINED] = combined(platform, version, segments[RATING], widget_id)
    return {**event, "segmentation": segments}
