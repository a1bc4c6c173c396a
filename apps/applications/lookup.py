"""From an app key or id to the application, at the rate of the road in."""

import asyncio
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from bson import ObjectId
from pymongo.errors import PyMongoError

from apps.applications.info import ApplicationInfo, from_document
from apps.core import mongo

CACHE_SECONDS = 2.0
PATIENCE_SECONDS = 0.5  # with a database that does not answer, before an old answer is good enough
MAX_KEY_LENGTH = 1_000  # characters
MAX_ENTRIES = 10_000  # answers, the negative ones included: a sender of made-up keys must not fill the memory

Search = tuple[str, str]  # ("key" or "id", what is looked for)


@dataclass(frozen=True, slots=True)
class _Answer:
    application: ApplicationInfo | None
    expires: float  # time.monotonic()


_answers: dict[Search, _Answer] = {}
_lock = threading.Lock()
_loading: "dict[tuple[asyncio.AbstractEventLoop, Search], asyncio.Future[ApplicationInfo | None]]" = {}


def by_key(key: str) -> ApplicationInfo | None:
    """May be up to CACHE_SECONDS old, also when the answer is None."""
    return _cached_or_loaded(("key", key)) if _is_storable(key) else None


def by_id(application_id: str) -> ApplicationInfo | None:
    """None also for what is no id. May be up to CACHE_SECONDS old."""
    return _cached_or_loaded(("id", application_id)) if ObjectId.is_valid(application_id) else None


async def by_key_async(key: str) -> ApplicationInfo | None:
    """As `by_key`, without blocking the event loop; those who wait for one key share one read.

    While the database does not answer, applications that were known before are still known: what they send is stored in
    the streams and counted later. Raises pymongo's errors only for a key that is not in the memory.
    """
    search = ("key", key)
    found = _cached(search) if _is_storable(key) else _Answer(None, 0)
    if found is not None:
        return found.application
    loop = asyncio.get_running_loop()
    waiting = _loading.get((loop, search))
    if waiting is None:
        waiting = _loading[(loop, search)] = asyncio.ensure_future(asyncio.to_thread(_load, search))
        waiting.add_done_callback(lambda load: _loaded(loop, search, load))
    # Shielded: a client that hangs up must not cancel the read for the others.
    old = _answers.get(search)
    if old is None:
        return await asyncio.shield(waiting)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asyncio.shield(waiting)
    except (TimeoutError, PyMongoError):
        return old.application


def _loaded(loop: asyncio.AbstractEventLoop, search: Search, load: "asyncio.Future[ApplicationInfo | None]") -> None:
    _loading.pop((loop, search), None)
    if not load.cancelled():
        load.exception()  # whoever waited was told; when nobody did, asyncio would complain that nobody looked


def fresh_by_ids(application_ids: Iterable[str]) -> dict[str, ApplicationInfo]:
    """Read from the database now; unknown ids are left out."""
    found: dict[str, ApplicationInfo] = {}
    wanted = [ObjectId(application_id) for application_id in application_ids if ObjectId.is_valid(application_id)]
    for document in mongo.collection("apps").find({"_id": {"$in": wanted}}):
        application = from_document(document)
        found[application.id] = application
    return found


def all_applications() -> list[ApplicationInfo]:
    """Read from the database now, by name."""
    applications = [from_document(document) for document in mongo.collection("apps").find({})]
    return sorted(applications, key=lambda application: application.name.casefold())


def forget_all() -> None:
    """After a change: this process answers anew at once, the others within CACHE_SECONDS."""
    with _lock:
        _answers.clear()


def _is_storable(key: str) -> bool:
    """Longer keys and lone surrogates cannot be in the database, and need no place in the cache."""
    if len(key) > MAX_KEY_LENGTH:
        return False
    return key.isascii() or not any("\ud800" <= character <= "\udfff" for character in key)


def _cached_or_loaded(search: Search) -> ApplicationInfo | None:
    found = _cached(search)
    return found.application if found is not None else _load(search)


def _cached(search: Search) -> _Answer | None:
    found = _answers.get(search)
    return found if found is not None and found.expires > time.monotonic() else None


def _load(search: Search) -> ApplicationInfo | None:
    field, value = search
    document = mongo.collection("apps").find_one({"key": value} if field == "key" else {"_id": ObjectId(value)})
    application = from_document(document) if document else None
    with _lock:
        if len(_answers) >= MAX_ENTRIES:
            _drop_expired()
        _answers[search] = _Answer(application, time.monotonic() + CACHE_SECONDS)
    return application


def _drop_expired() -> None:
    now = time.monotonic()
    for search in [search for search, answer in _answers.items() if answer.expires <= now]:
        del _answers[search]
    if len(_answers) >= MAX_ENTRIES:
        _answers.clear()
