"""Removes what was counted of single events and of single segments. Nothing may be counted meanwhile."""

from pymongo.collection import Collection

from apps.aggregation import documents, uniques
from apps.aggregation.documents import ALL_EVENTS, event_field
from apps.core import mongo
from apps.core.keys import encode_segment_name

DAYS = range(1, 32)


def remove_event(application_id: str, event: str) -> None:
    """The counters and users of the event, and its part in those of all events and in the stored ranking."""
    counters = _counters()
    counters.delete_many({"a": application_id, "e": event})
    names = [event_field(event)]
    if "." in event and all(event.split(".")):
        names.append(event)  # Countly's documents hold dots as they are, which makes a path of the key
    gone = {f"d.{day}.{name}": "" for day in DAYS for name in names}
    gone.update({f"meta_v2.{documents.ALL_EVENTS_SEGMENT}.{name}": "" for name in names})
    counters.update_many({"a": application_id, "e": ALL_EVENTS}, {"$unset": gone})
    mongo.collection(documents.UNIQUE_SKETCHES).delete_many({"a": application_id, "k": uniques.EVENTS, "v": event})
    ranked = event.replace("$", "&#36;").replace(".", "&#46;")
    mongo.collection(documents.TOP_EVENTS).update_many(
        {"app_id": documents.events_id(application_id)}, {"$unset": {f"data.{ranked}": ""}}
    )


def remove_segment(application_id: str, event: str, segment: str) -> None:
    """The counters by the values of the segment, and the list of these values. Those of the event itself stay."""
    name = encode_segment_name(segment)
    if not name or name == documents.NO_SEGMENT:
        return
    counters = _counters()
    counters.delete_many({"a": application_id, "e": event, "s": name})
    counters.update_many(
        {"a": application_id, "e": event, "s": documents.NO_SEGMENT},
        {"$unset": {f"meta_v2.{name}": "", f"meta_v2.segments.{name}": ""}},
    )


def _counters() -> "Collection[mongo.Document]":
    return mongo.collection(documents.EVENTS_DATA)
