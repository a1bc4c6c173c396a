"""Runs of jobs in `jobs`, as stored data has them: one document per run, and one per job for the run to come.

Ours beside the layout's: `current`, on the run to come or under way of which there is one per job, and `lease`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo import DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from apps.core import clock, mongo, schema
from apps.core.signs_of_life import LEASE_SECONDS

COLLECTION = "jobs"
SCHEDULED, RUNNING, DONE, CANCELLED, ABORTED, PAUSED, WAITING, SUSPENDED = range(8)
STATUS_NAMES = ("SCHEDULED", "RUNNING", "DONE", "CANCELLED", "ABORTED", "PAUSED", "WAITING", "SUSPENDED")
KILLED = "The worker that ran it was killed"
KEPT_MS = 24 * 3_600_000  # of finished runs

Run = dict[str, Any]


def register_collection() -> None:
    only_one = IndexModel("name", unique=True, partialFilterExpression={"current": True}, name="one_current_run")
    schema.register_collection(COLLECTION, [only_one, IndexModel("finished")])


def current(name: str) -> Run | None:
    return mongo.collection(COLLECTION).find_one({"name": name, "current": True})


def schedule(name: str, pattern: str, next_ms: int) -> None:
    """The run to come. Does nothing when somebody else was faster."""
    run = {
        "name": name,
        "created": clock.now_ms(),
        "status": SCHEDULED,
        "started": None,
        "finished": None,
        "duration": 0,
        "data": {},
        "schedule": pattern,
        "strict": None,
        "next": next_ms,
        "error": None,
        "current": True,
    }
    try:
        mongo.collection(COLLECTION).insert_one(run)
    except DuplicateKeyError:
        return


def reschedule(run_id: ObjectId, pattern: str, next_ms: int) -> None:
    waiting = {"_id": run_id, "status": SCHEDULED}
    mongo.collection(COLLECTION).update_one(waiting, {"$set": {"schedule": pattern, "next": next_ms}})


def claim(name: str) -> Run | None:
    """The run that is due; nobody else gets it."""
    now_ms = clock.now_ms()
    return mongo.collection(COLLECTION).find_one_and_update(
        {"name": name, "current": True, "status": SCHEDULED, "next": {"$lte": now_ms}},
        {"$set": {"status": RUNNING, "started": now_ms, "lease": _lease()}},
        return_document=True,
    )


def renew(run_id: ObjectId) -> bool:
    held = {"_id": run_id, "status": RUNNING}
    return mongo.collection(COLLECTION).update_one(held, {"$set": {"lease": _lease()}}).matched_count > 0


def finish(run: Run, status: int, error: str | None = None) -> None:
    now_ms = clock.now_ms()
    ended = {"status": status, "finished": now_ms, "duration": now_ms - int(run.get("started") or now_ms)}
    mongo.collection(COLLECTION).update_one(
        {"_id": run["_id"], "status": RUNNING},
        {"$set": {**ended, "error": error}, "$unset": {"current": "", "lease": ""}},
    )


def end_lost() -> None:
    """Runs whose worker died. The next one is scheduled as if they had ended."""
    for run in list(mongo.collection(COLLECTION).find({"current": True, "status": RUNNING})):
        lease = run.get("lease")
        if lease is None or _aware(lease) < clock.now():
            finish(run, ABORTED, KILLED)


def suspend(run_id: ObjectId, is_suspended: bool) -> bool:
    """False when there is no run to come of that id, or it is so already."""
    before, after = (SCHEDULED, SUSPENDED) if is_suspended else (SUSPENDED, SCHEDULED)
    changed = mongo.collection(COLLECTION).update_one(
        {"_id": run_id, "current": True, "status": before}, {"$set": {"status": after}}
    )
    return changed.matched_count > 0


def bring_forward(name: str) -> bool:
    """The run to come is due now. False while it runs or is suspended."""
    changed = mongo.collection(COLLECTION).update_one(
        {"name": name, "current": True, "status": SCHEDULED}, {"$set": {"next": clock.now_ms()}}
    )
    return changed.matched_count > 0


def runs(query: Mapping[str, Any]) -> Iterator[Run]:
    """The newest first."""
    return mongo.collection(COLLECTION).find(query).sort("_id", DESCENDING)


def remove_old() -> int:
    old = {"current": {"$ne": True}, "finished": {"$lt": clock.now_ms() - KEPT_MS}}
    return mongo.collection(COLLECTION).delete_many(old).deleted_count


def _lease() -> datetime:
    return clock.now() + timedelta(seconds=LEASE_SECONDS)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.now().tzinfo)
