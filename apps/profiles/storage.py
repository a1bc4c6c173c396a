"""Profiles of an application's users, and the collection of exports made of them."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import redis
from bson import ObjectId
from pymongo import ASCENDING
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from apps.aggregation import documents
from apps.core import clock, mongo
from apps.core.keys import uid_text
from apps.plugin_api import counter_versions

logger = logging.getLogger(__name__)

EXPORTS = "exports"
IDS_PER_WRITE = 50
IDS_PER_LOOK = 1_000
ROWS_PER_WRITE = 500
RUN_TIME = timedelta(days=1)  # of an export; what is older and not shown was left by a worker that died
HIDDEN = dict.fromkeys(documents.INTERNAL_FIELDS, 0)

Profile = dict[str, Any]


def profiles(application_id: str) -> "Collection[Profile]":
    return mongo.collection(documents.profiles_collection(application_id))


def page(
    application_id: str, wanted: dict[str, Any], sort: tuple[str, int], start: int, length: int
) -> tuple[list[Profile], int]:
    """A page of the profiles that match, and how many match."""
    found = profiles(application_id).find(wanted, HIDDEN).sort([sort, ("_id", ASCENDING)])
    rows = list(found.skip(start).limit(length))
    return rows, count(application_id, wanted)


def count(application_id: str, wanted: dict[str, Any] | None = None) -> int:
    if not wanted:
        return profiles(application_id).estimated_document_count()
    return profiles(application_id).count_documents(wanted)


def one(application_id: str, wanted: dict[str, Any]) -> Profile | None:
    return profiles(application_id).find_one(wanted, HIDDEN)


def matching(
    application_id: str, wanted: dict[str, Any], most: int, session: ClientSession | None = None
) -> list[Profile]:
    """`_id`, `uid` and `did` of at most so many that match."""
    return list(profiles(application_id).find(wanted, ["_id", "uid", "did"], session=session).limit(most))


def are_all_there(application_id: str, ids: Sequence[str]) -> bool:
    """Also those that became one with another user."""
    aliases = mongo.collection(documents.aliases_collection(application_id))
    for start in range(0, len(ids), IDS_PER_LOOK):
        chosen = ids[start : start + IDS_PER_LOOK]
        found = {profile["_id"] for profile in profiles(application_id).find({"_id": {"$in": chosen}}, ["_id"])}
        missing = [profile_id for profile_id in chosen if profile_id not in found]
        if missing and aliases.count_documents({"_id": {"$in": missing}}) < len(missing):
            return False
    return True


def update(application_id: str, ids: Sequence[str], operators: dict[str, Any], session: ClientSession) -> None:
    for start in range(0, len(ids), IDS_PER_WRITE):
        chosen = {"_id": {"$in": list(ids[start : start + IDS_PER_WRITE])}}
        profiles(application_id).update_many(chosen, operators, session=session)


def note_change(application_id: str) -> None:
    """After profiles were written or removed, for what keeps counts of them. Without Redis they are read anew until it
    answers again, and at last when the versions expire."""
    try:
        counter_versions.renew_months({application_id: [counter_versions.PROFILES]})
    except redis.RedisError:
        logger.warning("counts of users may be old for an hour", exc_info=True)


def insert(application_id: str, profile: Profile) -> bool:
    """False when there is one with this `_id` already."""
    try:
        profiles(application_id).insert_one(profile)
    except DuplicateKeyError:
        return False
    return True


def next_uid(application_id: str) -> str:
    """Never given twice, also not by a flush."""
    after = mongo.collection("apps").find_one_and_update(
        {"_id": ObjectId(application_id)}, {"$inc": {"seq": 1}}, {"seq": 1}, return_document=True
    )
    return uid_text(int((after or {}).get("seq") or 1))


def ids_there(application_id: str, ids: Sequence[str], session: ClientSession) -> set[str]:
    found = profiles(application_id).find({"_id": {"$in": list(ids)}}, ["_id"], session=session)
    return {profile["_id"] for profile in found}


def reserve_uids(application_id: str, generation: int, number: int, session: ClientSession) -> list[str] | None:
    """As `next_uid`. None when the application has another generation, or is gone; a removal of its data that begins
    before the transaction ends waits for it, or makes it begin anew."""
    wanted = {"_id": ObjectId(application_id), "generation": generation or {"$in": [0, None]}}
    before = mongo.collection("apps").find_one_and_update(
        wanted, {"$inc": {"seq": number}}, {"seq": 1}, session=session
    )
    if before is None:
        return None
    first = int(before.get("seq") or 0) + 1
    return [uid_text(each) for each in range(first, first + number)]


def insert_many(application_id: str, new: list[Profile], session: ClientSession) -> None:
    profiles(application_id).insert_many(new, session=session)


def session_counts(application_id: str, wanted: dict[str, Any]) -> dict[int, int]:
    """Number of sessions -> number of users."""
    groups = profiles(application_id).aggregate(
        [{"$match": {**wanted, "sc": {"$gt": 0}}}, {"$group": {"_id": "$sc", "users": {"$sum": 1}}}]
    )
    return {int(group["_id"]): group["users"] for group in groups}


def history(application_id: str, uid: str, most: int) -> list[dict[str, Any]]:
    """The changes of the user's metrics, the newest first."""
    changes = mongo.collection(documents.metric_changes_collection(application_id))
    return list(changes.find({"uid": uid}, {"_id": 0}).sort("ts", -1).limit(most))


