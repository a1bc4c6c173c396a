"""Long tasks: begun for a member, run by a worker, kept with what they found until somebody deletes them."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from apps.accounts.access import can_read, is_app_admin
from apps.accounts.models import Member
from apps.core import clock
from apps.plugin_api import audit, configuration
from apps.tasks import records, results
from apps.tasks.kinds import KINDS
from apps.tasks.records import Task

KEPT_DAYS = 90  # of tasks that nobody made by hand


def start(
    kind: str,
    arguments: Mapping[str, Any],
    *,
    creator: Member,
    application_id: str = "",
    type_name: str = "",
    name: str = "",
    description: str = "",
    period: str = "",
    view: str = "",
    meta: Mapping[str, Any] | None = None,
    is_global: bool = True,
    is_refreshed: bool = False,
    is_made_by_hand: bool = False,
    address: str = "",
) -> str:
    """The id of the task. One that already does the same is taken, when the member may see it.

    `arguments` are what JSON can say, and hold no credentials: they are stored, and used again when the task is run
    again. `type_name` is the kind's name for clients.
    """
    if running := unfinished(kind, arguments, creator=creator, application_id=application_id):
        return running
    owner, request = str(creator.pk), _request(kind, arguments)
    now = clock.now_ms()
    task: Task = {
        "_id": hashlib.sha1(secrets.token_bytes(20), usedforsecurity=False).hexdigest(),
        "ts": now,
        "start": now,
        "status": records.RUNNING,
        "type": type_name or kind,
        "kind": kind,
        "arguments": dict(arguments),
        "meta": json.dumps(dict(meta or {})),
        "name": name or None,
        "view": view,
        "request": request,
        "app_id": application_id,
        "creator": owner,
        "global": is_global,
        "r_hour": None,
        "autoRefresh": is_refreshed,
        "report_name": name,
        "report_desc": description,
        "period_desc": period,
        "manually_create": is_made_by_hand,
        "progress": 0.0,
        "hasData": False,
    }
    records.insert(task)
    audit.record(
        "task_manager_task_created",
        {name: task[name] for name in ("_id", "type", "report_name", "global")},
        member=creator,
        application_id=application_id,
        address=address,
    )
    _tell_a_worker()
    return str(task["_id"])


def unfinished(kind: str, arguments: Mapping[str, Any], *, creator: Member, application_id: str = "") -> str:
    """The id of a task that waits or runs, does the same and may be seen by the member; "" when there is none."""
    same = {
        "request": _request(kind, arguments),
        "app_id": application_id,
        "status": {"$in": list(records.UNFINISHED)},
        "$or": [{"global": {"$ne": False}}, {"creator": str(creator.pk)}],
    }
    found = next(iter(records.find(same, limit=1)), None)
    return str(found["_id"]) if found else ""


def can_run_again(task: Task) -> bool:
    kind = KINDS.get(str(task.get("kind")))
    is_repeatable = bool(task.get("kind")) and (kind is None or kind.is_repeatable)
    return is_repeatable and task.get("status") not in records.UNFINISHED


def run_again(task: Task) -> bool:
    """False while it runs, and for tasks of which only the result is known."""
    if not can_run_again(task) or not records.begin_again(str(task["_id"])):
        return False
    _tell_a_worker()
    return True


def change(task: Task, fields: Mapping[str, Any], *, by: Member, address: str = "") -> None:
    before = {name: task.get(name) for name in fields}
    records.change(str(task["_id"]), fields)
    data = {"_id": task["_id"], "before": before, "update": dict(fields)}
    audit.record(
        "task_manager_task_updated", data, member=by, application_id=str(task.get("app_id") or ""), address=address
    )


def delete(task: Task, *, by: Member | None = None, address: str = "") -> None:
    """One that runs stops at its next step."""
    _remove(task)
    audit.record(
        "task_manager_task_deleted",
        {name: task.get(name) for name in ("_id", "type", "report_name")},
        member=by,
        application_id=str(task.get("app_id") or ""),
        address=address,
    )


def may_see(member: Member, task: Task) -> bool:
    """Private ones are seen by who made them; others by who may read the application they belong to."""
    if is_own(member, task):
        return True
    application_id = str(task.get("app_id") or "")
    is_shared = task.get("global") is not False
    return is_shared and (can_read(member, application_id) if application_id else member.global_admin is True)


def may_change(member: Member, task: Task) -> bool:
    """Who made it; shared ones also administrators of the application they belong to. Nobody else takes a private one's
    file, nor makes it a shared one: it may hold what only who made it may read."""
    if is_own(member, task):
        return True
    application_id = str(task.get("app_id") or "")
    may_manage = is_app_admin(member, application_id) if application_id else member.global_admin is True
    return may_manage and may_see(member, task)


def is_own(member: Member, task: Task) -> bool:
    """Made by the member, who may still read its application. A token that is limited to other applications does not
    reach it."""
    application_id = str(task.get("app_id") or "")
    may_read = can_read(member, application_id) if application_id else not member.has_limited_token
    return may_read and task.get("creator") == str(member.pk)


def visible_to(member: Member) -> dict[str, Any]:
    """The part of a query that leaves out private tasks of others; the applications are the caller's matter."""
    return {"$or": [{"global": {"$ne": False}}, {"creator": str(member.pk)}], "subtask": {"$exists": False}}


def refresh_due() -> int:
    """Runs again those that are to be kept fresh; how many."""
    interval_ms = int(configuration.read("api")["reports_regenerate_interval"]) * 1000
    number = 0
    for task in records.find({"autoRefresh": True, "status": {"$nin": list(records.UNFINISHED)}}):
        started, ended = int(task.get("start") or 0), int(task.get("end") or 0)
        duration = max(ended - started, 0)
        is_old = clock.now_ms() + duration - started >= interval_ms
        if (task.get("dirty") or is_old) and run_again(task):
            number += 1
    return number


def remove_old() -> int:
    """Tasks that nobody made by hand, after KEPT_DAYS; how many."""
    before_ms = clock.now_ms() - round(timedelta(days=KEPT_DAYS).total_seconds() * 1000)
    old = {"manually_create": {"$ne": True}, "end": {"$lt": before_ms}, "autoRefresh": {"$ne": True}}
    number = 0
    for task in list(records.find({**old, "status": {"$nin": list(records.UNFINISHED)}})):
        _remove(task)
        number += 1
    return number


def remove_of_application(application_id: str) -> None:
    for task in list(records.find({"app_id": application_id})):
        _remove(task)


def forget_member(*, member_id: str, **_told: Any) -> None:
    """Private tasks, which nobody could see any more."""
    for task in list(records.find({"creator": member_id, "global": False})):
        _remove(task)


def _remove(task: Task) -> None:
    """With what it found, and what its kind keeps for it."""
    task_id = str(task["_id"])
    records.remove(task_id)
    results.remove(task_id)
    kind = KINDS.get(str(task.get("kind")))
    if kind is not None and kind.forget is not None:
        kind.forget(task)


def _request(kind: str, arguments: Mapping[str, Any]) -> str:
    return json.dumps({"uri": kind, "method": "GET", "json": dict(arguments)}, sort_keys=True)


def _tell_a_worker() -> None:
    from apps.tasks.tasks import task_run_waiting  # circular: that module runs what this one begins

    task_run_waiting.delay()
