"""The beat asks for the tasks that are due, as a role of its own or as a thread of the one worker of `manage.py up`."""

import logging
import os
import threading
import time
from typing import Any

from celery import current_app
from celery.beat import PersistentScheduler, Service

from apps.system import heartbeat
from apps.system.supervision.roles import BEAT_FILE_VARIABLE

logger = logging.getLogger(__name__)

RESTART_PAUSE_SECONDS = 5.0
#: More than the drains that can be asked for at once, one for each of at most 64 shards.
MAX_MESSAGES_WAITING = 100


class Scheduler(PersistentScheduler):
    """Asks for nothing while that many messages wait: they would pile up in Redis when no worker runs for days."""

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **options: Any) -> Any:
        if heartbeat.messages_waiting() >= MAX_MESSAGES_WAITING:
            return None
        return super().apply_async(entry, producer=producer, advance=advance, **options)  # type: ignore[no-untyped-call]  # Celery has no types


def start_thread() -> None:
    """A process of its own would cost 40 MB, and would outlive a worker that is killed. Only for `manage.py up`."""
    if schedule := os.environ.get(BEAT_FILE_VARIABLE):
        threading.Thread(target=_run, args=[schedule], name="beat", daemon=True).start()


def _run(schedule: str) -> None:
    while True:
        try:
            Service(current_app, schedule_filename=schedule, scheduler_cls=Scheduler).start()  # type: ignore[no-untyped-call]  # Celery has no types
        except Exception:
            logger.exception("The beat stopped; it starts again in %s s", RESTART_PAUSE_SECONDS)
        time.sleep(RESTART_PAUSE_SECONDS)
