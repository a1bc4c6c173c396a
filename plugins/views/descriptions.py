from apps.plugin_api.descriptions import (
    TEXT,
    app_id,
    choice,
    describe,
    integer,
    json,
    list_of,
    map_of,
    object_of,
    table_parameters,
    text,
)

VIEW = "5f8c6f2e1b2c3d4e5f607183"
PERIOD = text("period", "The period; 30 days when missing.", example="30days")
ROW = {
    "_id": VIEW,
    "u": 2,
    "uvalue": 2,
    "t": 3,
    "n": 2,
    "s": 2,
    "e": 2,
    "b": 1,
    "d": 30,
    "scr": 0,
    "uvc": 2,
    "d-calc": 10,
    "scr-calc": 0,
    "br": 50,
    "view": "/home",
    "display": "Home",
}

describe(
    "/o?method=views",
    "Views",
    "Figures of views",
    app_id(),
    choice(
        "action",
        "`getTable`: a page of the table. `getTableNames`: names, for editing. `getTotals`: sums of all views. "
        "`get_view_count`: how many views there are. `listNames`: all names, none from 10,000 on. `getExportQuery`: "
        "the table as a pipeline. Without it: the `selectedViews` over time.",
        ["getTable", "getTableNames", "getTotals", "get_view_count", "listNames", "getExportQuery"],
    ),
    PERIOD,
    text("segment", "Only visits that have this segment.", example="platform"),
    text("segmentVal", "And this value of it.", example="Android"),
    json(
        "selectedViews",
        "Whose counters are answered, as a tree of years, months, days and hours.",
        list_of(object_of(text("view", "The view.", example=VIEW), text("action", "Empty."))),
        example=[{"view": VIEW, "action": ""}],
    ),
    *table_parameters("name", "u", "n", "t", "d", "s", "e", "b", "br", "uvc", "scr", length=50),
    about=(
        "`t` visits, `u` users, `n` new ones, `s` entries, `e` exits, `b` bounces, `d` seconds, `scr` percent "
        "scrolled, `uvc` sessions with the view; `d-calc` and `scr-calc` per visit, `br` bounce rate in percent. The "
        "answer depends on `action`; the example is that of `getTable`."
    ),
    answer={"iTotalRecords": 1, "iTotalDisplayRecords": 1, "aaData": [ROW]},
    schema={},
)

describe(
    "/o?method=get_view_segments",
    "Views",
    "Segments by which views are told apart",
    app_id(),
    about="Their values, the domains of all views, and the segments that are not counted, if there are any.",
    answer={"segments": {"platform": ["Android", "iOS"]}, "domains": ["example.com"], "omit": ["color"]},
    schema=object_of(
        json("segments", "Segment and values.", map_of(list_of(TEXT)), required=True),
        json("domains", "Of web sites.", list_of(TEXT), required=True),
        json("omit", "Not counted.", list_of(TEXT)),
    ),
)

describe(
    "/o/actions",
    "Views",
    "Clicks and scrolls on a page",
    app_id(),
    text("app_key", "Names the application in place of `app_id`.", example="5a1b2c3d4e5f"),
    text("view", "The path of the page, or the name of the view.", required=True, example="/home"),
    text("period", "The period.", required=True, example="30days"),
    choice("actionType", "What people did; clicks when missing.", ["click", "scroll", "move"]),
    json(
        "device",
        "Only pages of such widths, in pixels.",
        object_of(integer("minWidth", "From.", required=True), integer("maxWidth", "Up to.", required=True)),
        example={"minWidth": 0, "maxWidth": 767},
    ),
    text("segment", "Only this platform.", example="iOS"),
    text("domain", "Only this domain.", example="example.com"),
    about=(
        "At most 20,000 places of the newest days. `x` and `y` are pixels of a page of `width` by `height`; of scrolls "
        "`y` is how far down the page was seen. `types` are the known platforms, `domains` the known domains. A call "
        "with a token in the header `countly-token` gets it back in that header; one that would end within ten "
        "minutes goes on for ten more."
    ),
    answer={
        "types": ["iOS"],
        "data": [{"c": 3, "sg": {"type": "click", "x": 120, "y": 300, "width": 1280, "height": 2400}}],
        "domains": ["example.com"],
    },
    errors={
        400: [
            "Bad request parameter: device",
            "Bad request parameter: period",
            "Missing request parameter: period",
            "Bad request parameter: actionType",
        ],
        401: ["Please provide view for which to query data"],
    },
)

describe(
    "/i/views",
    "Views",
    "Rename or delete views, leave out segments",
    app_id(),
    choice("method", "What to do.", ["rename_views", "delete_view", "omit_segments"], required=True),
    json(
        "data",
        "For `rename_views`: what views are called; an empty value takes the name away.",
        list_of(object_of(text("key", "The view.", required=True, example=VIEW), text("value", "Its name."))),
        example=[{"key": VIEW, "value": "Home"}],
    ),
    text("view_id", "For `delete_view`: ids with commas between them.", example=VIEW),
    json("omit_list", "For `omit_segments`: their names.", list_of(TEXT), example=["color"]),
    about="Deleting, also that of a segment, removes what was counted.",
    answer={"result": "Success"},
    schema=object_of(json("result", "`Success`, or true for `delete_view`.", {}, required=True)),
    errors={
        400: [
            "Invalid method. Must be one of:delete_view,rename_views,omit_segments ",
            "Missing request parameter: data",
            "Invalid request parameter: data",
            "Nothing to update",
            "Missing request parameter: view_id",
            "Nothing is passed for omiting",
            "Invalid request parameter: omit_list",
        ]
    },
)
