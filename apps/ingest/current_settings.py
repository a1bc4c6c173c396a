"""The settings `api` and `security`, for the event loop, which waits for the database only where nothing is known or
what is known is old: for the first question, and for the first ones after a time without any."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError
from pymongo.errors import PyMongoError

from apps.applications.info import ApplicationInfo
from apps.plugin_api import configuration

REFRESH_SECONDS = 2.0
#: Values that are older are read before they are used: nobody asked meanwhile, and somebody may have changed them.
OLDEST_SECONDS = 3.0
#: For how long from its beginning such a reading keeps questions waiting, should the database not answer.
LONGEST_WAIT_SECONDS = 0.5

NAMESPACES = ("api", "security")

logger = logging.getLogger(__name__)
_values: Mapping[str, Mapping[str, Any]] = {}  # by namespace; empty: never read
_reading: "asyncio.Future[None] | None" = None
_next_reading = 0.0  # time.monotonic(), as the next
_last_reading = 0.0  # when the last one ended, also when it failed


async def api_settings(application: ApplicationInfo | None = None) -> Mapping[str, Any]:
    """Values hold while new ones are read, unless they are older than OLDEST_SECONDS, and for as long as the database
    does not answer.

    Raises errors of the database when nothing has ever been read.
    """
    return configuration.with_overrides((await _current())["api"], "api", application)


async def security_settings() -> Mapping[str, Any]:
    """As `api_settings`; no application has its own."""
    return (await _current())["security"]


async def _current() -> Mapping[str, Mapping[str, Any]]:
    global _reading, _next_reading
    now = time.monotonic()
    if (now >= _next_reading or not _values) and (_reading is None or _reading.done()):
        _next_reading = now + REFRESH_SECONDS
        _reading = asyncio.get_running_loop().run_in_executor(None, _read)
    if not _values and _reading is not None:
        # Shielded: a client that hangs up must not cancel the read for the others.
        await asyncio.shield(_reading)
    elif _reading is not None and not _reading.done() and now - _last_reading > OLDEST_SECONDS:
        patience = _next_reading - REFRESH_SECONDS + LONGEST_WAIT_SECONDS - now
        if patience > 0:
            await asyncio.wait({_reading}, timeout=patience)
    return _values


def forget() -> None:
    """The next question waits for the database."""
    global _values, _reading
    _values, _reading = {}, None


def _read() -> None:
    global _values, _last_reading
    try:
        _values = {namespace: configuration.read(namespace) for namespace in NAMESPACES}
    except (PyMongoError, DatabaseError) as error:
        if not _values:
            raise
        logger.warning("Settings cannot be read, the old ones hold: %s", error)
    finally:
        _last_reading = time.monotonic()
