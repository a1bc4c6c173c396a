"""What is asked for in an export, read from parameters: of a request, or of the arguments that a task keeps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import Member
from apps.core import client_pipelines, client_reads, client_selections
from apps.core.api_view import Refusal
from apps.core.client_queries import InvalidQuery
from apps.exports import collections, files, formats, inner, mapping, reading, rows
from apps.exports.collections import Source
from apps.exports.download import default_name
from apps.exports.files import Layout
from apps.exports.reading import Question

NO_ACCESS = "User does not have access right for this collection"
DEFAULT_FORMAT = "json"
#: Members who may read one of these see the raw data of an application.
FEATURES = ("core", "dbviewer")
#: A task may export so many documents; an answer as many as the setting `api.export_limit` says.
MAX_DOCUMENTS = 5_000_000
MOST_PARTS_OF_A_PIPELINE = 100_000  # an address names each day of its period, for each counter
MOST_MS_OF_A_TASK = 3_600_000  # of the database's work, for which nobody waits


@dataclass(frozen=True, slots=True)
class Export:
    documents: Iterable[dict[str, Any]]
    layout: Layout
    kind: str
    name: str
    expected: int = 0  # about so many documents; 0: not known

    @property
    def content_type(self) -> str:
        return formats.CONTENT_TYPES[self.kind]


def of_collection(
    parameters: Mapping[str, Any], member: Member, *, largest: int, most_ms: int = client_reads.MAX_TIME_MS
) -> Export:
    """Raises Refusal. Reading the documents to their end may raise InvalidQuery."""
    kind, source = kind_in(parameters), source_of(parameters, member)
    try:
        mapper = mapping.read(parameters.get("formatFields"))
        if parameters.get("get_index"):
            question, documents = None, iter(reading.indexes(source))
        else:
            question = reading.read_question(parameters, source, limit=largest, largest=largest, with_id=True)
            documents = reading.documents(source, question, most_ms=most_ms)
    except InvalidQuery as error:
        raise Refusal(400, f"Failed to parse query. {error}") from error
    fields = rows.projected_fields(question.projection) if question else []
    layout = Layout(fields=fields, mapper=mapper, newline="\r\n", ends_with_newline=True)
    name = name_in(parameters, f"{source.collection[:1].upper()}{source.collection[1:]}_exported")
    return Export(documents, layout, kind, name, _expected(source, question))


def of_answer(
    parameters: Mapping[str, Any], data: Mapping[str, Any], address: str, member: Member | None = None
) -> Export:
    """`data`: the parameters of the address that is asked, credentials included. Raises Refusal. With a `member`, a
    pipeline is not the answer: what it finds for him is."""
    kind = kind_in(parameters)
    try:
        mapper = mapping.read(parameters.get("mapper"))
        projection = client_selections.read_projection(parameters.get("projection"))
    except InvalidQuery as error:
        raise Refusal(400, f"Failed to parse query. {error}") from error
    fields = [name for name, shown in projection.items() if shown]
    answer = inner.ask(str(parameters["path"]), data, address)
    if member is not None and is_pipeline(answer):
        documents = files.only(of_pipeline(answer, member), fields)
    else:
        documents = files.only(files.documents_in(inner.found_at(answer, str(parameters.get("prop") or ""))), fields)
    labels = _labels(json_in(parameters, "columnNames"))
    layout = Layout(fields=fields, labels=labels, mapper=mapper)
    return Export(documents, layout, kind, name_in(parameters, "Data_export"))


def is_pipeline(answer: Any) -> bool:
    return isinstance(answer, dict) and set(answer) == {"db", "collection", "pipeline"}


def of_pipeline(answer: Mapping[str, Any], member: Member) -> Iterator[dict[str, Any]]:
    """Checked as if the member had written it. Raises Refusal, and InvalidQuery while it is read."""
    source = source_of(answer, member)
    applications = collections.applications_for(member, FEATURES)

    def may_join(collection: str) -> bool:
        other = collections.source(member, source.database, collection, applications)
        return other is not None and not other.condition and not other.secrets

    try:
        pipeline, removed = client_pipelines.read(
            answer["pipeline"], may_join=may_join, most_parts=MOST_PARTS_OF_A_PIPELINE
        )
        if removed:
            raise InvalidQuery(f"The pipeline may not have {', '.join(sorted(removed))}")
        return reading.aggregate(source, pipeline, most_ms=MOST_MS_OF_A_TASK)
    except InvalidQuery as error:
        raise Refusal(400, f"Failed to parse query. {error}") from error


def source_of(parameters: Mapping[str, Any], member: Member) -> Source:
    """The collection that is asked for. Raises Refusal."""
    collection = parameters.get("collection")
    if not collection:
        raise Refusal(400, 'Missing parameter "collection"')
    database = parameters.get("db") or "countly"
    if not isinstance(database, str) or database not in collections.database_names():
        raise Refusal(404, "Database not found.")
    if not isinstance(collection, str) or not collections.is_name(collection):
        raise Refusal(400, 'Invalid parameter "collection"')
    source = collections.source(member, database, collection, collections.applications_for(member, FEATURES))
    if source is None:
        raise Refusal(401, NO_ACCESS)
    return source


def kind_in(parameters: Mapping[str, Any]) -> str:
    kind = parameters.get("type") or DEFAULT_FORMAT
    if not isinstance(kind, str) or kind not in formats.CONTENT_TYPES:
        raise Refusal(400, 'Invalid parameter "type"')
    return kind


def name_in(parameters: Mapping[str, Any], subject: str) -> str:
    name = parameters.get("filename")
    return name if name and isinstance(name, str) else default_name(subject)


def path_in(parameters: Mapping[str, Any]) -> str:
    path = parameters.get("path")
    if not path or not isinstance(path, str):
        raise Refusal(400, 'Missing parameter "path"')
    return path


def data_in(parameters: Mapping[str, Any]) -> dict[str, Any]:
    data = json_in(parameters, "data") or {}
    if not isinstance(data, dict):
        raise Refusal(400, 'Invalid parameter "data"')
    return data


def json_in(parameters: Mapping[str, Any], name: str) -> Any:
    try:
        return client_selections.json_of(parameters.get(name), longest=0)
    except InvalidQuery as error:
        raise Refusal(400, f'Invalid parameter "{name}"') from error


def _expected(source: Source, question: Question | None) -> int:
    """As many as the collection holds, when all of it is read."""
    if question is None or question.query:
        return 0
    held = collections.database(source.database)[source.collection].estimated_document_count()
    return min(max(held - question.skip, 0), question.limit)


def _labels(sent: Any) -> dict[str, str]:
    return {str(name): str(label) for name, label in sent.items()} if isinstance(sent, dict) else {}
