from apps.plugin_api.descriptions import (
    ANYTHING,
    any_of,
    app_id,
    choice,
    describe,
    flag,
    integer,
    json,
    list_of,
    text,
)

OBJECT = {"type": "object"}
PAGE = {
    "limit": 20,
    "start": 1,
    "end": 1,
    "total": 1,
    "pages": 1,
    "curPage": 1,
    "collections": [{"_id": "6e1b2c3d4e5f", "did": "d1"}],
}

describe(
    "/o/db",
    "Database",
    "Collections, documents, indexes and aggregations",
    app_id(required=False, about="Only collections of this application, in the list of collections."),
    text("dbs", "The database.", example="countly"),
    text("collection", "The collection. Without one, all that you may look into are listed."),
    json("filter", "Which documents; the operators of filters that only compare.", OBJECT, example={"did": "d1"}),
    json("projection", "Which fields.", OBJECT, example={"did": 1}),
    json("sort", "In which order.", OBJECT, example={"ls": -1}),
    integer("limit", "Documents of the page.", example=20),
    integer("skip", "Documents before it.", example=0),
    text("sSearch", "Only documents with this in their `_id`."),
    text("document", "The `_id` of one document: then that alone is answered."),
    choice("action", "Indexes in place of documents.", ["get_indexes"]),
    json("aggregation", "A pipeline; stages that write or read elsewhere are left out and named.", list_of(OBJECT)),
    integer("iDisplayLength", "Documents of an aggregation."),
    flag("save_report", "Run the aggregation as a task."),
    text("report_name", "Name of the task."),
    text("report_desc", "What the task is for."),
    text("period_desc", "Which period it is about."),
    flag("global", "Whether others see the task."),
    flag("autoRefresh", "Whether the task is run again every hour."),
    about="For every member, within his rights on applications. Credentials are never shown. Nothing can be changed. "
    "An aggregation that takes longer than the setting `api.request_threshold` becomes a task: the answer is "
    '`{"task_id":"..."}` then.',
    answer=PAGE,
    schema=any_of(OBJECT, list_of(ANYTHING)),
    errors={
        400: [
            "Failed to parse query. <reason>",
            "Invalid collection name: Collection names can not contain '$' or other invalid characters",
        ],
        401: [
            "User does not have right to view this collection",
            "User does not have right to view this document",
            "User does not have right tot view this colleciton",
        ],
        404: ["Database not found.", "Invalid endpoint"],
        500: ["Aggregation object is not valid.", "The aggregation pipeline must be of the type array"],
    },
)
