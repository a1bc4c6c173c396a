"""What a batch has to know beside its requests: limits, event lists, places."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bson import ObjectId
from pymongo.client_session import ClientSession

from apps.aggregation import documents
from apps.aggregation.known_values import EventsDocument
from apps.aggregation.limits import Limits
from apps.applications import sketch_coverage
from apps.applications.info import ApplicationInfo
from apps.core import clock, mongo
from apps.plugin_api import configuration

LAST_DATA_SECONDS = 86_400


def limits_of(applications: Mapping[str, ApplicationInfo]) -> dict[str, Limits]:
    return {
        application_id: Limits.from_settings(
            configuration.read("api", application), configuration.read("users", application)
        )
        for application_id, application in applications.items()
    }


def events_documents(applications: Mapping[str, ApplicationInfo], session: ClientSession) -> dict[str, EventsDocument]:
    collection = mongo.collection(documents.EVENTS)
    found: dict[str, EventsDocument] = {}
    for application_id in applications:
        document: dict[str, Any] | None = collection.find_one(
            {"_id": documents.events_id(application_id)}, session=session
        )
        found[application_id] = EventsDocument.from_document(document)
    return found


def note_data(applications: Mapping[str, ApplicationInfo], accepted: Iterable[str], used: Collection[str]) -> None:
    """`apps.last_data`, refreshed at most once a day: made-up traffic (`populator`) is no data in that sense. And that
    from now on the users of whole days are in sketches."""
    now = clock.now_s()
    for application_id in accepted:
        if application_id in used and now - applications[application_id].last_data > LAST_DATA_SECONDS:
            mongo.collection("apps").update_one({"_id": ObjectId(application_id)}, {"$set": {"last_data": now}})
        if applications[application_id].unique_since is None:
            sketch_coverage.begin_tomorrow(applications[application_id])
