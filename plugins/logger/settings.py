"""Whether requests are logged: for all, for one application, and how many of them in a minute."""

import threading
import time
from collections.abc import Mapping
from typing import Any

from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.plugin_api import configuration

NAMESPACE = "logger"
ON, OFF, AUTOMATIC = "on", "off", "automatic"
DEFAULTS: dict[str, Any] = {"state": AUTOMATIC, "limit": 1_000}
MINUTE_SECONDS = 60.0
ASKED_EVERY_SECONDS = 10.0


def state_of(application: ApplicationInfo | None) -> str:
    """One of the three; what is none of them counts as automatic."""
    state = str(configuration.read(NAMESPACE, application)["state"])
    return state if state in (ON, OFF) else AUTOMATIC


class Budget:
    """How many requests may still be logged in this minute, in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._spent = 0
        self._some_on = False
        self._asked_at = -ASKED_EVERY_SECONDS

    def left(self) -> int:
        with self._lock:
            now = time.monotonic()
            if now >= self._until:
                self._until, self._spent = now + MINUTE_SECONDS, 0
            return max(int(configuration.read(NAMESPACE)["limit"]) - self._spent, 0)

    def spend(self, number: int) -> None:
        with self._lock:
            self._spent += number

    def is_some_application_on(self) -> bool:
        """Asked of the database now and then only: it decides whether requests are looked at at all."""
        with self._lock:
            now = time.monotonic()
            if now - self._asked_at >= ASKED_EVERY_SECONDS:
                self._asked_at = now
                found = mongo.collection("apps").find_one({f"plugins.{NAMESPACE}.state": ON}, {"_id": 1})
                self._some_on = found is not None
            return self._some_on

    def begin_anew(self) -> None:
        """For tests."""
        with self._lock:
            self._until, self._spent, self._asked_at = 0.0, 0, -ASKED_EVERY_SECONDS


BUDGET = Budget()


def is_logging_anything() -> bool:
    stored: Mapping[str, Any] = configuration.read(NAMESPACE)
    is_on = stored["state"] != OFF and (stored["state"] == ON or BUDGET.left() > 0)
    return is_on or BUDGET.is_some_application_on()