def insert_changes(application_id: str, changes: list[dict[str, Any]], session: ClientSession) -> None:
    mongo.collection(documents.metric_changes_collection(application_id)).insert_many(changes, session=session)


# Exports --------------------------------------------------------------------------------------------------------------


# Each making of an export writes its rows under a run of its own, so that two at the same time leave each other alone.
# A document beside the rows, which bears the export's id, says which run is shown. Rows of the original have no run.

RUN, SHOWN = "_run", "_shown"


def write_run(export_id: str, run: ObjectId, rows: Iterable[dict[str, Any]]) -> int:
    """How many rows. Nobody is shown them before `show_run`."""
    waiting: list[dict[str, Any]] = []
    written = 0
    for row in rows:
        waiting.append({**row, "_eid": export_id, RUN: run})
        if len(waiting) == ROWS_PER_WRITE:
            written += _write(waiting)
            waiting = []
    return written + _write(waiting)


def _write(rows: list[dict[str, Any]]) -> int:
    return len(mongo.collection(EXPORTS).insert_many(rows).inserted_ids) if rows else 0


def show_run(export_id: str, run: ObjectId) -> None:
    """In the place of the run that was shown until now."""
    shown = {"$set": {"_eid": export_id, SHOWN: run}}
    former = mongo.collection(EXPORTS).find_one_and_update({"_id": export_id}, shown, upsert=True)
    killed = {"$lt": ObjectId.from_datetime(clock.now() - RUN_TIME)}
    gone = [{RUN: former[SHOWN] if former else None, SHOWN: None}, {RUN: {**killed, "$ne": run}}]
    mongo.collection(EXPORTS).delete_many({"_eid": export_id, "$or": gone})


def remove_run(export_id: str, run: ObjectId) -> None:
    mongo.collection(EXPORTS).delete_many({"_eid": export_id, "$or": [{RUN: run}, {SHOWN: run}]})


def count_run(export_id: str, run: ObjectId) -> int:
    return mongo.collection(EXPORTS).count_documents({"_eid": export_id, RUN: run})


def shown_run(export_id: str) -> ObjectId | None:
    shown = mongo.collection(EXPORTS).find_one({"_id": export_id})
    return shown[SHOWN] if shown else None


def export_rows(export_id: str) -> Iterator[dict[str, Any]]:
    yield from mongo.collection(EXPORTS).find({"_eid": export_id, RUN: shown_run(export_id)})


def remove_exports(export_ids: Sequence[str]) -> None:
    for start in range(0, len(export_ids), IDS_PER_WRITE):
        chosen = list(export_ids[start : start + IDS_PER_WRITE])
        mongo.collection(EXPORTS).delete_many({"_eid": {"$in": chosen}})


def exports_with_users(application_id: str, uids: Sequence[str]) -> list[str]:
    """Ids of all exports in which one of the users is."""
    found: set[str] = set()
    for start in range(0, len(uids), IDS_PER_WRITE):
        chosen = {"_eid": _of_application(application_id), "uid": {"$in": list(uids[start : start + IDS_PER_WRITE])}}
        found.update(mongo.collection(EXPORTS).distinct("_eid", chosen))
    return sorted(found)


def remove_exports_of_application(application_id: str) -> None:
    mongo.collection(EXPORTS).delete_many({"_eid": _of_application(application_id)})


def _of_application(application_id: str) -> dict[str, str]:
    """As a range, which an index answers."""
    return {"$gte": f"appUser_{application_id}_", "$lt": f"appUser_{application_id}`"}  # ` comes after _
