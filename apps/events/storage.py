"""What is stored of events beside their counters: the list of an application with how it is shown, and the groups."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.client_session import ClientSession

from apps.aggregation import documents
from apps.core import mongo

GROUPS = "event_groups"

EventList = dict[str, Any]
Fields = dict[str, Any]
Group = dict[str, Any]


class NoEvents(Exception):
    """The application never had an event, so there is no list to change."""


def event_list(application_id: str) -> EventList:
    """Raises NoEvents."""
    return _found(mongo.collection(documents.EVENTS).find_one({"_id": documents.events_id(application_id)}))


def change_event_list(application_id: str, change: Callable[[EventList], Fields]) -> tuple[EventList, Fields]:
    """Stores the fields that `change` makes of the list, and answers with both. Nobody else's change is lost: a flush
    that adds events at the same time repeats one of the two. Raises NoEvents."""

    def work(session: ClientSession) -> tuple[EventList, Fields]:
        collection, wanted = mongo.collection(documents.EVENTS), {"_id": documents.events_id(application_id)}
        before = _found(collection.find_one(wanted, session=session))
        fields = change(before)
        if fields:
            collection.update_one(wanted, {"$set": fields}, session=session)
        return before, fields

    return mongo.in_transaction(work)


def groups(application_id: str) -> list[Group]:
    """In their order."""
    found = mongo.collection(GROUPS).find({"app_id": application_id})
    return list(found.sort([("order", ASCENDING), ("_id", ASCENDING)]))


def insert_group(group: Group) -> None:
    mongo.collection(GROUPS).insert_one(group)


def change_groups(application_id: str, changes: Mapping[str, Fields]) -> int:
    """Group -> its new fields. How many of the groups exist; those of other applications do not."""
    operations = [
        UpdateOne({"_id": group_id, "app_id": application_id}, {"$set": fields}) for group_id, fields in changes.items()
    ]
    return mongo.collection(GROUPS).bulk_write(operations).matched_count if operations else 0


def remove_groups(application_id: str, group_ids: Iterable[str]) -> int:
    wanted = {"_id": {"$in": list(group_ids)}, "app_id": application_id}
    return mongo.collection(GROUPS).delete_many(wanted).deleted_count


def remove_groups_of_application(application_id: str) -> None:
    mongo.collection(GROUPS).delete_many({"app_id": application_id})


def take_events_out_of_groups(application_id: str, events: list[str]) -> None:
    mongo.collection(GROUPS).update_many({"app_id": application_id}, {"$pull": {"source_events": {"$in": events}}})


def _found(document: EventList | None) -> EventList:
    if document is None:
        raise NoEvents
    return document
