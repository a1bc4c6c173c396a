"""Which collections and indexes exist, said by the rooms that own them, made in one place.

The embedded MongoDB server can block for good when a collection is created while others write. So nothing is created
on the way: everything global at start, everything of an application when it is created, one at a time under a lock.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from django.conf import settings
from pymongo import ASCENDING, IndexModel

from apps.core import mongo, redis_client

_global: dict[str, list[IndexModel]] = {}
_elsewhere: dict[tuple[str, str], list[IndexModel]] = {}  # by database and collection
_per_application: dict[str, list[IndexModel]] = {}
_made_on_request: set[str] = set()  # or found, by this process

CREATION_LOCK_SECONDS = 120


def register_collection(name: str, indexes: Iterable[IndexModel] = (), *, database: str = "") -> None:
    """Call from `AppConfig.ready`. The collection is made at every start when missing. `database`: another than that of
    everything else."""
    if database:
        _elsewhere.setdefault((database, name), []).extend(indexes)
    else:
        _global.setdefault(name, []).extend(indexes)


def register_application_collection(prefix: str, indexes: Iterable[IndexModel] = ()) -> None:
    """The collection `<prefix><application id>` is made with each application, and at start where it is missing."""
    _per_application.setdefault(prefix, []).extend(indexes)


def register_file_bucket(name: str) -> None:
    """A GridFS bucket in the database of files, with the indexes that every driver expects there."""
    files = IndexModel([("filename", ASCENDING), ("uploadDate", ASCENDING)])
    chunks = IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], unique=True)
    register_collection(f"{name}.files", [files], database=settings.MONGODB_DATABASE_FS)
    register_collection(f"{name}.chunks", [chunks], database=settings.MONGODB_DATABASE_FS)


def application_collections(application_id: str) -> list[str]:
    return [prefix + application_id for prefix in _per_application]


def ensure_global() -> None:
    """Idempotent."""
    _ensure(lambda: _global)
    for database in {database for database, _ in _elsewhere}:
        _ensure(partial(_of_database, database), database)


def ensure_for_application(application_id: str) -> None:
    """Idempotent."""
    _ensure(lambda: {prefix + application_id: indexes for prefix, indexes in _per_application.items()})


class CollectionsMissing(Exception):
    """Raised in a transaction by who is about to write into collections that may not exist yet, such as those that
    follow from what clients send. They are made outside of it, one at a time, and the transaction is repeated."""

    def __init__(self, wanted: Mapping[str, list[IndexModel]]) -> None:
        super().__init__(", ".join(wanted))
        self.wanted = wanted


def require(wanted: Mapping[str, list[IndexModel]]) -> None:
    """For collections that nobody can foresee. Raises CollectionsMissing unless this process has made all of them, or
    seen to it that they are there: asking costs nothing then."""
    if missing := {name: indexes for name, indexes in wanted.items() if name not in _made_on_request}:
        raise CollectionsMissing(missing)


def make(missing: CollectionsMissing) -> None:
    """Outside of any transaction."""
    _ensure(lambda: dict(missing.wanted))
    _made_on_request.update(missing.wanted)


def drop(names: Iterable[str]) -> None:
    """Collections that were made on request. Other processes may believe that they are there: only for what nobody
    writes any more."""
    for name in names:
        _made_on_request.discard(name)
        mongo.database().drop_collection(name)


def _of_database(database: str) -> dict[str, list[IndexModel]]:
    return {name: indexes for (other, name), indexes in _elsewhere.items() if other == database}


def _ensure(wanted: Callable[[], dict[str, list[IndexModel]]], database_name: str = "") -> None:
    with redis_client.client().lock("tally:schema", timeout=CREATION_LOCK_SECONDS) as lock:
        database = mongo.client()[database_name] if database_name else mongo.database()
        existing = set(database.list_collection_names())
        for name, indexes in wanted().items():
            if name not in existing:
                database.create_collection(name, check_exists=False)  # that was asked for all of them at once
            if indexes:
                database[name].create_indexes(indexes)
            lock.reacquire()  # a slow database must not lose the lock on the way
