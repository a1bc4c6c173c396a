"""Groups are deleted with all their reports; the totals and the users give back what they had of them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from pymongo import DeleteOne, UpdateOne
from pymongo.client_session import ClientSession

from apps.aggregation.values import is_truthy, stored_integer
from apps.core import mongo
from plugins.crashes import documents, storage
from plugins.crashes.storage import Document

USERS_PER_STEP = 200


def delete_groups(application_id: str, ids: Sequence[str]) -> list[Document]:
    """The groups that were deleted. May be repeated after it broke off."""
    groups = storage.groups_named(application_id, ids)
    for group in groups:
        group_ids = storage.ids_of(group)
        is_fatal = not is_truthy(group.get("nonfatal"))
        step = partial(_delete_step, application_id, group_ids, is_fatal)
        while not mongo.in_transaction(step):
            pass
        storage.remove_reports(application_id, group_ids)
        storage.remove_share(application_id, str(group["_id"]))
    return groups


def _delete_step(application_id: str, ids: list[str], is_fatal: bool, session: ClientSession) -> bool:
    """Some of the users, each step in a transaction of its own; with the last of them the group. Whether it is gone."""
    if _release_users(application_id, ids, session, is_fatal=is_fatal):
        return False
    for group in storage.groups_named(application_id, ids, session):
        collection = mongo.collection(documents.groups_collection(application_id))
        collection.delete_one({"_id": group["_id"]}, session=session)
        storage.add_to_totals(application_id, _amounts_without(group), session)
    return True


def _release_users(application_id: str, ids: list[str], session: ClientSession, *, is_fatal: bool) -> bool:
    collection = mongo.collection(documents.users_collection(application_id))
    found = list(collection.find({"group": {"$in": ids}}, ["uid"], session=session).limit(USERS_PER_STEP))
    if not found:
        return False
    uids = [str(each["uid"]) for each in found]
    summaries: dict[str, Any] = {}
    for start in range(0, len(uids), storage.IDS_PER_QUERY):
        chosen = {"uid": {"$in": uids[start : start + storage.IDS_PER_QUERY]}, "group": documents.EVERYTHING}
        summaries.update({str(each["uid"]): each for each in collection.find(chosen, session=session)})
    operations: list[Any] = [DeleteOne({"_id": each["_id"]}) for each in found]
    users = fatal_users = 0
    for uid in uids:
        if summary := summaries.get(uid):
            less = {"crashes": -1, "fatal": -1 if is_fatal else 0}
            operations.append(UpdateOne({"_id": summary["_id"]}, {"$inc": less}))
            users += stored_integer(summary.get("crashes")) == 1
            fatal_users += is_fatal and stored_integer(summary.get("fatal")) == 1
    collection.bulk_write(operations, session=session)
    storage.add_to_totals(application_id, {"users": -users, "usersfatal": -fatal_users}, session)
    return True


def _amounts_without(group: Document) -> dict[str, Any]:
    reports = stored_integer(group.get("reports")) or 0
    kind = "nonfatal" if is_truthy(group.get("nonfatal")) else "fatal"
    amounts: dict[str, Any] = {"reports": -reports, "crashes": -1, kind: -reports, "loss": -(group.get("loss") or 0)}
    for state, counted in (("is_new", "isnew"), ("is_resolved", "resolved"), ("is_renewed", "reoccurred")):
        amounts[counted] = -1 if is_truthy(group.get(state)) else 0
    values: dict[str, Any] = {"os": _by_platform(group, reports), "app_version": group.get("app_version")}
    for name, numbers in values.items():
        for value, number in numbers.items() if isinstance(numbers, dict) else ():
            amounts[f"{name}.{value}"] = -(stored_integer(number) or 0)
    return amounts


def _by_platform(group: Document, reports: int) -> Any:
    """A group that is not specific to a platform has reports of several, which it counts as `os_name`."""
    if is_truthy(group.get("not_os_specific")) and group.get("os_name"):
        return group["os_name"]
    platform = documents.counted_value(str(group.get("os") or ""))
    return {platform: reports} if platform else {}
