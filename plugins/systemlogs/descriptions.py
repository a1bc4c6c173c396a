from apps.analytics.descriptions import PERIOD
from apps.plugin_api.descriptions import app_id, describe, flag, json, table_parameters, text

TAG = "Audit log"
OBJECT = {"type": "object"}
ENTRY = {
    "_id": "67d0f2c41b2c3d4e5f607182", "a": "app_updated",
    "i": {"before": {"name": "Shop"}, "after": {"name": "Store"}},
    "ts": 1741775400, "cd": "2025-03-12T10:30:00+00:00", "u": "owner@example.com", "ip": "192.0.2.7",
    "user_id": "5f8c6f2e1b2c3d4e5f607183",
}  # fmt: skip

describe(
    "/o?method=systemlogs",
    TAG,
    "Who did what",
    app_id(about="Any application: it chooses nothing."),
    json("query", "Which entries.", OBJECT, example={"a": "app_updated"}),
    PERIOD,
    *table_parameters("nothing", "time", "user", "address", "action", "details", length=50),
    flag("export", "Rows for a table: details as texts."),
    answer={"sEcho": "1", "iTotalRecords": 1, "iTotalDisplayRecords": 1, "aaData": [ENTRY]},
    schema={"type": "object", "required": ["aaData", "iTotalRecords"]},
    errors={400: ["Failed to parse query. <reason>"]},
)
describe(
    "/o?method=systemlogs_meta",
    TAG,
    "Actions that occurred, and members",
    app_id(about="Any application: it chooses nothing."),
    answer={"action": ["app_updated"], "users": [{"_id": "5f8c6f2e1b2c3d4e5f607183", "full_name": "Ada",
            "username": "ada", "email": "ada@example.com"}]},
    schema={"type": "object", "required": ["action", "users"]},
)  # fmt: skip
describe(
    "/i/systemlogs",
    TAG,
    "Add an entry",
    text("action", "What happened.", required=True, example="deployed"),
    json("data", "About what.", OBJECT, example={"version": "7"}),
    answer={"result": "Success"},
    errors={400: ['Missing parameter "action"', 'Invalid parameter "action"', 'Invalid parameter "data"']},
)
