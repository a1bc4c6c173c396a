"""Documents, indexes and aggregations of one collection that the member may look into. Only reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from apps.core import client_pipelines, client_reads
from apps.exports import collections, reading
from apps.exports.collections import Source
from apps.exports.rows import jsonable

DEFAULT_LIMIT, MAX_LIMIT = 20, 1_000
MAX_AGGREGATED = 1_000  # documents of an answer
MAX_SEARCH = 200  # characters
OBJECT_ID = "ObjectId({})"


@dataclass(frozen=True, slots=True)
class Page:
    documents: list[dict[str, Any]]
    total: int
    limit: int
    skip: int

    def envelope(self) -> dict[str, Any]:
        pages = -(-self.total // self.limit)
        return {
            "limit": self.limit,
            "start": self.skip + 1,
            "end": min(self.skip + self.limit, self.total),
            "total": self.total,
            "pages": pages,
            "curPage": self.skip // self.limit + 1,
            "collections": self.documents,
        }


def page(source: Source, parameters: Mapping[str, Any]) -> Page:
    """Raises InvalidQuery."""
    asked = dict(parameters)
    search = parameters.get("sSearch")
    if search and not source.secrets:
        asked["filter"], asked["query"] = {"_id": {"$regex": literal(str(search)[:MAX_SEARCH])}}, None
    question = reading.read_question(asked, source, limit=DEFAULT_LIMIT, largest=MAX_LIMIT)
    documents = [shown(document) for document in reading.documents(source, question)]
    return Page(documents, _count(source, question.query), question.limit, question.skip)


def document(source: Source, document_id: str) -> dict[str, Any]:
    """{} when there is none, or when it is not one of those that the member may see."""
    if "_id" in source.secrets:
        return {}
    ids: list[Any] = [document_id]
    if ObjectId.is_valid(document_id):
        ids.append(ObjectId(document_id))
    query: dict[str, Any] = {"_id": {"$in": ids}}
    if source.condition:
        query = {"$and": [query, source.condition]}
    found = collections.database(source.database)[source.collection].find_one(query)
    return shown(collections.without_secrets(source, found)) if found else {}


def indexes(source: Source) -> Page:
    found = [jsonable(index) for index in reading.indexes(source)]
    return Page(found, len(found), max(len(found), 1), 0)


def aggregate(
    source: Source,
    pipeline: list[client_pipelines.Stage],
    limit: int,
    *,
    most_ms: int = client_reads.MAX_TIME_MS,
) -> list[dict[str, Any]]:
    """`pipeline` as `client_pipelines.read` gives it. Raises InvalidQuery, and client_reads.TooSlow for what takes
    longer."""
    return [shown(one) for one in reading.aggregate(source, [*pipeline, {"$limit": limit}], most_ms=most_ms)]


def shown(document: Mapping[str, Any]) -> dict[str, Any]:
    """Ids at the top as `ObjectId(...)`; times in extended JSON."""
    return {
        name: OBJECT_ID.format(value) if isinstance(value, ObjectId) else _extended(value)
        for name, value in document.items()
    }


def literal(text: str) -> str:
    """A pattern that finds this text."""
    return "".join(character if character.isalnum() or character in "_ " else f"\\{character}" for character in text)


def _extended(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _extended(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_extended(item) for item in value]
    plain = jsonable(value)
    return {"$date": plain} if hasattr(value, "isoformat") else plain


def _count(source: Source, query: Mapping[str, Any]) -> int:
    collection = collections.database(source.database)[source.collection]
    if not query:
        return collection.estimated_document_count()
    with client_reads.told():
        return collection.count_documents(query, maxTimeMS=client_reads.MAX_TIME_MS)
