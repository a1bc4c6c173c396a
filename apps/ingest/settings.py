"""The settings `api`, for the event loop: only the first question ever waits for the database."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from pymongo.errors import PyMongoError

from apps.applications.info import ApplicationInfo
from apps.plugin_api import configuration

REFRESH_SECONDS = 2.0

logger = logging.getLogger(__name__)
_values: Mapping[str, Any] = {}  # empty: never read
_next_read = 0.0  # time.monotonic()


async def api_settings(application: ApplicationInfo | None = None) -> Mapping[str, Any]:
    """Old values hold while new ones are read, and as long as the database does not answer."""
    global _next_read
    now = time.monotonic()
    if now >= _next_read or not _values:
        _next_read = now + REFRESH_SECONDS
        reading = asyncio.get_running_loop().run_in_executor(None, _read)
        if not _values:
            await reading
    return configuration.with_overrides(_values, "api", application)


def forget() -> None:
    global _values
    _values = {}


def _read() -> None:
    global _values
    try:
        _values = configuration.read("api")
    except PyMongoError as error:
        logger.warning("Settings cannot be read, the old ones hold: %s", error)
