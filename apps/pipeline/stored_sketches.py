"""The sketches of unique users, written in the transaction that counts. Each shard has its own, so none waits.

What this process last wrote is kept in a bounded memory. Sketches only ever see more users, so what would not change
the one in memory would not change the stored one either, and is not even read: most events are sent by users who have
sent them before on that day.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping

from bson import Binary
from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from apps.aggregation import documents, uniques
from apps.aggregation.shards import Shard
from apps.aggregation.uniques import SketchKey
from apps.applications.info import ApplicationInfo
from apps.core import mongo

REMEMBERED_BYTES = 16 * 1024 * 1024
#: The embedded server compares each document with each id, so long lists cost their square.
IDS_PER_READ = 50

Key = tuple[int, str]  # generation of the application, `_id`


class _Memory:
    """The most recently written sketches, up to a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._sketches: OrderedDict[Key, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> bytes | None:
        return self._sketches.get(key)

    def put(self, key: Key, sketch: bytes) -> None:
        with self._lock:
            self._bytes += len(sketch) - len(self._sketches.pop(key, b""))
            self._sketches[key] = sketch
            while self._bytes > self._max_bytes:
                _, oldest = self._sketches.popitem(last=False)
                self._bytes -= len(oldest)

    def clear(self) -> None:
        with self._lock:
            self._sketches.clear()
            self._bytes = 0


_memory = _Memory(REMEMBERED_BYTES)


class StoredSketches:
    """Those of one batch, for the applications as they are now."""

    def __init__(self, applications: Mapping[str, ApplicationInfo], shard: Shard) -> None:
        self._applications = applications
        self._shard = shard
        self._changed: dict[Key, bytes] = {}

    def write(self, seen: Mapping[SketchKey, set[int]], session: ClientSession) -> int:
        """The number of documents. Runs again when the transaction is repeated."""
        self._changed = {}
        touched = {
            documents.sketch_document(sketch, self._shard.index): sketch
            for sketch, users in seen.items()
            if self._may_change(sketch, users)
        }
        if not touched:
            return 0
        stored = _load(list(touched), session)
        operations: list[UpdateOne] = []
        for document_id, sketch in touched.items():
            before = stored.get(document_id)
            after = uniques.with_users(before, seen[sketch])
            self._changed[self._key(sketch, document_id)] = after or before or b""
            if after is not None:
                fields = documents.sketch_fields(sketch, Binary(after))
                operations.append(UpdateOne({"_id": document_id}, {"$set": fields}, upsert=True))
        if operations:
            mongo.collection(documents.UNIQUE_SKETCHES).bulk_write(operations, ordered=False, session=session)
        return len(operations)

    def remember(self) -> None:
        """Only after the commit."""
        for key, sketch in self._changed.items():
            _memory.put(key, sketch)

    def _may_change(self, sketch: SketchKey, users: set[int]) -> bool:
        known = _memory.get(self._key(sketch, documents.sketch_document(sketch, self._shard.index)))
        return known is None or uniques.with_users(known, users) is not None

    def _key(self, sketch: SketchKey, document_id: str) -> Key:
        application = self._applications.get(sketch.application_id)
        return (application.generation if application else 0, document_id)


def _load(document_ids: list[str], session: ClientSession) -> dict[str, bytes]:
    collection = mongo.collection(documents.UNIQUE_SKETCHES)
    found: dict[str, bytes] = {}
    for start in range(0, len(document_ids), IDS_PER_READ):
        wanted = {"_id": {"$in": document_ids[start : start + IDS_PER_READ]}}
        for document in collection.find(wanted, {"s": 1}, session=session):
            found[document["_id"]] = bytes(document["s"])
    return found


def forget_all() -> None:
    """For tests, whose databases come and go under one process."""
    _memory.clear()
