"""Notes on charts."""

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
    table_parameters,
    text,
)

TAG = "Notes"
EMAILS = json("emails", "Of members who see a `shared` note.", list_of(TEXT), example=["ann@example.com"])
NOTE = {
    "_id": "65f0...",
    "app_id": "5f8c...",
    "note": "Release 3",
    "ts": 1741775400000,
    "noteType": "public",
    "emails": [],
    "color": 3,
    "category": None,
    "owner": "5f8d...",
    "created_at": 1741775400000,
    "updated_at": 1741775400000,
    "indicator": "A",
    "owner_name": "Ann",
}
LIST = {"aaData": [NOTE], "iTotalDisplayRecords": 1, "iTotalRecords": 1, "sEcho": 1}
SEARCH = (
    app_id(),
    text("period", "`[startMs,endMs]` to the millisecond, or a period such as `30days`.", example="30days"),
    json(
        "notes_apps",
        "Of which applications instead of `app_id`; `[]` for all that the caller may read.",
        list_of(TEXT),
        example=[],
    ),
    text("note_type", "Only notes of this type.", example="public"),
    json("category", "Only notes of these categories.", list_of({"type": "boolean"}), example=[True]),
    *table_parameters("2 time", "3 type"),
)

describe(
    "/i/notes/save",
    TAG,
    "Create or change a note",
    app_id(),
    args(
        text("note", "What happened.", required=True, example="Release 3"),
        integer("ts", "When, in milliseconds.", required=True, example=1741775400000),
        choice("noteType", "Who sees it.", ["private", "shared", "public"], required=True),
        integer("color", "Number of a colour.", required=True, example=3),
        EMAILS,
        flag("category", "A mark for sorting."),
        text("_id", "Of the note to change. Its owner may, and for public ones who administers the application."),
    ),
    answer={"result": "Success"},
    errors={400: ["Invalid note: Missing note argument"], 403: ["Not allow to edit note"]},
)
describe(
    "/i/notes/delete",
    TAG,
    "Delete a note",
    app_id(),
    text("note_id", "Of the note.", required=True),
    answer={"result": "Success"},
    errors={403: ["Not allow to delete this note"]},
)
describe("/o/notes", TAG, "Notes that the caller may see", *SEARCH, answer=LIST)
describe("/o?method=notes", TAG, "The same as /o/notes", *SEARCH, answer=LIST)
