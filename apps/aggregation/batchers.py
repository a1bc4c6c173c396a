"""Reads and writes of a batch, collected and merged, so that the database is asked once.

`WriteBatcher` and `InsertBatcher` hold what one transaction writes; they promise nothing by themselves, the transaction
does. `ReadBatcher` answers from memory what may be a little old.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any, Generic, TypeVar

from pymongo import DeleteOne, InsertOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

Operators = dict[str, dict[str, Any]]
Operation = UpdateOne | InsertOne[dict[str, Any]] | DeleteOne

UNITED = ("$addToSet", "$push")


class WriteBatcher:
    """Updates by document, merged: however often a document is named, it is written once.

    `$inc` adds up, `$min` and `$max` keep the smaller and the greater, `$addToSet` and `$push` are united,
    `$setOnInsert` keeps the first and every other operator the last value of a path. A path must not be named in two
    operators of one document, nor a path and one below it: the database refuses such an update, and nothing here
    repairs it. Not for threads.
    """

    def __init__(self) -> None:
        self._updates: dict[str, dict[Any, Operators]] = defaultdict(dict)
        self._new: set[tuple[str, Any]] = set()
        self._removed: dict[str, set[Any]] = {}

    def note_new(self, collection: str, document_id: Any) -> None:
        """The database had no such document. If whole fields are all that is set, it is inserted, which costs less than
        to update what is not there; should somebody else have made it meanwhile, the database refuses the duplicate
        key, and the transaction has to be repeated with that document read."""
        self._new.add((collection, document_id))

    def update(self, collection: str, document_id: Any, operators: Operators) -> None:
        """The document is made when there is none. `operators` is not kept."""
        merged = self._updates[collection].setdefault(document_id, {})
        for operator, paths in operators.items():
            if operator in merged:
                _merge(operator, merged[operator], paths)
            else:
                merged[operator] = dict(paths)

    def remove(self, collection: str, document_id: Any) -> None:
        """Whatever else is written to the document, before or after: it is gone in the end."""
        self._removed.setdefault(collection, set()).add(document_id)

    def merge(self, other: "WriteBatcher") -> None:
        """As if every update of `other` had been made here, after the own ones."""
        self._new |= other._new
        for collection, ids in other._removed.items():
            self._removed.setdefault(collection, set()).update(ids)
        for collection, updates in other._updates.items():
            for document_id, operators in updates.items():
                self.update(collection, document_id, operators)

    def updates(self) -> Mapping[str, Mapping[Any, Operators]]:
        """Collection -> `_id` -> operators."""
        return self._updates

    def operations(self) -> dict[str, list[Operation]]:
        """Removals, upserts, and inserts of documents that are new, by collection."""
        operations: dict[str, list[Operation]] = {
            collection: [DeleteOne({"_id": document_id}) for document_id in ids]
            for collection, ids in self._removed.items()
        }
        for collection, updates in self._updates.items():
            gone = self._removed.get(collection, ())
            operations.setdefault(collection, []).extend(
                self._operation(collection, document_id, operators)
                for document_id, operators in updates.items()
                if operators and document_id not in gone
            )
        return operations

    def _operation(self, collection: str, document_id: Any, operators: Operators) -> Operation:
        if (collection, document_id) in self._new and operators.keys() == {"$set"}:
            fields = operators["$set"]
            if not any("." in path for path in fields):
                return InsertOne({"_id": document_id, **fields})
        return UpdateOne({"_id": document_id}, operators, upsert=True)

    def write(self, database: "Database[dict[str, Any]]", session: ClientSession) -> int:
        """The number of documents written. All or nothing when the session is in a transaction.

        Raises pymongo's errors, bson's InvalidDocument and OverflowError; then the transaction must be aborted.
        """
        written = 0
        for collection, operations in self.operations().items():
            if operations:
                database[collection].bulk_write(operations, ordered=False, session=session)
                written += len(operations)
        return written


def _merge(operator: str, merged: dict[str, Any], paths: Mapping[str, Any]) -> None:
    for path, value in paths.items():
        if path not in merged:
            merged[path] = value
        elif operator == "$inc":
            merged[path] += value
        elif operator == "$min":
            merged[path] = min(merged[path], value)
        elif operator == "$max":
            merged[path] = max(merged[path], value)
        elif operator in UNITED:
            merged[path] = {"$each": _united(operator, _items(merged[path]), _items(value))}
        elif operator != "$setOnInsert":
            merged[path] = value


def _items(value: Any) -> list[Any]:
    return list(value["$each"]) if isinstance(value, dict) and "$each" in value else [value]


def _united(operator: str, before: list[Any], added: list[Any]) -> list[Any]:
    if operator == "$push":
        return before + added
    return before + [item for item in added if item not in before]


class InsertBatcher:
    """New documents by collection, in the order in which they came. Not for threads."""

    def __init__(self) -> None:
        self._documents: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def insert(self, collection: str, document: dict[str, Any]) -> None:
        self._documents[collection].append(document)

    def documents(self) -> Mapping[str, list[dict[str, Any]]]:
        return self._documents

    def write(self, database: "Database[dict[str, Any]]", session: ClientSession) -> int:
        """The number of documents. A repetition of the transaction may write them again: the driver gives ids to
        copies, never to the documents in hand.
        """
        written = 0
        for collection, documents in self._documents.items():
            database[collection].bulk_write(
                [InsertOne(dict(document)) for document in documents], ordered=False, session=session
            )
            written += len(documents)
        return written


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class ReadBatcher(Generic[Key, Value]):
    """A cache in front of a read of many keys at once.

    An answer is at most `refresh_seconds` old. What nobody asked for in `drop_seconds` is forgotten. Keys that are
    missing in the answer of `load` are not remembered. Safe for threads; two of them may load the same key.
    """

    def __init__(
        self,
        load: Callable[[Collection[Key]], Mapping[Key, Value]],
        *,
        refresh_seconds: float,
        drop_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._refresh_seconds = refresh_seconds
        self._drop_seconds = drop_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[Key, _Entry[Value]] = {}
        self._next_sweep = clock() + drop_seconds

    def get(self, key: Key) -> Value | None:
        return self.get_many([key]).get(key)

    def get_many(self, keys: Collection[Key]) -> dict[Key, Value]:
        """One call of `load` for all that is missing or too old."""
        now = self._clock()
        found: dict[Key, Value] = {}
        with self._lock:
            self._sweep(now)
            for key in keys:
                entry = self._entries.get(key)
                if entry is not None and now - entry.read_at < self._refresh_seconds:
                    entry.used_at = now
                    found[key] = entry.value
        missing = [key for key in keys if key not in found]
        if missing:
            loaded = self._load(missing)
            for key, value in loaded.items():
                self._put(key, value, now)
                found[key] = value
        return found

    def remember(self, key: Key, value: Value) -> None:
        """As if it had been read now."""
        self._put(key, value, self._clock())

    def forget(self, key: Key) -> None:
        with self._lock:
            self._entries.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def _put(self, key: Key, value: Value, now: float) -> None:
        with self._lock:
            self._entries[key] = _Entry(value, now)

    def _sweep(self, now: float) -> None:
        if now < self._next_sweep:
            return
        self._next_sweep = now + self._drop_seconds
        old = [key for key, entry in self._entries.items() if now - entry.used_at >= self._drop_seconds]
        for key in old:
            del self._entries[key]


class _Entry(Generic[Value]):
    __slots__ = ("read_at", "used_at", "value")

    def __init__(self, value: Value, now: float) -> None:
        self.value = value
        self.read_at = now
        self.used_at = now
