"""Exports of more users than anybody waits for: long tasks, whose file is read from `exports` like that of small ones.

A task keeps what was asked for, and who asked. When it runs, the rights are those that the member has then.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.accounts.access import is_app_admin
from apps.accounts.models import Member
from apps.core import client_queries, json_text
from apps.core.client_queries import Filter
from apps.plugin_api import audit
from apps.profiles import exports, files, listing, validation
from apps.tasks import kinds, long_tasks, records
from apps.tasks.kinds import Kept, Kind, Running

KIND = "export_app_users"
LIST = "user_profiles"  # the screen to which the task belongs


def start(
    application_id: str, *, creator: Member, query: str = "", search: str = "", title: str, address: str
) -> tuple[str, bool]:
    """The id of the task, and whether it ran already. `query`: JSON that `validation.query_of` takes."""
    arguments = {"query": query, "search": search}
    if running := long_tasks.unfinished(KIND, arguments, creator=creator, application_id=application_id):
        return running, True
    task_id = long_tasks.start(
        KIND,
        arguments,
        creator=creator,
        application_id=application_id,
        type_name="appUserExport",
        name=title,
        is_global=False,
        is_made_by_hand=True,
        address=address,
    )
    return task_id, False


def register() -> None:
    kinds.KINDS.register(KIND, Kind("Export of users", _run, pieces=_pieces, forget=_forget))


def _run(task: Running) -> Kept:
    member = Member.objects.filter(pk=task.creator).first()
    if member is None or member.locked or not is_app_admin(member, task.application_id):
        raise RuntimeError("The member who asked for this export may not have it any more")
    try:
        export_id, uids = exports.make(
            task.application_id,
            _wanted(task.arguments),
            most=exports.MOST_USERS_OF_A_TASK,
            most_ms=exports.MOST_MS_OF_A_TASK,
            progress=task.progress,
        )
    except exports.NoUser as error:
        raise RuntimeError("Nobody matches") from error
    except exports.TooManyUsers as error:
        raise RuntimeError(f"An export holds at most {exports.MOST_USERS_OF_A_TASK:,} users") from error
    except exports.UsersDeleted as error:
        raise RuntimeError("Some of the users were deleted meanwhile: run it again") from error
    data = {"result": "ok", "id": export_id, "users": len(uids)}
    audit.record("export_app_user", data, member=member, application_id=task.application_id)
    return Kept(export_id, export_id, files.EXTENSION, files.CONTENT_TYPE)


def _wanted(arguments: Mapping[str, Any]) -> Filter:
    sent = json_text.parse(arguments["query"]) if arguments.get("query") else None
    parts = [client_queries.read(sent, fields=validation.FIELDS), listing.matching_text(str(arguments.get("search")))]
    chosen = [part for part in parts if part]
    return {"$and": chosen} if chosen else {}


def _pieces(export_id: str) -> Iterable[bytes] | None:
    return files.pieces(export_id) if exports.is_there(export_id) else None


def _forget(task: Mapping[str, Any]) -> None:
    about = task.get("file")
    key = str(about["key"]) if isinstance(about, dict) and about.get("key") else ""
    if key and not records.count({"kind": KIND, "file.key": key}):  # else it is the file of another task, too
        exports.delete(key)
