"""`/i/app_users/*` and `/o/app_users/*`: users of an application, for its administrators."""

import json
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from apps.accounts import callers
from apps.accounts.actions import Action, Call
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import client_reads, clock, keys
from apps.core.answers import message, output
from apps.core.api_view import Refusal, application_named
from apps.exports.download import Download
from apps.plugin_api import audit
from apps.profiles import (
    export_tasks,
    exports,
    files,
    import_tasks,
    imports,
    listing,
    profiles,
    updates,
    validation,
)
from apps.tasks import long_tasks, records, results

NO_USER = (400, "No users matching criteria")
SEVERAL = "This query would {verb} more than one user"
TOO_MANY = f"This query matches more than {profiles.MOST_USERS} users"
OTHER_APPLICATION = (403, "Not allowed (export belongs to a different app)")


def create(call: Call) -> HttpResponse:
    application = _application(call)
    device_id, fields = validation.data_of(call.parameters)
    profile_id = keys.user_id(application.key, device_id)
    if fields.pop("_id", profile_id) != profile_id:
        raise Refusal(400, "Wrong _id: it is the SHA-1 of the application's key and the device id")
    try:
        profile = profiles.create(application, device_id, fields)
    except updates.InvalidUpdate as error:
        raise Refusal(400, str(error)) from error
    except profiles.AlreadyThere as error:
        raise Refusal(400, "User with this device id already exists") from error
    _record(call, "app_user_created", {"uid": profile["uid"], "did": device_id})
    return message(f"User Created: {files.json_of(profile)}")


def update(call: Call) -> HttpResponse:
    application, query = _application(call), validation.query_of(call.parameters)
    if not call.parameters.get("update") and not isinstance(call.parameters.get("update"), dict):
        raise Refusal(400, 'Missing parameter "update"')
    try:
        operators = updates.read(call.parameters["update"])
        several = validation.is_forced(call.parameters)
        changed = profiles.change(application.id, query, operators, several=several)
    except updates.InvalidUpdate as error:
        raise Refusal(400, str(error)) from error
    except profiles.NoUser as error:
        raise Refusal(*NO_USER) from error
    except profiles.SeveralUsers as error:
        raise Refusal(400, SEVERAL.format(verb="update")) from error
    except profiles.TooManyUsers as error:
        raise Refusal(400, TOO_MANY) from error
    except profiles.NotApplicable as error:
        raise Refusal(400, f"The update does not fit the user: {error}") from error
    _record(
        call, "app_user_updated", {"uids": [user.get("uid") for user in changed], "update": files.json_of(operators)}
    )
    return message("User Updated")


def delete(call: Call) -> HttpResponse:
    application, query = _application(call), validation.query_of(call.parameters)
    if not query:
        raise Refusal(400, 'Parameter "query" cannot be empty, it would delete all users. Use clear app instead')
    try:
        deleted = profiles.delete(application.id, query, several=validation.is_forced(call.parameters))
    except profiles.NoUser as error:
        raise Refusal(*NO_USER) from error
    except profiles.SeveralUsers as error:
        raise Refusal(400, SEVERAL.format(verb="delete")) from error
    except profiles.TooManyUsers as error:
        raise Refusal(400, TOO_MANY) from error
    _record(call, "app_user_deleted", {"uids": [user.get("uid") for user in deleted]})
    return message("User deleted")


def export(call: Call) -> HttpResponse:
    """At once for a few users, as a task for many."""
    application, query = _application(call), validation.query_of(call.parameters)
    try:
        export_id, uids = exports.make(application.id, query, most=exports.MOST_USERS)
    except exports.NoUser as error:
        raise Refusal(400, "Query didn't mach any user") from error  # spelled as clients know it
    except exports.UsersDeleted as error:
        raise Refusal(409, "Some of the users were deleted meanwhile") from error
    except exports.TooManyUsers:
        return _export_by_task(call, application)
    _record(call, "export_app_user", {"result": "ok", "id": export_id, "uids": uids})
    return message(f"{export_id}.json")


def _export_by_task(call: Call, application: ApplicationInfo) -> HttpResponse:
    sent = validation.json_of(call.parameters["query"], "query")
    task_id, is_running = export_tasks.start(
        application.id,
        creator=call.member,
        query=json.dumps(sent, sort_keys=True),
        title=f"Users of {application.name}",
        address=call.address,
    )
    found = {"task_id": task_id}
    return output(found) if is_running else message(found)


