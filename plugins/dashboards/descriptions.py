from apps.analytics.descriptions import PERIOD
from apps.plugin_api.descriptions import (
    TEXT,
    Parameter,
    any_of,
    choice,
    describe,
    flag,
    integer,
    json,
    list_of,
    map_of,
    object_of,
    text,
)
from plugins.dashboards.documents import SHARED_WITH

DASHBOARDS = "Dashboards"
ID = "5f8c6f2e1b2c3d4e5f607182"
BOARD = text("dashboard_id", "The dashboard.", required=True, example=ID)
WIDGET_ID = text("widget_id", "One of its widgets.", required=True, example=ID)
DENIALS = (
    'What is denied is answered with status 200: `{"error": true, "dashboard_access_denied": true}`, also for a '
    "dashboard that does not exist; `edit_access_denied` for who may only look."
)
WIDGET = json(
    "widget",
    "What to show. Further fields are kept.",
    object_of(
        text("widget_type", "`analytics`, `events`, `note`, or what a plugin offers.", example="analytics"),
        text(
            "data_type", "Of analytics: `session`, `user-analytics`, `technology`, `geo`, `sources`.", example="session"
        ),
        Parameter("apps", "Ids of applications; those that the member may not read are left out.", list_of(TEXT)),
        text("visualization", "`time-series`, `number`, `bar-chart`, `pie-chart`, `table`.", example="number"),
        Parameter("metrics", "`t` sessions, `u` users, `n` new users; of events `c`, `s`, `dur`.", list_of(TEXT)),
        Parameter("breakdowns", "Of values, one: `platforms`, `countries`.", list_of(TEXT)),
        Parameter("events", "`<application id>***<key>`.", list_of(TEXT)),
        text("title", "In place of the usual one.", example="Today"),
        text("contenthtml", "Of a note. Only links stay.", example="See the <a href='https://example.com'>plan</a>"),
    ),
    required=True,
)
SHARES = (
    choice("share_with", "Who may see it.", SHARED_WITH, required=True, example="none"),
    *(
        json(name, about, list_of(TEXT), example=[])
        for name, about in {
            "shared_email_edit": "Addresses of members who may change its widgets.",
            "shared_email_view": "Addresses of members who may look.",
            "shared_user_groups_edit": "Ids of groups, the same.",
            "shared_user_groups_view": "Ids of groups, the same.",
        }.items()
    ),
    text("theme", "Kept as it came."),
    flag("use_refresh_rate", "Whether open screens look again by themselves."),
    integer("refreshRate", "Minutes between two looks, at least 5.", example=10),
    flag("send_email_invitation", "Tell those with whom it is shared anew, by mail."),
)
MISSING = ("Missing parameter: name", "Missing parameter: share_with")
PUBLIC = "Public dashboards are disabled"
ARRAYS = "Parameter needs to be an array: shared_email_edit"
UNKNOWN = "Dashboard with the given id doesn't exist"
NO_ID = "Invalid parameter: dashboard_id"
COMBINATION = "Such dashboard and widget combination does not exist."
EXAMPLE_WIDGET = {
    "_id": ID,
    "widget_type": "analytics",
    "data_type": "session",
    "apps": [ID],
    "visualization": "time-series",
    "metrics": ["t"],
    "position": [0, 0],
    "size": [6, 4],
    "dashData": {"isValid": True, "data": {ID: {"2025-3-12": {"t": 4}}}},
}
EXAMPLE = {
    "_id": ID,
    "name": "Launch",
    "owner_id": ID,
    "share_with": "none",
    "theme": 1,
    "created_at": 1741780800000,
    "is_owner": True,
    "is_editable": True,
    "widgets": [EXAMPLE_WIDGET],
    "apps": [{"_id": ID, "name": "Shop", "type": "mobile"}],
}
ANSWER = any_of(map_of({}), TEXT)
OBJECT = {"type": "object"}

