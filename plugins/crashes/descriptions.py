from apps.analytics.descriptions import PERIOD
from apps.plugin_api.descriptions import (
    TEXT,
    app_id,
    args,
    choice,
    describe,
    flag,
    integer,
    json,
    list_of,
    map_of,
    object_of,
    table_parameters,
    text,
)
from plugins.crashes.queries import FILTERS

TAG = "Crashes"
SUCCESS = {"result": "Success"}
ID = "6f2a0f2c8d1e4b5a9c7d3e2f1a0b9c8d7e6f5a4b"
GROUPS = json("crashes", "Ids of groups; `crash_id` names a single one.", list_of(TEXT), example=[ID])
GROUP = text("crash_id", "The group.", example=ID)
REQUIRED_GROUP = text("crash_id", "The group.", required=True, example=ID)
ERRORS = {400: ["Error: args not found", "Error: could not parse args", "Error: app_id mismatch"]}
REPORT = {"_id": "65f0a1b2c3d4e5f601020304", "group": ID, "os": "Android", "app_version": "1.0", "ts": 1741775400}
ROW = {"_id": ID, "name": "NullPointerException", "os": "Android", "reports": 3, "users": 2, "lastTs": 1741775400}
OBJECT = {"type": "object"}

describe(
    "/o?method=crashes",
    TAG,
    "Groups of crashes, one group, or figures",
    app_id(),
    text("group", "Answers this group with its newest reports, and marks it as seen.", example=ID),
    flag("userlist", "With `group`: the ids of its users instead."),
    flag("list", "Ids and names of all groups instead; none for an application with 10000 users."),
    flag("graph", "Totals, and counters over time, instead."),
    text("os", "With `graph`: counters of this platform only.", example="Android"),
    text("app_version", "With `graph`: counters of this version only.", example="1.0"),
    PERIOD,
    json("query", "Condition on the groups. Hidden ones are left out unless it names `is_hidden`.", OBJECT),
    choice("filter", "A ready condition.", list(FILTERS)),
    *table_parameters("0 name", "1 platform", "2 occurrences", "3 last one", "4 users", "5 version", length=100),
    answer={"iTotalRecords": 1, "iTotalDisplayRecords": 1, "aaData": [ROW]},
    schema={"anyOf": [OBJECT, list_of({})]},
    errors={400: ["Crash group not found"]},
)
describe(
    "/o?method=reports",
    TAG,
    "Single reports",
    app_id(),
    text("report_id", "One report.", example="65f0a1b2c3d4e5f601020304"),
    json("report_ids", "Several reports.", list_of(TEXT), example=["65f0a1b2c3d4e5f601020304"]),
    answer={"65f0a1b2c3d4e5f601020304": REPORT},
    schema=map_of(OBJECT),
)
describe(
    "/o?method=user_crashes",
    TAG,
    "Crashes of one user",
    app_id(),
    text("uid", "The user.", required=True, example="1"),
    flag("fromExportAPI", "Names of groups in place of their ids."),
    *table_parameters("0 group", "1 occurrences", "2 last one", length=100),
    answer={
        "iTotalRecords": 1,
        "iTotalDisplayRecords": 1,
        "aaData": [{"group": ID, "reports": 2, "last": 1741775400}],
    },
    errors={400: ["Please provide user uid"]},
)
for _name, _kind, _none in (
    ("download_stacktrace", "stack trace", "Crash does not have stacktrace"),
    ("download_binary", "minidump, as it was sent", "Crash does not have binary_dump"),
):
    describe(
        f"/o/crashes/{_name}",
        TAG,
        f"The {_kind} of a report as a file",
        app_id(),
        text("crash_id", "The report.", required=True, example="65f0a1b2c3d4e5f601020304"),
        errors={400: ["Please provide crash_id parameter", "Crash not found", _none]},
        media_type="application/octet-stream",
    )

describe(
    "/i/crashes/resolve",
    TAG,
    "Mark groups as resolved",
    app_id(required=False),
    args(GROUPS, GROUP, about="Which groups."),
    about="A report of a higher version than the group's highest one opens it again.",
    answer={ID: "1.0"},
    schema=map_of({"type": ["string", "null"]}),
    errors=ERRORS,
)
for _name, _summary in {
    "unresolve": "Mark groups as not resolved",
    "resolving": "Mark groups as being resolved",
    "hide": "Hide groups",
    "show": "Show hidden groups again",
    "view": "Mark groups as seen",
    "delete": "Delete groups with all their reports",
}.items():
    describe(
        f"/i/crashes/{_name}",
        TAG,
        _summary,
        app_id(required=False),
        args(GROUPS, GROUP, about="Which groups."),
        answer=SUCCESS,
        errors=ERRORS,
    )
for _name, _summary in {"share": "Show a group to everybody", "unshare": "Show a group to members only again"}.items():
    describe(
        f"/i/crashes/{_name}",
        TAG,
        _summary,
        app_id(required=False),
        args(REQUIRED_GROUP, about="Which group."),
        about="The address is `/crashes/` and the `url` that `/o?method=crashes&group=` answers.",
        answer=SUCCESS,
        errors=ERRORS,
    )
describe(
    "/i/crashes/modify_share",
    TAG,
    "What a shared group shows",
    app_id(required=False),
    args(
        REQUIRED_GROUP,
        json(
            "data",
            "What is shown beside the stack trace.",
            object_of(
                flag("reports", "Number of occurrences."),
                flag("users", "Number of affected users."),
                flag("loss", "Loss of revenue."),
            ),
            required=True,
        ),
        about="The group, and what is shown of it.",
    ),
    answer=SUCCESS,
    errors={400: [*ERRORS[400], "No data to save"]},
)
COMMENT = text("comment_id", "The comment.", required=True)
TEXT_OF_COMMENT = text("text", "The comment.", example="Happens after the update.")
TIME = integer("time", "When, in seconds; now when missing.", example=1741775400)
for _name, _summary, _fields, _about in (
    ("add_comment", "Comment on a group", (REQUIRED_GROUP, TEXT_OF_COMMENT, TIME), ""),
    (
        "edit_comment",
        "Change a comment",
        (REQUIRED_GROUP, COMMENT, TEXT_OF_COMMENT, TIME),
        "Only the author and global administrators change anything.",
    ),
    (
        "delete_comment",
        "Delete a comment",
        (REQUIRED_GROUP, COMMENT),
        "Only the author and global administrators change anything.",
    ),
):
    describe(
        f"/i/crashes/{_name}",
        TAG,
        _summary,
        app_id(required=False),
        args(*_fields, about="The comment."),
        about=_about,
        answer=SUCCESS,
        errors={400: [*ERRORS[400], "Missing params"]},
    )
