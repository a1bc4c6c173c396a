"""What parts of plugins read in the transaction of a batch."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from pymongo.client_session import ClientSession

from apps.core import mongo

#: The embedded server compares each document with each id, so long lists cost their square.
VALUES_PER_READ = 50


class StoredDocuments:
    def __init__(self, session: ClientSession) -> None:
        self._session = session

    def documents(self, collection: str, ids: Collection[Any], fields: Sequence[str] = ()) -> dict[Any, dict[str, Any]]:
        return {document["_id"]: document for document in self._find(collection, "_id", ids, fields)}

    def matching(
        self, collection: str, field: str, values: Collection[Any], fields: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        return list(self._find(collection, field, values, fields))

    def _find(
        self, collection: str, field: str, values: Collection[Any], fields: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        wanted = list(dict.fromkeys(values))
        for start in range(0, len(wanted), VALUES_PER_READ):
            chosen = {field: {"$in": wanted[start : start + VALUES_PER_READ]}}
            yield from mongo.collection(collection).find(chosen, list(fields) or None, session=self._session)
