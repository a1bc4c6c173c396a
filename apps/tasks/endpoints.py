"""`/i/tasks/*` and `/o/tasks/*`: the list of long tasks, for whoever may see and change them."""

import re
from collections.abc import Mapping
from typing import Any

from django.http.response import HttpResponseBase
from pymongo import ASCENDING, DESCENDING

from apps.accounts import callers
from apps.accounts.access import readable_applications
from apps.accounts.actions import Action, Call
from apps.analytics import periods
from apps.core import client_queries, client_reads, client_selections, clock
from apps.core.answers import message, output
from apps.core.api_view import Refusal
from apps.core.client_queries import InvalidQuery
from apps.tasks import long_tasks, records, results
from apps.tasks.records import Task

NOT_FOUND = (404, "Task not found")
NOT_ALLOWED = (403, "Not allowed")
NO_TASK = (400, "Task does not exist")
SUCCESS = "Success"

MAX_LISTED = 1_000
MAX_CHECKED = 200
MAX_TEXT = 2_000
SORTED_BY = {"0": "report_name", "2": "status", "3": "type", "7": "end", "8": "start"}
#: Of which clients may ask in `query`.
FIELDS = frozenset(
    {"_id", "status", "type", "autoRefresh", "manually_create", "creator", "app_id", "global", "linked_to", "taskgroup"}
    | {"subtask", "report_name", "report_desc", "period_desc", "start", "end", "ts", "view", "hasData", "name"}
)


def show_all(call: Call) -> HttpResponseBase:
    query = _query(call, _applications(call))
    with client_reads.bounded():
        return output([_shown(task) for task in records.find(query, limit=MAX_LISTED)])


def show_count(call: Call) -> HttpResponseBase:
    counts: dict[str, int] = {}
    query = _query(call, _applications(call))
    with client_reads.bounded():
        for task in records.find(query, limit=0):
            application_id = str(task.get("app_id") or "")
            counts[application_id] = counts.get(application_id, 0) + 1
    return output([{"_id": application_id, "c": number} for application_id, number in counts.items()])


def show_list(call: Call) -> HttpResponseBase:
    """In the protocol of DataTables."""
    parameters = call.parameters
    shown = everything = _query(call, _applications(call))
    if search := parameters.get("sSearch"):
        pattern = {"$regex": re.escape(str(search)[:200]), "$options": "i"}
        shown = {"$and": [everything, {"$or": [{"report_name": pattern}, {"report_desc": pattern}]}]}
    name = SORTED_BY.get(str(parameters.get("iSortCol_0")), "end")
    direction = ASCENDING if parameters.get("sSortDir_0") == "asc" else DESCENDING
    skip = client_selections.whole_number(parameters.get("iDisplayStart"), 0, largest=2**31 - 1)
    limit = client_selections.whole_number(parameters.get("iDisplayLength"), 50, largest=MAX_LISTED) or MAX_LISTED
    with client_reads.bounded():
        total = records.count(everything)
        found = list(records.find(shown, sort=(name, direction), skip=skip, limit=limit))
        matching = total if shown is everything else records.count(shown)
    return output(
        {
            "aaData": [_shown(task) for task in found],
            "iTotalDisplayRecords": matching,
            "iTotalRecords": total,
            "sEcho": parameters.get("sEcho"),
        }
    )


def show_one(call: Call) -> HttpResponseBase:
    task = _visible(call, _task_id(call.parameters))
    if task is None:
        raise Refusal(*NO_TASK)
    return output({**_shown(task), "data": results.data_of(task)})


def check(call: Call) -> HttpResponseBase:
    """One status, or those of a list of tasks, of which some may be gone."""
    sent = _task_id(call.parameters)
    try:
        asked = client_selections.json_of(sent) if sent.startswith("[") else None
    except InvalidQuery as error:
        raise Refusal(400, 'Invalid parameter "task_id"') from error
    if isinstance(asked, list):
        return message([_checked(call, str(task_id)) for task_id in asked[:MAX_CHECKED]])
    task = _visible(call, sent)
    if task is None:
        raise Refusal(*NO_TASK)
    return message(task.get("status"))


def run_again(call: Call) -> HttpResponseBase:
    task = _changeable(call, refused="No permission to run this task")
    if not long_tasks.run_again(task):
        raise Refusal(400, "This task cannot be run again")
    return message(SUCCESS)


