from apps.plugin_api.descriptions import ANYTHING, app_id, describe, flag, json, list_of, map_of, table_parameters, text

TAG = "Audit logs"
ENTRY = {
    "_id": "67d0f2c41b2c3d4e5f607182", "a": "app_updated", "i": {"before": {"name": "A"}, "after": {"name": "B"}},
    "ts": 1741775400, "cd": "2025-03-12T10:30:00+00:00", "u": "ada@example.com", "ip": "203.0.113.7",
}  # fmt: skip

describe(
    "/o?method=systemlogs",
    TAG,
    "Who did what",
    app_id(),
    json("query", "A filter of entries.", map_of(ANYTHING), example={"a": "app_updated"}),
    text("period", "As in the read API; default: all time.", example="30days"),
    flag("export", "Rows of a table: details as text."),
    *table_parameters("1 time", "2 who", "3 address", "4 action", "5 details", length=50),
    answer={"sEcho": "1", "iTotalRecords": 1, "iTotalDisplayRecords": 1, "aaData": [ENTRY]},
    schema={"type": "object", "required": ["aaData", "iTotalRecords"]},
    errors={400: ["Failed to parse query. ..."]},
)
describe(
    "/o?method=systemlogs_meta",
    TAG,
    "Actions that occurred, and members",
    app_id(),
    answer={"action": ["app_updated"], "users": [{"_id": "5f8c6f2e1b2c3d4e5f607183", "full_name": "Ada Lovelace"}]},
    schema={"type": "object", "properties": {"action": list_of({"type": "string"}), "users": list_of(map_of({}))}},
)
describe(
    "/i/systemlogs",
    TAG,
    "Write down what happened outside of this server",
    text("action", "Its name.", required=True, example="backup_made"),
    json("data", "Details.", map_of(ANYTHING), example={"size": 1}),
    answer={"result": "Success"},
    errors={400: ['Missing parameter "action"', 'Invalid parameter "action"', 'Invalid parameter "data"']},
)
