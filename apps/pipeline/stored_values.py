"""Which values the documents of a year list already, from memory.

Asking the database for each batch would cost more than writing them again.

The memory may lack a value that another process wrote (then it is written once more) but never holds one that is not
stored: it is filled after the commit only, and an application whose data was cleared has another generation.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from apps.aggregation.batchers import ReadBatcher
from apps.aggregation.known_values import Sets, ZeroDocument, sets_of
from apps.applications.info import ApplicationInfo
from apps.core import mongo

REFRESH_SECONDS = 60
DROP_SECONDS = 600
#: The embedded server compares each document with each id, so long lists cost their square.
IDS_PER_READ = 50
APPLICATION_ID_LENGTH = 24

Key = tuple[int, str, str]  # generation of the application, collection, `_id`


def _load(keys: Collection[Key]) -> dict[Key, dict[str, set[str]]]:
    by_collection: dict[str, list[Key]] = defaultdict(list)
    for key in keys:
        by_collection[key[1]].append(key)
    loaded: dict[Key, dict[str, set[str]]] = {}
    for collection, wanted in by_collection.items():
        documents: dict[str, dict[str, Any]] = {}
        for start in range(0, len(wanted), IDS_PER_READ):
            ids = [key[2] for key in wanted[start : start + IDS_PER_READ]]
            found = mongo.collection(collection).find({"_id": {"$in": ids}}, {"meta": 1, "meta_v2": 1})
            documents.update((document["_id"], document) for document in found)
        loaded.update((key, sets_of(documents.get(key[2]))) for key in wanted)
    return loaded


_remembered: ReadBatcher[Key, dict[str, set[str]]] = ReadBatcher(
    _load, refresh_seconds=REFRESH_SECONDS, drop_seconds=DROP_SECONDS
)


class StoredValues:
    """The `KnownValues` of one batch, for the applications as they are now."""

    def __init__(self, applications: Mapping[str, ApplicationInfo]) -> None:
        self._applications = applications

    def load(self, documents: Collection[ZeroDocument]) -> Mapping[ZeroDocument, Sets]:
        keys = {self._key(document): document for document in documents}
        return {keys[key]: sets for key, sets in _remembered.get_many(list(keys)).items()}

    def remember(self, learned: Mapping[ZeroDocument, Mapping[str, set[str]]]) -> None:
        """Only after the commit."""
        keys = {self._key(document): sets for document, sets in learned.items()}
        for key, before in _remembered.get_many(list(keys)).items():
            united = {name: set(values) for name, values in before.items()}
            for name, values in keys[key].items():
                united.setdefault(name, set()).update(values)
            _remembered.remember(key, united)

    def _key(self, document: ZeroDocument) -> Key:
        collection, document_id = document
        application = self._applications.get(document_id[:APPLICATION_ID_LENGTH])
        return (application.generation if application else 0, collection, document_id)


def forget_all() -> None:
    """For tests, whose databases come and go under one process."""
    _remembered.clear()
