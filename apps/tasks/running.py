"""Runs the tasks that wait. A worker that dies leaves its task with a lease that ends; the sweep says so to people."""

import logging
import threading
from functools import partial

from apps.core.signs_of_life import kept_renewed
from apps.tasks import records, results
from apps.tasks.kinds import KINDS, Cancelled, Running

logger = logging.getLogger(__name__)

LONGEST_ERROR = 500  # characters
PROGRESS_STEP = 0.01


def run_waiting() -> int:
    """All that wait, one after the other; how many."""
    number = 0
    while task := records.claim():
        run(task)
        number += 1
    return number


def run(task: records.Task) -> None:
    """A claimed one. Never raises for what the task does."""
    task_id = str(task["_id"])
    kind = KINDS.get(str(task.get("kind")))
    if kind is None:
        records.finish(task_id, {"status": records.ERRORED, "errormsg": "What this task does is switched off"})
        return
    with kept_renewed(task_id, partial(records.renew, task_id)) as is_lost:
        progress = _Progress(task_id, is_lost)
        running = Running(
            id=task_id,
            arguments=task.get("arguments") or {},
            creator=str(task.get("creator") or ""),
            application_id=str(task.get("app_id") or ""),
            progress=progress,
        )
        try:
            fields = {"status": records.COMPLETED, "errormsg": "", "progress": 1.0}
            fields |= results.store(task_id, kind.run(running))
        except Cancelled:
            fields = {"status": records.STOPPED}
        except Exception as error:
            # Whatever a kind raises is told with its task; the next one must be run.
            logger.exception("the task %s (%s) failed", task_id, task.get("kind"))
            fields = {"status": records.ERRORED, "errormsg": (str(error) or type(error).__name__)[:LONGEST_ERROR]}
    if not records.finish(task_id, fields) and records.get(task_id) is None:
        results.remove(task_id)  # deleted while it ran


class _Progress:
    def __init__(self, task_id: str, is_lost: threading.Event) -> None:
        self._task_id = task_id
        self._is_lost = is_lost
        self._told = 0.0

    def __call__(self, share: float) -> None:
        if self._is_lost.is_set():
            raise Cancelled
        if share - self._told >= PROGRESS_STEP:
            self._told = share
            if not records.change(self._task_id, {"progress": min(share, 1.0)}):
                raise Cancelled
