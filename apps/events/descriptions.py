"""How events are shown, counted and put together."""

from apps.plugin_api.descriptions import (
    ANYTHING,
    TEXT,
    app_id,
    args,
    choice,
    describe,
    flag,
    json,
    list_of,
    map_of,
    text,
)

TAG = "Events"
GROUPS = "Event groups"
DONE = {"result": "Success"}
NOT_FOUND = ["Could not find event"]
KEYS = json("events", "Keys of events.", list_of(TEXT), required=True, example=["Purchase"])
SEGMENTS = map_of(list_of(TEXT))

describe(
    "/i/events/edit_map",
    TAG,
    "Change how events are shown, and which segments are not counted",
    app_id(),
    json(
        "event_map",
        "Event -> what replaces its entry: `name`, `description`, `is_visible`, titles of `count`, `sum` and `dur`.",
        map_of(ANYTHING),
        example={"Purchase": {"name": "Purchases", "is_visible": True}},
    ),
    json("event_order", "Keys in the order in which they are shown.", list_of(TEXT), example=["Purchase"]),
    json(
        "event_overview",
        "Up to 12 figures of the overview.",
        list_of(ANYTHING),
        example=[{"eventKey": "Purchase", "eventProperty": "count"}],
    ),
    json(
        "omitted_segments",
        "Event -> segments that are not counted. What was counted of new ones is deleted.",
        SEGMENTS,
        example={"Purchase": ["plan"]},
    ),
    answer=DONE,
    errors={400: [*NOT_FOUND, "You can't add more than 12 items in overview"]},
)
describe(
    "/i/events/change_visibility",
    TAG,
    "Show or hide events",
    app_id(),
    KEYS,
    choice("set_visibility", "What to do.", ["hide", "show"], required=True),
    answer=DONE,
    errors={400: NOT_FOUND},
)
describe(
    "/i/events/whitelist_segments",
    TAG,
    "Count only certain segments of events",
    app_id(),
    json(
        "whitelisted_segments",
        "Event -> the only segments that are counted; an empty list lifts the limit.",
        SEGMENTS,
        required=True,
        example={"Purchase": ["plan"]},
    ),
    answer=DONE,
    errors={
        400: ["Value for 'whitelisted_segments' missing", "Could not find record in event collection"],
    },
)
describe(
    "/i/events/delete_events",
    TAG,
    "Delete events with all that was counted of them",
    app_id(),
    KEYS,
    answer=DONE,
    errors={400: ["Missing events to delete", *NOT_FOUND]},
)

NAME = text("name", "What it is called.", example="Sales")
SOURCES = json("source_events", "Keys of its events.", list_of(TEXT), example=["Purchase", "Refund"])
TITLES = json("display_map", "Titles of count, sum and duration.", map_of(TEXT), example={"c": "Count"})
ABOUT = text("description", "What it is for.")
STATUS = flag("status", "Whether it is shown.")

describe(
    "/i/event_groups/create",
    GROUPS,
    "Create a group of events, which is read as one",
    app_id(),
    args(
        text("app_id", "The application, again.", required=True),
        text("name", NAME.about, required=True, example="Sales"),
        json("source_events", SOURCES.about, list_of(TEXT), required=True, example=["Purchase", "Refund"]),
        json("display_map", TITLES.about, map_of(TEXT), required=True, example={"c": "Count"}),
        flag("status", STATUS.about, required=True),
        ABOUT,
    ),
    answer=DONE,
    errors={400: ["Error: Missing name argument"]},
)
describe(
    "/i/event_groups/update",
    GROUPS,
    "Change a group, the order of all, or which are shown",
    app_id(),
    json(
        "args",
        "New fields of one group, with its `_id`.",
        map_of(ANYTHING),
        example={"_id": "[CLY]_group_0f...", "name": "Sales"},
    ),
    json("event_order", "Ids of all groups in their order.", list_of(TEXT)),
    json("update_status", "Ids of groups that are to be shown or not, with `status`.", list_of(TEXT)),
    STATUS,
    answer=DONE,
    errors={400: ["No updatable fields provided"], 404: ["Event group not found"]},
)
describe(
    "/i/event_groups/delete",
    GROUPS,
    "Delete groups; their events stay",
    app_id(),
    json("args", "Ids of the groups.", list_of(TEXT), required=True),
    answer=DONE,
    errors={400: ["Error: Invalid type for args"]},
)
