"""The same request for each further application that counts it."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from pymongo.errors import PyMongoError

from apps.aggregation.records import Record
from apps.aggregation.values import is_truthy
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.plugin_api.copies import COPIES

CACHE_SECONDS = 2.0
MAX_ENTRIES = 10_000


class _Known(NamedTuple):
    until: float  # time.monotonic()
    overrides: Mapping[str, Any]  # under which it was found
    targets: Sequence[ApplicationInfo]


_known: dict[str, _Known] = {}  # by application id


async def copies_of(record: Record, application: ApplicationInfo, parameters: Mapping[str, Any]) -> list[Record]:
    """None for made-up traffic. Paused applications get none either. Raises errors of the database while nothing is
    remembered."""
    if not application.overrides or application.overrides.keys().isdisjoint(COPIES.names()):
        return []
    if is_truthy(parameters.get("populator")):
        return []
    return [
        msgspec.structs.replace(record, app_id=target.id, app_key=target.key, is_copy=True)
        for target in await _targets_of(application)
        if not target.paused
    ]


def forget() -> None:
    _known.clear()


async def _targets_of(application: ApplicationInfo) -> Sequence[ApplicationInfo]:
    """A change of the application's own settings is seen with them, one of its targets after CACHE_SECONDS, a database
    that is away never."""
    known = _known.get(application.id)
    now = time.monotonic()
    if known is not None and known.until > now and known.overrides == application.overrides:
        return known.targets
    try:
        # In a thread: whether a plugin is on, and what the applications say, may be asked of the database.
        found = await asyncio.to_thread(_closure, application)
    except PyMongoError:
        if known is None:
            raise
        return known.targets
    if len(_known) >= MAX_ENTRIES:
        _known.clear()
    _known[application.id] = _Known(now + CACHE_SECONDS, application.overrides, found)
    return found


def _closure(application: ApplicationInfo) -> list[ApplicationInfo]:
    """Those that it names, those that these name, and so on: each once, and never itself."""
    rules = dict(COPIES.items())
    seen, found, waiting = {application.id}, [], [application]
    while waiting:
        source = waiting.pop(0)
        for namespace, targets_in in rules.items():
            for target_id in targets_in(source.overrides.get(namespace)):
                target = lookup.by_id(target_id) if target_id not in seen else None
                seen.add(target_id)
                if target is not None:
                    found.append(target)
                    waiting.append(target)
    return found
