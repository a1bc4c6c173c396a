"""Reads the documents of a collection as a client asked for them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from apps.core import client_queries, client_reads, client_selections
from apps.core.client_pipelines import Stage
from apps.core.client_queries import Filter, InvalidQuery
from apps.exports import collections
from apps.exports.collections import Source

BATCH_SIZE = 500


@dataclass(frozen=True, slots=True)
class Question:
    query: Filter
    projection: dict[str, int]
    sort: list[tuple[str, int]]
    skip: int
    limit: int  # never 0


def read_question(
    parameters: Mapping[str, Any], source: Source, *, limit: int, largest: int, with_id: bool = False
) -> Question:
    """`with_id`: the `_id` is read whatever the projection says of it. Raises InvalidQuery."""
    projection = client_selections.read_projection(parameters.get("projection") or parameters.get("project"))
    if with_id:
        projection.pop("_id", None)
    query = client_queries.read(parameters.get("query") or parameters.get("filter"))
    sort = client_selections.read_sort(parameters.get("sort"))
    if client_selections.names_field({**query, **dict(sort)}, source.secrets):
        raise InvalidQuery("The query names a field that is not shown")
    return Question(
        query={"$and": [query, source.condition]} if source.condition and query else query or source.condition,
        projection=projection,
        sort=sort,
        skip=client_selections.whole_number(parameters.get("skip"), 0, largest=2**31 - 1),
        limit=client_selections.whole_number(parameters.get("limit"), limit, largest=largest) or largest,
    )


def documents(
    source: Source, question: Question, *, most_ms: int = client_reads.MAX_TIME_MS
) -> Iterator[dict[str, Any]]:
    """The first one is read at once, so that a query the database refuses is refused here; what it has against later
    ones, `most_ms` of its own work included, is raised when they are read. Raises InvalidQuery."""
    cursor = collections.database(source.database)[source.collection].find(
        question.query,
        question.projection or None,
        sort=question.sort or None,
        skip=question.skip,
        limit=question.limit,
        batch_size=BATCH_SIZE,
        max_time_ms=most_ms,
    )
    following = _told(cursor)
    first = next(following, None)
    if first is None:
        return iter(())
    return (collections.without_secrets(source, document) for document in chain([first], following))


def aggregate(
    source: Source, pipeline: list[Stage], *, most_ms: int = client_reads.MAX_TIME_MS
) -> Iterator[dict[str, Any]]:
    """`pipeline` as `client_pipelines.read` gives it. What the member may not see is taken away before it begins.
    Raises as `documents` does."""
    before: list[Stage] = [{"$match": source.condition}] if source.condition else []
    if source.secrets - {"_id"}:
        before.append({"$unset": sorted(source.secrets - {"_id"})})
    if "_id" in source.secrets:
        before.append({"$set": {"_id": collections.REDACTED}})
    run: Callable[..., Any] = collections.database(source.database)[source.collection].aggregate
    with client_reads.told():
        cursor = run([*before, *pipeline], maxTimeMS=most_ms, allowDiskUse=True, batchSize=BATCH_SIZE)
    return _told(cursor)


def _told(cursor: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What goes wrong with a later part of the documents is told as what goes wrong with the first."""
    with client_reads.told():
        yield from cursor


def indexes(source: Source) -> list[dict[str, Any]]:
    return [dict(index) for index in collections.database(source.database)[source.collection].list_indexes()]
