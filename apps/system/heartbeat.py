"""When a worker last finished a task. The beat asks for one every few seconds, so silence means one of them is gone."""

import time
from typing import Any

from celery import current_app

from apps.core import clock, redis_client

KEY = "tally:worker:last-task"
PAUSE_SECONDS = 5.0

_last_note = 0.0  # time.monotonic()


def note_task(**_: Any) -> None:
    """Receiver of Celery's `task_postrun`; writes at most every few seconds."""
    global _last_note
    if time.monotonic() - _last_note >= PAUSE_SECONDS:
        _last_note = time.monotonic()
        redis_client.client().set(KEY, clock.now_ms())


def seconds_since_last_task() -> float | None:
    """None when no worker has ever finished one."""
    noted: Any = redis_client.client().get(KEY)
    return None if noted is None else max(0.0, (clock.now_ms() - int(noted)) / 1000)


def messages_waiting() -> int:
    """Celery messages that no worker has taken."""
    waiting: Any = redis_client.client().llen(current_app.conf.task_default_queue)
    return int(waiting)
