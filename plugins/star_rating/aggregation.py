"""Keeps each rating with its comment, and adds it to its widget. Pure but for `load`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from apps.aggregation.parts import Concerned, Moment, Part, Reads, Triggers
from apps.aggregation.tallies import Effects
from apps.aggregation.timestamps import resolve_ms
from apps.aggregation.values import is_truthy, text_of
from apps.core.texts import gettext_noop
from plugins.star_rating import documents
from plugins.star_rating.enrichment import KEYS

LONGEST_COMMENT = 5_000  # characters
LONGEST_EMAIL = 320
LONGEST_NAME = 256
NO_RATING = gettext_noop("Rating that is no number from 1 to 5")


@dataclass(slots=True)
class KnownWidgets:
    applications: dict[ObjectId, str]  # widget -> application

    def key(self, widget_id: str, application_id: str) -> ObjectId | None:
        """None for a widget that is gone, or never was of this application: nothing is made for it."""
        key = documents.widget_key(widget_id)
        return key if key is not None and self.applications.get(key) == application_id else None


class Ratings(Part[KnownWidgets]):
    triggers = Triggers(events=KEYS)

    def load(self, concerned: Sequence[Concerned], read: Reads) -> KnownWidgets:
        named = {
            key
            for each in concerned
            for event in each.events
            if event.get("key") == documents.EVENT
            and (key := documents.widget_key((event.get("segmentation") or {}).get("widget_id"))) is not None
        }
        found = read.documents(documents.WIDGETS, named, ["app_id"]) if named else {}
        return KnownWidgets({key: str(widget.get("app_id")) for key, widget in found.items()})

    def count(self, moment: Moment, state: KnownWidgets, effects: Effects) -> None:
        for event in moment.events:
            if event.get("key") != documents.EVENT:
                continue
            segments = event["segmentation"]  # the enrichment saw to it
            rating = segments[documents.RATING]
            if rating == documents.UNDEFINED:
                effects.dropped.append(NO_RATING)
                continue
            effects.inserts.append(
                (documents.feedback_collection(moment.application.id), _document(moment, event, segments))
            )
            if (widget := state.key(segments["widget_id"], moment.application.id)) is not None:
                added = {documents.SUM: rating, documents.COUNT: 1}
                effects.updates.append((documents.WIDGETS, widget, {"$inc": added}))


def _document(moment: Moment, event: dict[str, Any], segments: dict[str, Any]) -> documents.Document:
    record, at_ms = moment.request.record, moment.request.time_ms
    if is_truthy(event.get("timestamp")):
        at_ms = resolve_ms(event["timestamp"], record.received_ms)
    contact = segments.get("contactMe")
    return {
        "email": _text(segments.get("email"), LONGEST_EMAIL) or documents.NO_EMAIL,
        "comment": _text(segments.get("comment"), LONGEST_COMMENT) or documents.NO_COMMENT,
        "ts": at_ms // 1000,
        "device_id": record.device_id,
        "cd": datetime.fromtimestamp(record.received_ms / 1000, UTC),
        "uid": moment.uid,
        "contact_me": contact if contact is None or isinstance(contact, bool) else _text(contact, LONGEST_NAME),
        "rating": segments[documents.RATING],
        "platform": segments["platform"][:LONGEST_NAME],
        "app_version": segments["app_version"][:LONGEST_NAME],
        "widget_id": segments["widget_id"][:LONGEST_NAME],
    }


def _text(value: Any, longest: int) -> str:
    return text_of(value)[:longest].strip() if is_truthy(value) else ""
