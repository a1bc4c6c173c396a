"""Reads and writes of crashes outside of the counting."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import DESCENDING
from pymongo.client_session import ClientSession

from apps.aggregation.documents import profiles_collection
from apps.core import mongo
from plugins.crashes import documents

Document = dict[str, Any]
IDS_PER_QUERY = 50


def groups_named(application_id: str, ids: Sequence[str], session: ClientSession | None = None) -> list[Document]:
    """Those that exist, each once, whichever of its ids is named."""
    collection = mongo.collection(documents.groups_collection(application_id))
    found: dict[Any, Document] = {}
    for start in range(0, len(ids), IDS_PER_QUERY):
        chosen = {"groups": {"$in": list(ids[start : start + IDS_PER_QUERY])}}
        for group in collection.find(chosen, session=session):
            found[group["_id"]] = group
    return list(found.values())


def ids_of(group: Document) -> list[str]:
    """Its own, and those of the groups that were united with it."""
    return list(dict.fromkeys([str(group["_id"]), *(str(each) for each in group.get("groups") or ())]))


def group(application_id: str, group_id: str) -> Document | None:
    found = groups_named(application_id, [group_id])
    return found[0] if found else None


def totals(application_id: str, session: ClientSession | None = None) -> Document:
    collection = mongo.collection(documents.groups_collection(application_id))
    return collection.find_one({"_id": documents.META}, session=session) or {}


def change_group(application_id: str, group_id: Any, operators: Document, session: ClientSession | None = None) -> None:
    collection = mongo.collection(documents.groups_collection(application_id))
    collection.update_one({"_id": group_id}, operators, session=session)


def begin_totals(application_id: str) -> None:
    """Readers of the original's layout find a document from the beginning."""
    collection = mongo.collection(documents.groups_collection(application_id))
    collection.update_one({"_id": documents.META}, {"$setOnInsert": {"reports": 0}}, upsert=True)


def add_to_totals(application_id: str, amounts: Mapping[str, int | float], session: ClientSession) -> None:
    added = {name: amount for name, amount in amounts.items() if amount}
    if added:
        collection = mongo.collection(documents.groups_collection(application_id))
        collection.update_one({"_id": documents.META}, {"$inc": added}, upsert=True, session=session)


def change_comment(application_id: str, group_id: Any, path: str, comment_id: str, operators: Document) -> None:
    """Nothing when another comment stands at that place by now."""
    collection = mongo.collection(documents.groups_collection(application_id))
    collection.update_one({"_id": group_id, f"{path}._id": comment_id}, operators)


def page_of_groups(
    application_id: str,
    condition: Document,
    fields: Sequence[str],
    sort: str,
    direction: int,
    start: int,
    length: int,
) -> tuple[list[Document], int]:
    collection = mongo.collection(documents.groups_collection(application_id))
    wanted = {"$and": [{"_id": {"$ne": documents.META}}, condition]}
    rows = (
        collection.find(wanted, list(fields)).sort([(sort, direction), ("_id", DESCENDING)]).skip(start).limit(length)
    )
    return list(rows), collection.count_documents(wanted)


def count_groups(application_id: str, condition: Document) -> int:
    collection = mongo.collection(documents.groups_collection(application_id))
    return collection.count_documents({"$and": [{"_id": {"$ne": documents.META}}, condition]})


def names_of_groups(application_id: str, ids: Sequence[str] | None = None) -> dict[str, str]:
    """By each of their ids; of all groups when no ids are given."""
    collection = mongo.collection(documents.groups_collection(application_id))
    if ids is not None:
        groups: Iterable[Document] = groups_named(application_id, ids)
    else:
        groups = collection.find({"_id": {"$ne": documents.META}}, ["name", "groups"])
    return {
        str(one): str(each.get("name") or "") for each in groups for one in (each["_id"], *(each.get("groups") or ()))
    }


def reports_of(application_id: str, ids: Sequence[str], limit: int, start: int = 0) -> list[Document]:
    """Of the group that has these ids, the newest first."""
    collection = mongo.collection(documents.reports_collection(application_id))
    return list(collection.find({"group": {"$in": list(ids)}}).sort([("ts", DESCENDING)]).skip(start).limit(limit))


def report(application_id: str, report_id: str) -> Document | None:
    collection = mongo.collection(documents.reports_collection(application_id))
    return next(
        (found for each in documents.possible_report_ids(report_id) if (found := collection.find_one({"_id": each}))),
        None,
    )


def remove_reports(application_id: str, ids: Sequence[str]) -> None:
    mongo.collection(documents.reports_collection(application_id)).delete_many({"group": {"$in": list(ids)}})


def users_of(application_id: str, ids: Sequence[str], limit: int = 0) -> list[str]:
    """`uid` of those who had the group."""
    collection = mongo.collection(documents.users_collection(application_id))
    found = collection.find({"group": {"$in": list(ids)}}, ["uid"]).limit(limit)
    return list(dict.fromkeys(str(each.get("uid")) for each in found))


def groups_of_user(application_id: str, uid: str) -> list[Document]:
    collection = mongo.collection(documents.users_collection(application_id))
    return list(collection.find({"uid": uid, "group": {"$ne": documents.EVERYTHING}}))


def count_users(application_id: str) -> int:
    return mongo.collection(profiles_collection(application_id)).estimated_document_count()


# Shares ---------------------------------------------------------------------------------------------------------------
def share(code: str) -> Document | None:
    return mongo.collection(documents.SHARES).find_one({"_id": code})


def put_share(application_id: str, group_id: str) -> None:
    code = documents.share_code(application_id, group_id)
    fields = {"app_id": application_id, "crash_id": group_id}
    mongo.collection(documents.SHARES).update_one({"_id": code}, {"$set": fields}, upsert=True)


def remove_share(application_id: str, group_id: str) -> None:
    mongo.collection(documents.SHARES).delete_one({"_id": documents.share_code(application_id, group_id)})