describe(
    "/o/dashboards", DASHBOARDS, "A dashboard with the figures of its widgets",
    BOARD, PERIOD,
    about=f"A widget with a period of its own keeps it. {DENIALS} What widgets show is what the owner may see.",
    answer=EXAMPLE, schema=OBJECT, errors={401: [NO_ID]},
)  # fmt: skip
describe(
    "/o/dashboards/all", DASHBOARDS, "All dashboards that the member may see, without figures",
    flag("just_schema", "Only ids, names and owners."),
    answer=[EXAMPLE], schema=list_of(OBJECT),
)  # fmt: skip
describe(
    "/o/dashboards/widget", DASHBOARDS, "A widget with its figures, in a list",
    BOARD, WIDGET_ID, PERIOD, about=DENIALS,
    answer=[EXAMPLE_WIDGET], schema=any_of(list_of(OBJECT), OBJECT), errors={401: [NO_ID], 404: [COMBINATION]},
)  # fmt: skip
describe(
    "/o/dashboard/data", DASHBOARDS, "A widget with its figures",
    BOARD, WIDGET_ID, PERIOD, about=DENIALS,
    answer=EXAMPLE_WIDGET, schema=OBJECT, errors={401: [NO_ID], 404: [COMBINATION]},
)  # fmt: skip
describe(
    "/o/dashboards/widget-layout", DASHBOARDS, "Where the widgets of a dashboard stand",
    BOARD, about=f"Columns and rows of a grid of 12 columns. {DENIALS}",
    answer=[{"_id": ID, "position": [0, 0], "size": [6, 4]}], schema=any_of(list_of(OBJECT), OBJECT),
    errors={401: [NO_ID]},
)  # fmt: skip
describe(
    "/i/dashboards/create", DASHBOARDS, "Make a dashboard",
    text("name", "Its title.", required=True, example="Launch"),
    *SHARES,
    text("copy_dash_id", "Begin with the widgets of this dashboard."),
    about='Answers its id. `{"error": true, "sharing_denied": true}` where members may not share.',
    answer=ID, schema=ANSWER,
    errors={400: [*MISSING, ARRAYS, PUBLIC]},
)  # fmt: skip
describe(
    "/i/dashboards/update", DASHBOARDS, "Rename or share a dashboard",
    BOARD, text("name", "Its title.", required=True, example="Launch"), *SHARES,
    about="Only its owner and global administrators change anything.",
    answer={
        "acknowledged": True, "modifiedCount": 1, "upsertedId": None, "upsertedCount": 0, "matchedCount": 1,
        "result": {"ok": True, "nModified": 1},
    },
    schema=OBJECT,
    errors={400: [NO_ID, UNKNOWN, *MISSING, ARRAYS, PUBLIC]},
)  # fmt: skip
describe(
    "/i/dashboards/delete", DASHBOARDS, "Delete a dashboard with its widgets",
    BOARD, about=DENIALS, answer={"acknowledged": True, "deletedCount": 1}, schema=OBJECT,
    errors={400: [NO_ID, UNKNOWN]},
)  # fmt: skip
describe(
    "/i/dashboards/add-widget", DASHBOARDS, "Put a widget on a dashboard",
    BOARD, WIDGET, about=f"Answers its id. {DENIALS}", answer=ID, schema=ANSWER,
    errors={400: [NO_ID, UNKNOWN, "Invalid parameter: widget"]},
)  # fmt: skip
describe(
    "/i/dashboards/update-widget", DASHBOARDS, "Change fields of a widget",
    BOARD, WIDGET_ID, WIDGET, about=DENIALS, answer={"result": "Success"}, schema=OBJECT,
    errors={400: [NO_ID, UNKNOWN, "Invalid parameter: widget", COMBINATION]},
)  # fmt: skip
describe(
    "/i/dashboards/remove-widget", DASHBOARDS, "Take a widget off a dashboard",
    BOARD, WIDGET_ID, about=DENIALS, answer={"result": "Success"}, schema=OBJECT,
    errors={400: [NO_ID, UNKNOWN, COMBINATION]},
)  # fmt: skip
