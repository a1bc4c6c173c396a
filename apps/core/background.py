"""Small work that nobody waits for, in threads of this process. At most once: what must not be lost is no such work."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from django.db import connections

logger = logging.getLogger(__name__)

THREADS = 2
MAX_WAITING = 1_000  # more are refused, with an error in the log

_changed = threading.Condition()
_unfinished = 0


def run_soon(name: str, work: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """Returns at once, so that the time of an answer says nothing of the work. A failure is logged under `name`; the
    arguments are not, they may be secret."""
    global _unfinished
    with _changed:
        if _unfinished >= MAX_WAITING:
            logger.error("%s not done: %s pieces of work are waiting", name, MAX_WAITING)
            return
        _unfinished += 1
    _threads().submit(_run, name, work, args, kwargs)


def wait_for_all() -> None:
    """For tests: returns when all that `run_soon` took is done, also what that work began."""
    with _changed:
        _changed.wait_for(lambda: not _unfinished)


def _run(name: str, work: Callable[..., object], args: Any, kwargs: Any) -> None:
    global _unfinished
    try:
        work(*args, **kwargs)
    except Exception:
        logger.exception("%s failed", name)
    finally:
        connections.close_all()
        with _changed:
            _unfinished -= 1
            _changed.notify_all()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="background")
