"""Users of an application."""

from apps.plugin_api.descriptions import (
    ANYTHING,
    app_id,
    choice,
    describe,
    file,
    flag,
    json,
    list_of,
    map_of,
    table_parameters,
    text,
)
from apps.profiles.reading import COLUMNS

TAG = "App users"
QUERY_ABOUT = (
    "Which users. Known fields of profiles and the operators `$in $nin $eq $ne $gt $gte $lt $lte $exists $and $or "
    "$nor $not $regex`."
)
QUERY = json("query", QUERY_ABOUT, map_of(ANYTHING), required=True, example={"did": "device-1"})
OPTIONAL_QUERY = json("query", QUERY_ABOUT, map_of(ANYTHING), example={"cc": "DE"})
FORCE = flag("force", "Also when several users match.")
NOBODY = "No users matching criteria"
EXPORT = "appUser_5f8c6f2e1b2c3d4e5f607182_1.json"
USER = {"_id": "1c5a...", "uid": "1", "did": "device-1", "name": "Ann", "sc": 3, "lac": 1741775400}
ROW = {**USER, "_col": "app_users5f8c6f2e1b2c3d4e5f607182"}

describe(
    "/i/app_users/create",
    TAG,
    "Create a user",
    app_id(),
    json("data", "Fields of the profile, `did` among them.", map_of(ANYTHING), required=True, example={"did": "d-9"}),
    answer={"result": 'User Created: {"_id":"1c5a...","uid":"9","did":"d-9"}'},
    errors={400: ["Provide device_id as did property for data", "User with this device id already exists"]},
)
describe(
    "/i/app_users/update",
    TAG,
    "Change users",
    app_id(),
    QUERY,
    json(
        "update",
        "`$set $unset $inc $mul $min $max $push $addToSet $pull` on fields of the profile; ids cannot be changed.",
        map_of(ANYTHING),
        required=True,
        example={"$set": {"name": "Ann", "custom.plan": "pro"}},
    ),
    FORCE,
    answer={"result": "User Updated"},
    errors={400: [NOBODY, "This query would update more than one user", "Unkown modifier $where in ..."]},
)
describe(
    "/i/app_users/delete",
    TAG,
    "Delete users with all that is stored of them",
    app_id(),
    QUERY,
    FORCE,
    about="Counters keep what they counted. Requests that come later make a new user.",
    answer={"result": "User deleted"},
    errors={400: [NOBODY, "This query would delete more than one user"]},
)
describe(
    "/i/app_users/export",
    TAG,
    "Put together all that is stored of users",
    app_id(),
    QUERY,
    about="""At once for up to 1,000 users; for more the answer is `{"result":{"task_id":"..."}}`, or
`{"task_id":"..."}` when the same is under way. `/o/tasks/check` says when the task is done, and
`/o/app_users/download/<task_id>` has the file then.""",
    answer={"result": EXPORT},
    schema={"type": "object"},
    errors={400: ["Query didn't mach any user"], 409: ["Some of the users were deleted meanwhile"]},
)
describe(
    "/i/app_users/deleteExport",
    TAG,
    "Delete an export; its name follows in the path",
    app_id(),
    answer={"result": "Export deleted"},
    errors={400: ["invalid filename"], 403: ["Not allowed (export belongs to a different app)"]},
)
describe(
    "/i/app_users/import",
    TAG,
    "Take over users from an export",
    app_id(),
    json("data", "Rows as `/o/app_users/download` has them.", list_of(ANYTHING), example=[ROW]),
    file("file", "Or the file that `/o/app_users/download` gave."),
    about="""Everybody gets a new `uid`. Who is there already stays as he is. Counters do not change. More than 5,000
rows are taken over by a task: the answer is `{"result":{"task_id":"..."}}` then.""",
    answer={"result": {"imported": 1, "present": 0, "skipped": 0}},
    schema={"type": "object", "required": ["result"]},
    errors={
        400: ['Missing parameter "data"', "A profile needs a device id in did"],
        409: ["Data of the application was removed meanwhile: the import ends here"],
    },
)
describe(
    "/o/app_users/download",
    TAG,
    "Download an export; its name, or the id of the task that made it, follows in the path",
    app_id(),
    answer=[ROW],
    errors={
        400: ["Missing filename", "Invalid filename", "Export doesn't exist"],
        403: ["Not allowed (export belongs to a different app)"],
    },
)
describe(
    "/o/app_users/loyalty",
    TAG,
    "How many users have had how many sessions",
    app_id(),
    OPTIONAL_QUERY,
    answer={name: [{"_id": "3-5", "count": 9, "index": 2}] for name in ("all", "7days", "30days")},
)
describe(
    "/o?method=user_details",
    TAG,
    "A table of users, or one user",
    app_id(),
    text("uid", "Of the one user.", example="1"),
    text("did", "Or the device id."),
    choice("calculate", "What happened to the one user, the newest first.", ["history"]),
    OPTIONAL_QUERY,
    *table_parameters(*COLUMNS, length=50),
    answer={"sEcho": "1", "iTotalRecords": 1, "iTotalDisplayRecords": 1, "aaData": [USER]},
    errors={404: ["User not found"]},
)
