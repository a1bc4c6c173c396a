"""Trouble that meets every request is told in one line now and then, with how often it came."""

import logging
import threading
import time
from collections.abc import Callable

EVERY_SECONDS = 30.0


class SparseLog:
    """The first time at once; what comes within `every_seconds` is counted, and told with the next line."""

    def __init__(
        self,
        logger: logging.Logger,
        *,
        every_seconds: float = EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._logger = logger
        self._every_seconds = every_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._told_at: dict[str, float] = {}
        self._untold: dict[str, int] = {}

    def error(self, trouble: str, error: Exception) -> None:
        """`trouble` is one of a few fixed texts."""
        now = self._clock()
        with self._lock:
            if now - self._told_at.get(trouble, -self._every_seconds) < self._every_seconds:
                self._untold[trouble] = self._untold.get(trouble, 0) + 1
                return
            self._told_at[trouble] = now
            untold = self._untold.pop(trouble, 0)
        more = f" ({untold} more since the last line)" if untold else ""
        self._logger.error("%s: %s%s", trouble, error, more)
