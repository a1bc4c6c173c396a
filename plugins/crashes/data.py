"""How crashes go with an application and with a user, and how they follow a user whose id changes."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy
from pymongo.client_session import ClientSession

from apps.aggregation.merges import Merge
from apps.aggregation.removal import of_counters
from apps.aggregation.user_data import UserData, of_collection
from apps.aggregation.values import is_truthy, stored_integer
from apps.applications.data import ApplicationData, Horizon
from apps.core import mongo
from apps.core.texts import Text
from plugins.crashes import documents, happenings, storage

PREFIXES = (documents.REPORTS_PREFIX, documents.GROUPS_PREFIX, documents.USERS_PREFIX)


def of_application(title: Any) -> ApplicationData:
    counted = of_counters(title, documents.COUNTERS)

    def clear(application_id: str) -> None:
        for prefix in PREFIXES:
            mongo.collection(prefix + application_id).delete_many({})
        mongo.collection(documents.SHARES).delete_many({"app_id": application_id})
        if counted.clear:
            counted.clear(application_id)

    def clear_older(application_id: str, horizon: Horizon) -> None:
        """Groups stay, with what was counted of them: they tell which crashes are known."""
        mongo.collection(documents.reports_collection(application_id)).delete_many({"ts": {"$lt": horizon.since_s}})
        if counted.clear_older:
            counted.clear_older(application_id, horizon)

    return ApplicationData(title, clear, clear_older)


def of_users(title: Any) -> UserData:
    reports = of_collection(title, documents.REPORTS_PREFIX)
    groups = of_collection(title, documents.USERS_PREFIX)

    def export(application_id: str, uids: Sequence[str]) -> Iterable[tuple[str, Iterable[dict[str, Any]]]]:
        for data in (reports, groups):
            if data.export:
                yield from data.export(application_id, uids)

    def delete(application_id: str, uids: Sequence[str]) -> None:
        for uid in uids:
            mongo.in_transaction(partial(_release, application_id, uid))
        if reports.delete:
            reports.delete(application_id, uids)

    def merge(merge: Merge, session: ClientSession) -> None:
        if reports.merge:
            reports.merge(merge, session)
        _unite(merge, session)

    return UserData(title, export, delete, merge, told, reports.newest, "crashes")


def told(report: Mapping[str, Any]) -> tuple[Text, str]:
    return gettext_lazy("Crash"), happenings.first_line(report.get("name") or report.get("error"))


def _release(application_id: str, uid: str, session: ClientSession) -> None:
    """Groups and totals have one user less. What was counted over time stays, as for all other counters."""
    collection = mongo.collection(documents.users_collection(application_id))
    had = list(collection.find({"uid": uid}, session=session))
    summary = next((each for each in had if each.get("group") == documents.EVERYTHING), {})
    ids = [str(each["group"]) for each in had if each.get("group") != documents.EVERYTHING]
    for group in storage.groups_named(application_id, ids, session):
        storage.change_group(application_id, group["_id"], {"$inc": {"users": -1}}, session)
    users = -1 if stored_integer(summary.get("crashes")) else 0
    fatal = -1 if stored_integer(summary.get("fatal")) else 0
    storage.add_to_totals(application_id, {"users": users, "usersfatal": fatal}, session)
    collection.delete_many({"uid": uid}, session=session)


def _unite(merge: Merge, session: ClientSession) -> None:
    collection = mongo.collection(documents.users_collection(merge.application_id))
    old = list(collection.find({"uid": merge.from_uid}, session=session))
    if not old:
        return
    new = {each.get("group"): each for each in collection.find({"uid": merge.into_uid}, session=session)}
    shared = [str(each["group"]) for each in old if each.get("group") in new and each.get("group") != 0]
    for each in old:
        group = each.get("group")
        if group not in new:
            collection.update_one({"_id": each["_id"]}, {"$set": {"uid": merge.into_uid}}, session=session)
            continue
        if group != documents.EVERYTHING:
            both = {
                "$inc": {"reports": _number(each, "reports")},
                "$max": {name: _number(each, name) for name in ("last", "sessions")},
            }
            collection.update_one({"_id": new[group]["_id"]}, both, session=session)
        collection.delete_one({"_id": each["_id"]}, session=session)
    fatal_shared = 0
    for one in storage.groups_named(merge.application_id, shared, session):
        storage.change_group(merge.application_id, one["_id"], {"$inc": {"users": -1}}, session)
        fatal_shared += not is_truthy(one.get("nonfatal"))
    before = next((each for each in old if each.get("group") == documents.EVERYTHING), None)
    kept = new.get(documents.EVERYTHING)
    if before is None or kept is None:
        return
    added = {
        "crashes": _number(before, "crashes") - len(shared),
        "fatal": _number(before, "fatal") - fatal_shared,
    }
    collection.update_one({"_id": kept["_id"]}, {"$inc": added}, session=session)
    totals = {
        "users": -1 if _number(before, "crashes") and _number(kept, "crashes") else 0,
        "usersfatal": -1 if _number(before, "fatal") and _number(kept, "fatal") else 0,
    }
    storage.add_to_totals(merge.application_id, totals, session)


def _number(stored: dict[str, Any], field: str) -> int:
    return stored_integer(stored.get(field)) or 0
