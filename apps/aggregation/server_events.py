"""Events that the server itself makes, for instance of messages it has sent: counted as those of SDKs, without a user.

Not pure: it reads and writes in the transaction of the caller, who records there that it has happened.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from pymongo.client_session import ClientSession

from apps.aggregation import documents
from apps.aggregation.batchers import WriteBatcher
from apps.aggregation.events import EventContext
from apps.aggregation.increments import Increments
from apps.aggregation.known_values import EventsDocument, Sets, ZeroDocument, sets_of
from apps.aggregation.limits import Limits
from apps.aggregation.segmentation import count_segments
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects, Tallies
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.core.timebuckets import buckets
from apps.plugin_api import configuration


class ServerEvent(NamedTuple):
    key: str
    at_ms: int
    number: int
    segmentation: dict[str, Any]


def count_events(application: ApplicationInfo, events: Sequence[ServerEvent], session: ClientSession) -> None:
    """Flushes may write the same counters: the transaction may have to be repeated, and must be made for that."""
    limits = Limits.from_settings(configuration.read("api", application), configuration.read("users", application))
    stored = mongo.collection(documents.EVENTS).find_one({"_id": documents.events_id(application.id)}, session=session)
    context = EventContext(application, limits, EventsDocument.from_document(stored), frozenset())
    effects, tallies = Effects(), Tallies()
    for event in events:
        if event.key not in context.document.segments:
            effects.event_segments.setdefault(event.key, set())
        time, amounts = buckets(event.at_ms, application.timezone), (event.number, 0, 0)
        effects.events.append(((application.id, time, event.key), amounts))
        count_segments(event.segmentation, event.key, time, amounts, context, effects)
    tallies.take(effects)
    increments = Increments(Shard(), {application.id: limits}, _StoredValues(session))
    increments.take(tallies)
    writes = WriteBatcher()
    increments.write(writes)
    if effects.event_segments:
        added: dict[str, Any] = {"list": {"$each": sorted(effects.event_segments)}}
        for key, segments in effects.event_segments.items():
            if segments:
                added[f"segments.{documents.event_field(key)}"] = {"$each": sorted(segments)}
        writes.update(documents.EVENTS, documents.events_id(application.id), {"$addToSet": added})
    writes.write(mongo.database(), session)


class _StoredValues:
    def __init__(self, session: ClientSession) -> None:
        self._session = session

    def load(self, wanted: Collection[ZeroDocument]) -> Mapping[ZeroDocument, Sets]:
        found: dict[ZeroDocument, Sets] = {}
        for collection in {collection for collection, _ in wanted}:
            ids = [document_id for of, document_id in wanted if of == collection]
            cursor = mongo.collection(collection).find({"_id": {"$in": ids}}, session=self._session)
            found.update({(collection, document["_id"]): sets_of(document) for document in cursor})
        return found
