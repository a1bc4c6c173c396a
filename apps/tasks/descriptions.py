"""Work that takes long, and its results."""

from typing import Any

from apps.plugin_api.descriptions import (
    ANYTHING,
    Parameter,
    app_id,
    choice,
    describe,
    flag,
    json,
    list_of,
    map_of,
    table_parameters,
    text,
)

TAG = "Tasks"
ID = text("task_id", "Of the task.", required=True, example="0123456789abcdef0123456789abcdef01234567")
TASK: dict[str, Any] = {
    "_id": ID.example, "type": "tableExport", "status": "completed", "start": 1741775400000, "end": 1741775401000,
    "app_id": "5f8c6f2e1b2c3d4e5f607182", "creator": "5f8c6f2e1b2c3d4e5f607183", "report_name": "Users",
}  # fmt: skip
ASKED: tuple[Parameter, ...] = (
    app_id(required=False),
    text("app_ids", "Several applications, separated by commas."),
    choice("data_source", "Tasks of no application, or of all.", ["independent", "all"]),
    json("query", "A filter of tasks.", map_of(ANYTHING), example={"status": "completed"}),
    text("period", "When they were asked for, as in the read API.", example="30days"),
)
UNREADABLE = {400: ["Failed to parse query. ..."]}
MISSING = 'Missing parameter "task_id"'
TASKS = list_of(map_of(ANYTHING))

describe("/o/tasks/all", TAG, "Tasks that the member may see", *ASKED, answer=[TASK], schema=TASKS, errors=UNREADABLE)
describe(
    "/o/tasks/count",
    TAG,
    "How many there are, by application",
    *ASKED,
    answer=[{"_id": TASK["app_id"], "c": 3}],
    errors=UNREADABLE,
)
describe(
    "/o/tasks/list",
    TAG,
    "A table of tasks",
    *ASKED,
    *table_parameters("0 name", "2 status", "3 kind", "7 end", "8 start", length=50),
    answer={"aaData": [TASK], "iTotalDisplayRecords": 1, "iTotalRecords": 1, "sEcho": "1"},
    schema={"type": "object", "required": ["aaData", "iTotalRecords"], "properties": {"aaData": TASKS}},
    errors=UNREADABLE,
)
describe(
    "/o/tasks/task",
    TAG,
    "One task with its result",
    app_id(required=False),
    ID,
    answer={**TASK, "data": "[]"},
    schema=map_of(ANYTHING),
    errors={400: [MISSING, "Task does not exist"]},
)
describe(
    "/o/tasks/check",
    TAG,
    "How tasks stand",
    app_id(required=False),
    text("task_id", "Of the task, or a JSON list of several.", required=True, example=ID.example),
    answer={"result": "completed"},
    schema={"type": "object", "required": ["result"]},
    errors={400: [MISSING, "Task does not exist", 'Invalid parameter "task_id"']},
)


def _change(name: str, summary: str, *parameters: Parameter, refused: str = "Not allowed", bad: str = MISSING) -> None:
    describe(
        f"/i/tasks/{name}",
        TAG,
        summary,
        app_id(),
        ID,
        *parameters,
        answer={"result": "Success"},
        errors={400: [MISSING, *([] if bad == MISSING else [bad])], 403: [refused], 404: ["Task not found"]},
    )


_change("update", "Run a task again", refused="No permission to run this task", bad="This task cannot be run again")
_change("delete", "Delete a task and its result")
_change("name", "Rename a task", text("name", "Its new name.", required=True), bad='Invalid parameter "name"')
_change(
    "edit",
    "Change what people read of a task, who sees it, and whether it is renewed",
    *(text(name, "For people.") for name in ("report_name", "report_desc", "period_desc")),
    flag("global", "Everybody who may read the application sees it."),
    flag("autoRefresh", "It is run again regularly."),
)
