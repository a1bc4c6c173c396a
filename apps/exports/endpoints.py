"""`/o/export/*`: collections, answers and given data as files."""

from django.http.response import HttpResponseBase

from apps.accounts import callers
from apps.accounts.actions import Action, Call
from apps.core.answers import message
from apps.core.api_view import Refusal
from apps.exports import export_tasks, files, formats, requests, tables
from apps.exports.download import Download
from apps.exports.files import Layout
from apps.exports.requests import Export
from apps.plugin_api import configuration
from apps.tasks import long_tasks, records, results


def export_collection(call: Call) -> HttpResponseBase:
    largest = int(configuration.read("api")["export_limit"])
    return _download(requests.of_collection(call.parameters, call.member, largest=largest))


def export_data(call: Call) -> HttpResponseBase:
    parameters = call.parameters
    if not parameters.get("data"):
        raise Refusal(400, 'Missing parameter "data"')
    kind, name = requests.kind_in(parameters), requests.name_in(parameters, "Data_export")
    if parameters.get("raw"):  # whoever asks has made the file
        content = str(parameters["data"]).encode()
        return Download([content], name=name, extension=kind, content_type=formats.CONTENT_TYPES[kind])
    return _download(Export(files.documents_in(requests.json_in(parameters, "data")), Layout(), kind, name))


def export_answer(call: Call) -> HttpResponseBase:
    requests.path_in(call.parameters)
    return _download(requests.of_answer(call.parameters, requests.data_in(call.parameters), call.address))


def start_task(call: Call) -> HttpResponseBase:
    return message({"task_id": export_tasks.start(call.parameters, call.member, call.address)})


def download(call: Call) -> HttpResponseBase:
    task_id = call.rest[0] if call.rest else ""
    if not task_id:
        raise Refusal(400, "Missing filename")
    task = records.get(task_id)
    found = results.file_of(task) if task is not None else None
    if task is None or found is None:
        raise Refusal(404, "Export not found")
    if not long_tasks.may_change(call.member, task):
        raise Refusal(403, "Not allowed")
    if found.size == 0:
        raise Refusal(400, "Export size is 0")
    return Download(found.pieces, name=found.name, extension=found.extension, content_type=found.content_type)


def _download(export: Export) -> Download:
    try:
        pieces = files.pieces(export.kind, export.documents, export.layout)
    except tables.TooLarge as error:
        raise Refusal(400, str(error)) from error
    return Download(pieces, name=export.name, extension=export.kind, content_type=export.content_type)


READS = {
    "db": Action(callers.any_member, export_collection),
    "data": Action(callers.any_member, export_data),
    "request": Action(callers.any_member, export_answer),
    "download": Action(callers.reader("core"), download),
    "requestQuery": Action(callers.any_member, start_task),
}
