"""Exports that take longer than an answer may: long tasks whose result is a file.

A task keeps what was asked for and who asked, never credentials. When it runs, the rights are those that the member
has then.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts import tokens
from apps.accounts.access import can_read, identify
from apps.accounts.callers import NO_RIGHT
from apps.accounts.models import Member
from apps.core.api_view import PATH, Refusal
from apps.exports import files, inner, requests
from apps.exports.requests import Export
from apps.tasks import kinds, long_tasks
from apps.tasks.kinds import Data, File, Kind, Running

COLLECTION = "/o/export/db"
TOLD_EVERY = 1_000  # documents
TOKEN_SECONDS = 3_600
CREDENTIALS = ("api_key", "auth_token")
KEPT = ("type", "filename", "prop", "projection", "columnNames", "mapper")


def start(parameters: Mapping[str, Any], caller: Member, address: str) -> str:
    """The id of the task. Raises Refusal."""
    path, data = requests.path_in(parameters), requests.data_in(parameters)
    requests.kind_in(parameters)
    application_id = str(parameters.get("app_id") or data.get("app_id") or "")
    if application_id and not can_read(caller, application_id):
        raise Refusal(401, NO_RIGHT)
    member = identify(data, {PATH: path})
    if member.has_limited_token:  # the task will know the member only, and not what the token allowed
        raise Refusal(403, "Token not valid")
    asked = {name: value for name, value in data.items() if name not in CREDENTIALS}
    is_of_collection = path == COLLECTION
    if is_of_collection:
        requests.source_of(asked, member)
    else:
        inner.resolved(path)  # now: what it is refused for, credentials in a query, must not be stored
    arguments = {name: parameters[name] for name in KEPT if parameters.get(name)}
    arguments |= {"path": path, "data": asked, "member": str(member.pk)}
    return long_tasks.start(
        "export_collection" if is_of_collection else "export_answer",
        arguments,
        creator=caller,
        application_id=application_id,
        type_name=str(parameters.get("type_name") or "tableExport")[:100],
        name=requests.name_in(parameters, "Data_export")[:200],
        is_global=False,
        address=address,
    )


def register() -> None:
    kinds.KINDS.register("export_collection", Kind(_("Export of a collection"), _run_of_collection))
    kinds.KINDS.register("export_answer", Kind(_("Export of a report"), _run_of_answer))


def _run_of_collection(task: Running) -> Data | File:
    asked = {**task.arguments["data"], **{name: task.arguments[name] for name in KEPT if name in task.arguments}}
    try:
        export = requests.of_collection(
            asked, _member(task), largest=requests.MAX_DOCUMENTS, most_ms=requests.MOST_MS_OF_A_TASK
        )
    except Refusal as refusal:
        raise RuntimeError(refusal.message) from refusal
    return _file(export, task)


def _run_of_answer(task: Running) -> Data | File:
    member = _member(task)
    token = tokens.create(
        str(member.pk),
        ttl_seconds=TOKEN_SECONDS,
        endpoints=[f"^{re.escape(task.arguments['path'])}$"],
        purpose=f"export {task.id}",
        is_temporary=True,
    )
    try:
        export = requests.of_answer(task.arguments, {**task.arguments["data"], "auth_token": token}, "", member)
    except Refusal as refusal:
        raise RuntimeError(refusal.message) from refusal
    finally:
        tokens.delete(token, str(task.arguments["member"]))
    return _file(export, task)


def _file(export: Export, task: Running) -> File:
    pieces = files.pieces(export.kind, _told(export.documents, export.expected, task), export.layout)
    return File(pieces, export.name, export.kind, export.content_type)


def _told(documents: Iterable[dict[str, Any]], expected: int, task: Running) -> Iterator[dict[str, Any]]:
    for number, document in enumerate(documents):
        if number % TOLD_EVERY == 0:
            task.progress(min(number / expected, 0.99) if expected else 0.0)
        yield document


def _member(task: Running) -> Member:
    member = Member.objects.filter(pk=task.arguments["member"]).first()
    if member is None or member.locked:
        raise RuntimeError("The member who asked for this export is gone")
    return member
