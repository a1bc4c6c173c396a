"""The task manager of an application: what runs, what it found."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.api_view import Refusal
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Block, Documents, Facts, Part, Switch, Switches
from apps.shell.screens import Screen
from apps.shell.tables import Column, Row, Table, TableQuery
from apps.shell.visits import Visit
from apps.tasks import long_tasks, records, results
from apps.tasks.records import Task

MAX_TEXT = 100_000
SEARCHED = ("report_name", "report_desc", "type")
BY_HAND, BY_ITSELF, MINE = "manual", "automatic", "mine"


def build_list(visit: Visit) -> list[Part]:
    filters = _filters()
    chosen = {name: filters[name].chosen(visit) for name in filters}

    def fetch(query: TableQuery) -> tuple[list[Row], int]:
        return _page(visit, query, chosen)

    return [
        Switches(id="filters", switches=list(filters.values())),
        Table(
            id="table",
            title=_("Tasks"),
            hint=_("Reports and exports that take longer than a page may."),
            columns=[
                Column("report_name", _("Task"), "name"),
                Column("type", _("Kind"), "text"),
                Column("status", _("Status"), "text"),
                Column("progress", _("Done"), "bar", is_sortable=False),
                Column("start", _("Started"), "moment"),
                Column("end", _("Ended"), "moment"),
            ],
            fetch=fetch,
            sort="-start",
            nothing=_("No tasks yet. Save a report, or export more than a page holds."),
            api=visit.api("/o/tasks/list", period=None),
        ),
    ]


def _filters() -> dict[str, Switch]:
    statuses = {name: title for name, title in _status_titles().items() if name != records.RERUNNING}
    return {
        "status": Switch(id="status", title=_("Status"), parameter="status", options={"": _("Any status"), **statuses}),
        "origin": Switch(
            id="origin",
            title=_("Origin"),
            parameter="origin",
            options={"": _("Any origin"), BY_HAND: _("Asked for"), BY_ITSELF: _("Automatic")},
        ),
        "owner": Switch(
            id="owner", title=_("Whose"), parameter="owner", options={"": _("Of everybody"), MINE: _("Mine")}
        ),
    }


def _page(visit: Visit, query: TableQuery, chosen: Mapping[str, str]) -> tuple[list[Row], int]:
    parts: list[dict[str, Any]] = [{"app_id": visit.application.id}, long_tasks.visible_to(visit.member)]
    if chosen["status"]:
        is_running = chosen["status"] == records.RUNNING
        parts.append({"status": {"$in": list(records.UNFINISHED) if is_running else [chosen["status"]]}})
    if chosen["origin"]:
        parts.append({"manually_create": True if chosen["origin"] == BY_HAND else {"$ne": True}})
    if chosen["owner"]:
        parts.append({"creator": str(visit.member.pk)})
    if query.search:
        pattern = {"$regex": _literal(query.search), "$options": "i"}
        parts.append({"$or": [{name: pattern} for name in SEARCHED]})
    wanted = {"$and": parts}
    found = records.find(
        wanted, sort=(query.sort or "start", -1 if query.descending else 1), skip=query.offset, limit=query.size
    )
    return [_row(visit, task) for task in found], records.count(wanted)


def _row(visit: Visit, task: Task) -> Row:
    return {
        "_key": task["_id"],
        "_href": reverse("task", args=[visit.application.id, task["_id"]]),
        "report_name": task.get("report_name") or task["_id"],
        "type": task.get("type"),
        "status": status_text(task),
        "progress": 100.0 * float(task.get("progress") or 0),
        "start": int(task.get("start") or 0) // 1000,
        "end": int(task["end"]) // 1000 if task.get("end") else None,
    }


def status_text(task: Task) -> str:
    return _status_titles().get(str(task.get("status")), str(task.get("status")))


def _status_titles() -> dict[str, str]:
    return {
        records.RUNNING: _("Running"),
        records.RERUNNING: _("Running again"),
        records.COMPLETED: _("Completed"),
        records.ERRORED: _("Failed"),
        records.STOPPED: _("Stopped"),
    }


def build_one(visit: Visit) -> list[Part]:
    task = _task(visit)
    file, data = results.file_of(task), results.data_of(task)
    is_shared = task.get("global") is not False
    facts: list[dict[str, Any]] = [
        {"name": _("Status"), "kind": "text", "value": status_text(task)},
        {"name": _("Kind"), "kind": "text", "value": task.get("type")},
        {"name": _("Description"), "kind": "text", "value": task.get("report_desc") or "-"},
        {"name": _("Started"), "value": int(task.get("start") or 0) // 1000, "kind": "moment"},
        {"name": _("Problem"), "kind": "text", "value": task.get("errormsg") or "-"},
        {
            "name": _("Seen by"),
            "kind": "text",
            "value": _("Everybody") if is_shared else _("Only me"),
        },
    ]
    if file is not None:
        facts.append({"name": _("File"), "kind": "text", "value": f"{file.name}.{file.extension}"})
    if file is not None and file.size is not None:
        facts.append({"name": _("Size"), "kind": "text", "value": filesizeformat(file.size)})
    check = visit.api("/o/tasks/check", period=None, task_id=task["_id"])
    parts: list[Part] = [Facts(id="facts", title=str(task.get("report_name") or task["_id"]), rows=facts, api=check)]
    if task.get("status") in records.UNFINISHED:
        done = {"percent": round(100 * float(task.get("progress") or 0)), "link": visit.address.link({})}
        parts.insert(0, Block(id="progress", title=_("Under way"), file="tasks/progress.html", values=done))
    buttons = []
    if long_tasks.may_change(visit.member, task):
        buttons = [{"action": "delete", "title": _("Delete"), "confirm": _("Delete the task and what it found?")}]
        if long_tasks.is_own(visit.member, task):
            buttons.append({"action": "share", "title": _("Keep for me") if is_shared else _("Share")})
        if long_tasks.can_run_again(task):
            buttons.insert(0, {"action": "again", "title": _("Run again")})
    if file is not None and long_tasks.may_change(visit.member, task):
        link = reverse("task_file", args=[visit.application.id, task["_id"]])
        parts.append(Block(id="file", title=_("File"), file="tasks/file.html", values={"link": link}))
    text = _pretty(data) if data else _("A file, for downloading.") if file else ""
    found = {"id": task["_id"], "title": _("What it found"), "text": text or _("Nothing yet."), "is_open": True}
    api = visit.api(f"/o/export/download/{task['_id']}" if file else "/o/tasks/task", period=None, task_id=task["_id"])
    return [*parts, Documents(id="result", title=_("Result"), items=[found], buttons=buttons, api=api)]


def run_again(visit: Visit) -> Done:
    if not long_tasks.run_again(_changeable(visit)):
        raise Refusal(400, _("It runs already, or cannot be run again."))
    return Done(_("It runs again."))


def delete(visit: Visit) -> Done:
    long_tasks.delete(_changeable(visit), by=visit.member)
    return Done(_("The task was deleted."), reverse("tasks", args=[visit.application.id]))


def share(visit: Visit) -> Done:
    task = _changeable(visit)
    if not long_tasks.is_own(visit.member, task):
        raise Refusal(403, _("This task is somebody else's."))
    is_shared = task.get("global") is False
    long_tasks.change(task, {"global": is_shared}, by=visit.member)
    return Done(_("Everybody who sees the application sees it now.") if is_shared else _("Only you see it now."))


def _task(visit: Visit) -> Task:
    task = records.get(str(visit.path["task_id"]))
    if task is None or task.get("app_id") != visit.application.id or not long_tasks.may_see(visit.member, task):
        raise Http404("No such task")
    return task


def _changeable(visit: Visit) -> Task:
    task = _task(visit)
    if not long_tasks.may_change(visit.member, task):
        raise Refusal(403, _("This task is somebody else's."))
    return task


def _pretty(data: str) -> str:
    try:
        return json.dumps(json.loads(data), indent=2, ensure_ascii=False)[:MAX_TEXT]
    except ValueError:
        return data[:MAX_TEXT]


def _literal(text: str) -> str:
    return re.escape(text)


def _reader(visit: Visit) -> bool:
    return visit.may("r", "core")


TASKS = Screen(
    name="tasks",
    route="applications/<str:application_id>/tasks",
    title=gettext_lazy("Task manager"),
    build=build_list,
    has_period=False,
    shows_without_data=True,
)
TASK = Screen(
    name="task",
    entry="tasks",
    route="applications/<str:application_id>/tasks/<str:task_id>",
    title=gettext_lazy("Task"),
    build=build_one,
    post=post_of(
        {
            "again": FormAction(_reader, run_again),
            "delete": FormAction(_reader, delete),
            "share": FormAction(_reader, share),
        }
    ),
    has_period=False,
    shows_without_data=True,
)
