"""A lease on work that takes long, renewed beside the work as long as its process lives."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections
from pymongo.errors import PyMongoError
from redis.exceptions import LockNotOwnedError, RedisError

logger = logging.getLogger(__name__)

#: So often a worker says that it is still at it. It is taken for dead when it has not said so for the longer time.
RENEWAL_SECONDS, LEASE_SECONDS = 5.0, 30.0


@contextmanager
def kept_renewed(name: str, renew: Callable[[], bool]) -> Iterator[threading.Event]:
    """`renew` answers whether the lease is still ours; the event is set when it is not."""
    is_over, is_lost = threading.Event(), threading.Event()

    def run() -> None:
        try:
            while not is_over.wait(RENEWAL_SECONDS):
                try:
                    if not renew():
                        is_lost.set()
                except LockNotOwnedError:
                    is_lost.set()
                except (PyMongoError, RedisError):
                    logger.warning("%s could not say that it is alive", name)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, name=f"lease-{name[:40]}", daemon=True)
    thread.start()
    try:
        yield is_lost
    finally:
        is_over.set()
        thread.join()
