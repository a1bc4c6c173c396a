"""A thread beside the worker's own: what takes minutes must not keep the flushes waiting."""

import logging
import threading
from collections.abc import Callable

from django.db import connections

logger = logging.getLogger(__name__)


class Lane:
    """Does one thing at a time. `go` while it is busy makes it look once more when it is done."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self._name = name
        self._work = work
        self._lock = threading.Lock()
        self._is_busy = False
        self._is_asked = False

    def go(self) -> None:
        """Returns at once."""
        with self._lock:
            self._is_asked = True
            if self._is_busy:
                return
            self._is_busy = True
        # A daemon: a worker that is told to stop stops, and the lease of what it was at ends.
        threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def _run(self) -> None:
        try:
            while self._next():
                try:
                    self._work()
                except Exception:
                    # A store that does not answer, for instance: whoever says `go` next tries again.
                    logger.exception("the lane %s broke off", self._name)
        finally:
            connections.close_all()

    def _next(self) -> bool:
        with self._lock:
            self._is_busy, self._is_asked = self._is_asked, False
            return self._is_busy
