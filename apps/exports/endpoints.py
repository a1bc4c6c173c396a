"""`/o/export/*`: collections, answers and given data as files."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http.response import HttpResponseBase

from apps.accounts import callers
from apps.accounts.actions import Action, Call
from apps.core import client_selections
from apps.core.api_view import Refusal
from apps.core.client_queries import InvalidQuery
from apps.exports import collections, formats, inner, mapping, reading, rows, tables
from apps.exports.collections import Source
from apps.exports.download import Download, default_name
from apps.exports.mapping import Mapper
from apps.plugin_api import configuration

NO_ACCESS = "User does not have access right for this collection"
DEFAULT_FORMAT = "json"
#: Members who may read one of these see the raw data of an application.
FEATURES = ("core", "dbviewer")


def export_collection(call: Call) -> HttpResponseBase:
    parameters = call.parameters
    kind = _kind(parameters)
    source = source_of(call)
    try:
        mapper = mapping.read(parameters.get("formatFields"))
        if parameters.get("get_index"):
            found: Iterable[dict[str, Any]] = reading.indexes(source)
            columns: list[str] = []
        else:
            largest = int(configuration.read("api")["export_limit"])
            question = reading.read_question(parameters, source, limit=largest, largest=largest, with_id=True)
            found, columns = reading.documents(source, question), rows.projected_columns(question.projection)
    except InvalidQuery as error:
        raise Refusal(400, f"Failed to parse query. {error}") from error
    name = _name(parameters, f"{source.collection[:1].upper()}{source.collection[1:]}_exported")
    return _file(kind, name, found, columns, mapper=mapper, newline="\r\n", ends_with_newline=True)


def export_data(call: Call) -> HttpResponseBase:
    parameters = call.parameters
    if not parameters.get("data"):
        raise Refusal(400, 'Missing parameter "data"')
    kind = _kind(parameters)
    name = _name(parameters, "Data_export")
    if parameters.get("raw"):  # whoever asks has made the file
        content_type = formats.CONTENT_TYPES[kind]
        return Download([str(parameters["data"]).encode()], name=name, extension=kind, content_type=content_type)
    return _file(kind, name, _documents(_json(parameters, "data")))


def export_request(call: Call) -> HttpResponseBase:
    parameters = call.parameters
    path = parameters.get("path")
    if not path or not isinstance(path, str):
        raise Refusal(400, 'Missing parameter "path"')
    kind = _kind(parameters)
    data = _json(parameters, "data") or {}
    if not isinstance(data, dict):
        raise Refusal(400, 'Invalid parameter "data"')
    try:
        mapper = mapping.read(parameters.get("mapper"))
        columns = [
            name for name, shown in client_selections.read_projection(parameters.get("projection")).items() if shown
        ]
    except InvalidQuery as error:
        raise Refusal(400, f"Failed to parse query. {error}") from error
    labels = _labels(_json(parameters, "columnNames"))
    found = inner.found_at(inner.ask(path, data, ""), str(parameters.get("prop") or ""))
    documents = ({name: one[name] for name in columns if name in one} if columns else one for one in _documents(found))
    return _file(kind, _name(parameters, "Data_export"), documents, columns, mapper=mapper, labels=labels)


def source_of(call: Call) -> Source:
    """The collection that is asked for. Raises Refusal."""
    collection = call.parameters.get("collection")
    if not collection:
        raise Refusal(400, 'Missing parameter "collection"')
    database = call.parameters.get("db") or "countly"
    if not isinstance(database, str) or database not in collections.database_names():
        raise Refusal(404, "Database not found.")
    if not isinstance(collection, str) or not collections.is_name(collection):
        raise Refusal(400, 'Invalid parameter "collection"')
    applications = collections.applications_for(call.member, FEATURES)
    source = collections.source(call.member, database, collection, applications)
    if source is None:
        raise Refusal(401, NO_ACCESS)
    return source


def _file(
    kind: str,
    name: str,
    documents: Iterable[dict[str, Any]],
    columns: list[str] | None = None,
    *,
    mapper: Mapper = mapping.NOTHING,
    labels: Mapping[str, str] | None = None,
    newline: str = "\n",
    ends_with_newline: bool = False,
) -> Download:
    jsonable = (mapper.applied(rows.jsonable(document)) for document in documents)
    try:
        if kind == "json":
            pieces = formats.json_pieces(jsonable)
        elif kind == "csv":
            table = tables.table(jsonable, columns, labels)
            pieces = formats.csv_pieces(table, newline=newline, ends_with_newline=ends_with_newline)
        else:
            pieces = formats.xlsx_pieces(tables.table(jsonable, columns, labels))
    except tables.TooLarge as error:
        raise Refusal(400, str(error)) from error
    return Download(pieces, name=name, extension=kind, content_type=formats.CONTENT_TYPES[kind])


def _kind(parameters: Mapping[str, Any]) -> str:
    kind = parameters.get("type") or DEFAULT_FORMAT
    if not isinstance(kind, str) or kind not in formats.CONTENT_TYPES:
        raise Refusal(400, 'Invalid parameter "type"')
    return kind


def _name(parameters: Mapping[str, Any], subject: str) -> str:
    name = parameters.get("filename")
    return name if name and isinstance(name, str) else default_name(subject)


def _json(parameters: Mapping[str, Any], name: str) -> Any:
    try:
        return client_selections.json_of(parameters.get(name), longest=0)
    except InvalidQuery as error:
        raise Refusal(400, f'Invalid parameter "{name}"') from error


def _documents(found: Any) -> list[dict[str, Any]]:
    """A list of objects; anything else is the only one of its list, or a value of its own."""
    items = found if isinstance(found, list) else [] if found is None else [found]
    return [item if isinstance(item, dict) else {"value": item} for item in items]


def _labels(sent: Any) -> dict[str, str]:
    return {str(name): str(label) for name, label in sent.items()} if isinstance(sent, dict) else {}


READS = {
    "db": Action(callers.any_member, export_collection),
    "data": Action(callers.any_member, export_data),
    "request": Action(callers.any_member, export_request),
}