def delete_export(call: Call) -> HttpResponse:
    name = call.rest[0] if call.rest else ""
    export_id = _export_id(name, "invalid filename")
    _check_application(call, export_id)
    exports.delete(export_id)
    _record(call, "export_app_user_deleted", {"id": name})
    return message("Export deleted")


def import_users(call: Call) -> HttpResponse:
    """Of our own: what `/o/app_users/download` gave, as the parameter `data` or as a file. At once for a few rows, as
    a task for many."""
    application = _application(call)
    rows = validation.json_of(_sent_rows(call), "data")
    if isinstance(rows, list) and len(rows) > imports.MOST_ROWS:
        if len(rows) > imports.MOST_ROWS_OF_A_TASK:
            raise Refusal(400, f"An import is a list of at most {imports.MOST_ROWS_OF_A_TASK} rows")
        title = f"Users for {application.name}"
        content = [json.dumps(rows).encode()]
        task_id = import_tasks.start(application.id, content, creator=call.member, title=title, address=call.address)
        return message({"task_id": task_id})
    try:
        outcome = imports.take_over(application, rows)
    except imports.InvalidRows as error:
        raise Refusal(400, str(error)) from error
    except imports.DataRemoved as error:
        raise Refusal(409, str(error)) from error
    _record(call, "app_user_imported", outcome.numbers())
    return message(outcome.numbers())


def _sent_rows(call: Call) -> Any:
    upload = next(iter(call.request.FILES.values()), None)
    if upload is not None and not isinstance(upload, list):
        return upload.read().decode("utf-8", "replace")
    if not call.parameters.get("data"):
        raise Refusal(400, 'Missing parameter "data"')
    return call.parameters["data"]


def download(call: Call) -> HttpResponseBase:
    name = call.rest[0] if call.rest else ""
    if not name:
        raise Refusal(400, "Missing filename")
    export_id = _export_id(name, "Invalid filename")
    if exports.application_of(export_id) is None and (task := records.get(export_id)):
        return _download_of_task(call, task)
    _check_application(call, export_id)
    return files.download(export_id)


def _download_of_task(call: Call, task: records.Task) -> HttpResponseBase:
    """As `/o/export/download` does."""
    if task.get("kind") != export_tasks.KIND or not long_tasks.may_change(call.member, task):
        raise Refusal(*OTHER_APPLICATION)
    found = results.file_of(task)
    if found is None:
        raise Refusal(400, "Export doesn't exist")
    return Download(found.pieces, name=found.name, extension=found.extension, content_type=found.content_type)


def show_loyalty(call: Call) -> HttpResponse:
    application_id = application_named(call.parameters)
    query = validation.query_of(call.parameters, is_required=False)
    with client_reads.bounded():
        return output(listing.loyalty(application_id, query, clock.now_s()))


def _application(call: Call) -> ApplicationInfo:
    application = lookup.by_id(application_named(call.parameters))
    if application is None:
        raise Refusal(400, "App does not exist")
    return application


def _export_id(name: str, refusal: str) -> str:
    try:
        return exports.id_of_name(name)
    except exports.InvalidName as error:
        raise Refusal(400, refusal) from error


def _check_application(call: Call, export_id: str) -> None:
    """A name that is none of an export leads to nothing, so anybody may ask for it."""
    owner = exports.application_of(export_id)
    if owner and owner != call.parameters.get("app_id") and not call.member.global_admin:
        raise Refusal(*OTHER_APPLICATION)


def _record(call: Call, action: str, data: dict[str, Any]) -> None:
    application_id = str(call.parameters.get("app_id") or "")
    audit.record(action, data, member=call.member, application_id=application_id, address=call.address)


WRITES = {
    "create": Action(callers.writer, create),
    "update": Action(callers.writer, update),
    "delete": Action(callers.writer, delete),
    "export": Action(callers.writer, export),
    "deleteExport": Action(callers.writer, delete_export),
    "import": Action(callers.writer, import_users),
}
READS = {
    "download": Action(callers.reader("core"), download),
    "loyalty": Action(callers.reader("core"), show_loyalty),
}
INVALID_PATH = "Invalid path, must be one of /all or /me"  # as in the original
