"""Tasks in `long_tasks`, as stored data has them. Ours beside the layout's: `kind`, `lease`, `progress`."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pymongo import DESCENDING, ReturnDocument

from apps.core import clock, mongo
from apps.core.signs_of_life import LEASE_SECONDS

COLLECTION = "long_tasks"

RUNNING, RERUNNING, COMPLETED, ERRORED, STOPPED = "running", "rerunning", "completed", "errored", "stopped"
UNFINISHED = (RUNNING, RERUNNING)
KILLED = "Task was killed during server restart."

Task = dict[str, Any]


def insert(task: Task) -> None:
    mongo.collection(COLLECTION).insert_one(task)


def get(task_id: str) -> Task | None:
    return mongo.collection(COLLECTION).find_one({"_id": task_id})


def find(
    query: Mapping[str, Any], *, sort: tuple[str, int] = ("end", DESCENDING), skip: int = 0, limit: int = 0
) -> Iterator[Task]:
    """Without results."""
    return mongo.collection(COLLECTION).find(query, {"data": 0}, sort=[sort], skip=skip, limit=limit)


def count(query: Mapping[str, Any]) -> int:
    return mongo.collection(COLLECTION).count_documents(query)


def change(task_id: str, fields: Mapping[str, Any]) -> bool:
    return mongo.collection(COLLECTION).update_one({"_id": task_id}, {"$set": fields}).matched_count > 0


def remove(task_id: str) -> bool:
    return mongo.collection(COLLECTION).delete_one({"_id": task_id}).deleted_count > 0


def begin_again(task_id: str) -> bool:
    """False while it runs."""
    changed = mongo.collection(COLLECTION).update_one(
        {"_id": task_id, "status": {"$nin": list(UNFINISHED)}},
        {"$set": {"status": RERUNNING, "start": clock.now_ms(), "progress": 0.0}, "$unset": {"lease": "", "dirty": ""}},
    )
    return changed.matched_count > 0


def claim() -> Task | None:
    """The oldest one that waits for a worker; nobody else gets it."""
    return mongo.collection(COLLECTION).find_one_and_update(
        {"status": {"$in": list(UNFINISHED)}, "kind": {"$exists": True}, "lease": {"$exists": False}},
        {"$set": {"lease": _lease()}},
        sort=[("start", 1)],
        return_document=ReturnDocument.AFTER,
    )


def renew(task_id: str) -> bool:
    """False when the task is gone, or was taken for dead."""
    held = {"_id": task_id, "status": {"$in": list(UNFINISHED)}, "lease": {"$exists": True}}
    return mongo.collection(COLLECTION).update_one(held, {"$set": {"lease": _lease()}}).matched_count > 0


def finish(task_id: str, fields: Mapping[str, Any]) -> bool:
    """False when the task is gone, or was taken for dead."""
    changed = mongo.collection(COLLECTION).update_one(
        {"_id": task_id, "status": {"$in": list(UNFINISHED)}},
        {"$set": {"end": clock.now_ms(), **fields}, "$unset": {"lease": ""}},
    )
    return changed.matched_count > 0


def mark_lost() -> int:
    """Tasks whose worker died, and those that another server was at when it was stopped for good. They can be run
    again."""
    lost = {
        "status": {"$in": list(UNFINISHED)},
        "$or": [{"lease": {"$lt": clock.now()}}, {"kind": {"$exists": False}}],
    }
    ended = {"$set": {"status": ERRORED, "errormsg": KILLED, "end": clock.now_ms()}, "$unset": {"lease": ""}}
    return mongo.collection(COLLECTION).update_many(lost, ended).modified_count


def _lease() -> Any:
    return clock.now() + timedelta(seconds=LEASE_SECONDS)
