"""Exports as files."""

from typing import Any

from apps.exports.formats import CONTENT_TYPES
from apps.plugin_api.descriptions import (
    ANYTHING,
    TEXT,
    any_of,
    app_id,
    choice,
    describe,
    flag,
    integer,
    json,
    list_of,
    map_of,
    text,
)

TAG = "Exports"
TYPE = choice("type", "Format of the file.", sorted(CONTENT_TYPES), example="csv")
NAME = text("filename", "Without its ending; made up when missing.", example="users")
SHOWN = json("projection", "Fields to show.", any_of(map_of(ANYTHING), list_of(TEXT)), example={"did": 1})
MAPPER = "How values are written for people: fields by name, and a time zone."
MAPPED: dict[str, Any] = {"fields": {"ls": {"to": "time", "format": "YYYY-MM-DD", "type": "second"}}, "tz": "UTC"}
FILE = "The answer is a file to download, as JSON unless `type` says otherwise."
UNREADABLE = ["Failed to parse query. ...", 'Invalid parameter "type"']

describe(
    "/o/export/db",
    TAG,
    "Documents of a collection",
    text("collection", "Its name.", required=True, example="app_users5f8c6f2e1b2c3d4e5f607182"),
    text("db", "Its database; default `countly`.", example="countly"),
    json("query", "A filter of MongoDB; known operators only.", map_of(ANYTHING), example={"cc": "DE"}),
    SHOWN,
    json("sort", "1 or -1 by field.", map_of({"enum": [1, -1]}), example={"ls": -1}),
    integer("skip", "Documents to leave out.", example=0),
    integer("limit", "Documents at most; the setting `api.export_limit` bounds it.", example=100),
    TYPE,
    NAME,
    json("formatFields", MAPPER, map_of(ANYTHING), example=MAPPED),
    flag("get_index", "The indexes of the collection instead of documents."),
    about=f"{FILE} Members see documents of applications whose data they may read.",
    answer=[{"_id": "1c5a...", "did": "device-1", "ls": 1741775400}],
    schema=list_of({"type": "object"}),
    errors={
        400: ['Missing parameter "collection"', 'Invalid parameter "collection"', *UNREADABLE],
        401: ["User does not have access right for this collection"],
        404: ["Database not found."],
    },
)
describe(
    "/o/export/data",
    TAG,
    "Data that the client has",
    json("data", "Rows.", list_of({"type": "object"}), required=True, example=[{"a": 1}]),
    flag("raw", "`data` is the content of the file."),
    TYPE,
    NAME,
    about=FILE,
    answer=[{"a": 1}],
    schema=ANYTHING,
    errors={400: ['Missing parameter "data"', 'Invalid parameter "data"', 'Invalid parameter "type"']},
)
describe(
    "/o/export/request",
    TAG,
    "The answer of another endpoint",
    text("path", "Its address.", required=True, example="/o/analytics/sessions"),
    json(
        "data",
        "Its parameters, credentials included.",
        map_of(ANYTHING),
        example={"app_id": "5f8c6f2e1b2c3d4e5f607182"},
    ),
    text("prop", "Where in the answer the rows are, names separated by dots.", example="aaData"),
    SHOWN,
    json("columnNames", "Titles by field.", map_of(TEXT), example={"t": "Sessions"}),
    json("mapper", MAPPER, map_of(ANYTHING), example=MAPPED),
    TYPE,
    NAME,
    about=FILE,
    answer=[{"_id": "2025-3-12", "t": 2}],
    schema=ANYTHING,
    errors={400: ['Missing parameter "path"', 'Invalid parameter "data"', *UNREADABLE]},
)
describe(
    "/o/export/requestQuery",
    TAG,
    "The answer of another endpoint, collected by a task",
    text("path", "Its address.", required=True, example="/o/analytics/sessions"),
    json("data", "Its parameters, credentials included.", map_of(ANYTHING), example={"api_key": "..."}),
    text("type_name", "What people call it."),
    TYPE,
    NAME,
    about=(
        "`/o/export/download` has the file when the task is done. Where the answer is a pipeline "
        "(`{db, collection, pipeline}`, as `getExportQuery` of views), the file has what it finds."
    ),
    answer={"result": {"task_id": "0123456789abcdef0123456789abcdef01234567"}},
    schema=ANYTHING,
    errors={400: ['Missing parameter "path"'], 401: ["User does not have right"], 403: ["Token not valid"]},
)
describe(
    "/o/export/download",
    TAG,
    "The file that a task has made",
    app_id(required=False),
    below=text("task_id", "Of the task.", required=True, example="0123456789abcdef0123456789abcdef01234567"),
    about=FILE,
    answer=[],
    schema=ANYTHING,
    errors={400: ["Missing filename", "Export size is 0"], 403: ["Not allowed"], 404: ["Export not found"]},
)
