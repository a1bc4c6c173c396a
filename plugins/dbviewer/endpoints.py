"""`/o/db`: databases and collections, documents, indexes, aggregations; for every member, within his rights."""

from typing import Any

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from apps.accounts.actions import Call
from apps.core import client_pipelines, client_reads, client_selections
from apps.core.answers import CONTENT_TYPE, HEADERS, message, output
from apps.core.api_view import Refusal
from apps.core.client_queries import InvalidQuery
from apps.exports import collections
from apps.exports.collections import Source
from apps.plugin_api import configuration
from plugins.dbviewer import browsing, listing, reports

NO_RIGHT = (401, "User does not have right to view this collection")
NO_RIGHT_TO_DOCUMENT = (401, "User does not have right to view this document")
NO_RIGHT_TO_AGGREGATE = (401, "User does not have right tot view this colleciton")  # as clients know it
INVALID_NAME = "Invalid collection name: Collection names can not contain '$' or other invalid characters"


def show(call: Call) -> HttpResponseBase:
    if any(call.rest):
        raise Refusal(404, "Invalid endpoint")
    sent = call.parameters
    database, collection = sent.get("dbs") or sent.get("db"), sent.get("collection")
    if not database or not collection:
        return output(listing.databases(call.member, str(sent.get("app_id") or "")))
    if not isinstance(database, str) or database not in collections.database_names():
        raise Refusal(404, "Database not found.")
    if not isinstance(collection, str) or not collections.is_name(collection):
        raise Refusal(400, INVALID_NAME)
    source = listing.source(call.member, database, collection)
    if sent.get("aggregation"):
        return _aggregated(call, _allowed(source, NO_RIGHT_TO_AGGREGATE))
    if sent.get("document"):
        return _unescaped(browsing.document(_allowed(source, NO_RIGHT_TO_DOCUMENT), str(sent["document"])))
    source = _allowed(source, NO_RIGHT)
    if sent.get("action") == "get_indexes":
        return _unescaped(browsing.indexes(source).envelope())
    try:
        return _unescaped(browsing.page(source, sent).envelope())
    except InvalidQuery as error:
        raise Refusal(400, f"Failed to parse query. {error}") from error


def _aggregated(call: Call, source: Source) -> HttpResponseBase:
    sent = call.parameters
    try:
        pipeline, removed = client_pipelines.read(sent["aggregation"])
    except client_pipelines.NoList as error:
        raise Refusal(500, "The aggregation pipeline must be of the type array") from error
    except InvalidQuery as error:
        raise Refusal(500, "Aggregation object is not valid.") from error
    if sent.get("save_report") in (True, "true"):
        return message({"task_id": reports.start(call, source, client_selections.json_of(sent["aggregation"]))})
    limit = client_selections.whole_number(
        sent.get("iDisplayLength"), browsing.MAX_AGGREGATED, largest=browsing.MAX_AGGREGATED
    )
    try:
        rows = browsing.aggregate(source, pipeline, limit or browsing.MAX_AGGREGATED, most_ms=_most_ms())
    except client_reads.TooSlow:
        return output({"task_id": reports.start(call, source, client_selections.json_of(sent["aggregation"]))})
    except InvalidQuery as error:
        raise Refusal(500, str(error)) from error
    answer: dict[str, Any] = {"iTotalRecords": 0, "iTotalDisplayRecords": 0, "aaData": rows, "removed": removed}
    return _unescaped({"sEcho": sent["sEcho"], **answer} if "sEcho" in sent else answer)


def _most_ms() -> int:
    """Until an answer becomes a task."""
    return max(1, int(configuration.read("api")["request_threshold"])) * 1000


def _allowed(source: Source | None, refusal: tuple[int, str]) -> Source:
    if source is None:
        raise Refusal(*refusal)
    return source


def _unescaped(data: Any) -> HttpResponse:
    """Documents as they are stored: people look for what is really there."""
    return HttpResponse(orjson.dumps(data), content_type=CONTENT_TYPE, headers=HEADERS)