def delete(call: Call) -> HttpResponseBase:
    long_tasks.delete(_changeable(call), by=call.member, address=call.address)
    return message(SUCCESS)


def rename(call: Call) -> HttpResponseBase:
    task = _changeable(call)
    long_tasks.change(task, {"name": _text(call.parameters, "name")}, by=call.member, address=call.address)
    return message(SUCCESS)


def edit(call: Call) -> HttpResponseBase:
    task, sent = _changeable(call), call.parameters
    fields: dict[str, Any] = {
        name: _text(sent, name) for name in ("report_name", "report_desc", "period_desc") if name in sent
    }
    fields |= {name: sent[name] in (True, "true") for name in ("global", "autoRefresh") if name in sent}
    if fields:
        long_tasks.change(task, fields, by=call.member, address=call.address)
    return message(SUCCESS)


def _query(call: Call, applications: dict[str, Any]) -> dict[str, Any]:
    parameters = call.parameters
    try:
        asked = client_queries.read(parameters.get("query"), fields=FIELDS)
    except InvalidQuery as error:
        raise Refusal(400, f"Failed to parse query. {error}") from error
    parts = [applications, long_tasks.visible_to(call.member), asked, _within(parameters.get("period"))]
    return {"$and": [part for part in parts if part]}


def _applications(call: Call) -> dict[str, Any]:
    """Of which applications tasks are shown; never of one that the member may not read."""
    parameters = call.parameters
    readable = {application.id for application in readable_applications(call.member)}
    source = parameters.get("data_source")
    if source == "independent":
        return {"app_id": {"$in": ["", "undefined", None]}}
    if source == "all":
        return {"app_id": {"$in": [*sorted(readable), "", "undefined", None]}}
    asked = str(parameters.get("app_ids") or parameters.get("app_id") or "").split(",")
    return {"app_id": {"$in": sorted(readable & set(asked))}}


def _within(period: Any) -> dict[str, Any]:
    if not period:
        return {}
    found = periods.resolve(periods.parse(period) or periods.DEFAULT_PERIOD, zone="UTC", now_ms=clock.now_ms())
    return {"ts": {"$gte": found.start_ms, "$lte": found.end_ms}}


def _visible(call: Call, task_id: str) -> Task | None:
    task = records.get(task_id)
    return task if task is not None and long_tasks.may_see(call.member, task) else None


def _changeable(call: Call, refused: str = NOT_ALLOWED[1]) -> Task:
    """Raises Refusal."""
    task = records.get(_task_id(call.parameters))
    if task is None:
        raise Refusal(*NOT_FOUND)
    if not long_tasks.may_change(call.member, task):
        raise Refusal(NOT_ALLOWED[0], refused)
    return task


def _checked(call: Call, task_id: str) -> dict[str, Any]:
    task = _visible(call, task_id)
    if task is None:
        return {"_id": task_id, "result": "deleted"}
    names = ("_id", "report_name", "type", "manually_create", "view")
    return {**{name: task.get(name) for name in names}, "result": task.get("status")}


def _shown(task: Task) -> Task:
    # `request` says what `arguments` say; in tasks of the original it holds the credentials of who began them, too.
    hidden = ("data", "arguments", "request", "lease", "file")
    return {name: value for name, value in task.items() if name not in hidden}


def _task_id(parameters: Mapping[str, Any]) -> str:
    task_id = parameters.get("task_id")
    if not task_id:
        raise Refusal(400, 'Missing parameter "task_id"')
    return task_id if isinstance(task_id, str) else str(task_id)


def _text(parameters: Mapping[str, Any], name: str) -> str:
    value = parameters.get(name)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise Refusal(400, f'Invalid parameter "{name}"')
    return value


READS = {
    "all": Action(callers.reader("core"), show_all),
    "count": Action(callers.reader("core"), show_count),
    "list": Action(callers.reader("core"), show_list),
    "task": Action(callers.reader("core"), show_one),
    "check": Action(callers.reader("core"), check),
}
WRITES = {
    "update": Action(callers.writer, run_again),
    "delete": Action(callers.writer, delete),
    "name": Action(callers.writer, rename),
    "edit": Action(callers.writer, edit),
}
