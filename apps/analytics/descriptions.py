"""The read API: counter trees, computed numbers, events."""

from typing import Any

from apps.analytics.metrics import METRICS, TREE_DIMENSIONS, TREE_METHODS
from apps.plugin_api.descriptions import (
    NUMBER,
    TEXT,
    Parameter,
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

TREES, NUMBERS, EVENTS = "Counter trees", "Analytics", "Events"

PERIOD = text(
    "period",
    "`hour` (today), `yesterday`, `day` (this month), `prevMonth`, `month` (this year); the last `Ndays`, `Nweeks`, "
    "`Nmonths`, `Nyears`; `[from,to]` in seconds or milliseconds, as days of UTC; "
    '`{"period":"30days","exclude_current_day":true}`. Anything else means `30days`.',
    example="30days",
)
BUCKET = choice("bucket", "Resolution; `monthly` widens the period to whole months.", ["daily", "monthly"])
SEGMENTATION = text("segmentation", "A segment of the event: counters come per value.", example="plan")
_HEADERS = (
    "The header `X-Unique-Users` says whether that is what was answered: `exact`, or `estimate` where the period "
    "begins before the day in `X-Unique-Users-Since`."
)
UNIQUES = choice("uniques", f"Unique users are counted (to within 1 %) instead of estimated. {_HEADERS}", ["exact"])
UNIQUES_OF_TREE = choice(
    "uniques",
    "Adds `uniques`: unique users of the whole period, counted to within 1 %, overall and by value, as in "
    f'`{{"users": 2, "countries": {{"DE": 2}}, "is_exact": true}}`. {_HEADERS}',
    ["exact"],
)
UNIQUES_COMPARED = choice(
    "uniques",
    f"{UNIQUES.about} `X-Unique-Users-Before` says the same of the period that changes are told against.",
    ["exact"],
)
TREE_PARAMETERS = (
    app_id(),
    PERIOD,
    choice("action", "`refresh`: only today, and the unique counters of its month and year.", ["refresh"]),
    flag("fullRange", "All that was ever counted, without the sums of days."),
    text("event", "Comes back as `eventName`."),
    integer("timestamp", "The day that `action=refresh` means."),
)
TREE_SCHEMA = {
    "type": "object",
    "description": "Year, month, day and hour: objects with numbers for names. `w11` is a week. Other names are "
    "counters, or values of a metric that hold counters. Dots in values are colons.",
    "properties": {"meta": map_of(list_of(any_of(TEXT, NUMBER))), "eventName": TEXT},
    "additionalProperties": {"type": "object"},
}
TREE_EXAMPLE = {
    "2025": {
        "u": 2, "t": 4, "n": 1, "e": 5, "d": 90, "DE": {"u": 1, "t": 1, "n": 1}, "w11": {"u": 2},
        "3": {"u": 2, "t": 4, "n": 1, "12": {"t": 2, "u": 2, "13": {"t": 2, "u": 2}}},
    },
    "meta": {"countries": ["DE", "US"], "f-ranges": ["0"], "d-ranges": ["2"]},
}  # fmt: skip
EVENT_TREE = {"2025": {"c": 2, "s": 9.99, "dur": 3, "3": {"c": 2, "12": {"c": 2, "13": {"c": 2}}}}, "meta": {}}
COUNTERS = "Counters: `t` sessions, `n` new users, `u` users, `d` seconds, `e` requests."
EVENT_COUNTERS = "Counters: `c` count, `s` sum, `dur` seconds."

ABOUT_TREES = {
    "users": "Sessions, users and countries.",
    "sessions": "The same as `users`.",
    "locations": "The same as `users`.",
    "countries": "A collection of old versions, normally empty: countries come with `users`.",
    "cities": "Cities of the application's own country.",
    "devices": "Devices and manufacturers.",
    "device_details": "Systems, versions, resolutions, device types.",
    "app_versions": "The same as `device_details`.",
    "carriers": "Carriers.",
}


def describe_tree(method: str, summary: str, *more: Parameter) -> None:
    """For plugins with a metric, too."""
    describe(
        f"/o?method={method}",
        TREES,
        summary,
        *TREE_PARAMETERS,
        *more,
        about=COUNTERS,
        answer=TREE_EXAMPLE,
        schema=TREE_SCHEMA,
    )


for name in TREE_METHODS:
    describe_tree(name, ABOUT_TREES[name], *([UNIQUES_OF_TREE] if name in TREE_DIMENSIONS else []))

describe(
    "/o?method=total_users",
    NUMBERS,
    "Users counted from their profiles",
    app_id(),
    PERIOD,
    text("metric", "A row per value of this metric instead of one for all.", example="countries"),
    about="Empty when the period does not contain today, or the setting `api.total_users` is off.",
    answer=[{"_id": "users", "u": 123}],
    schema=list_of(
        {"type": "object", "properties": {"_id": {"type": ["string", "null"]}, "u": NUMBER}, "required": ["_id", "u"]}
    ),
)
describe(
    "/o?method=all_apps",
    NUMBERS,
    "All applications at a glance",
    app_id(),
    PERIOD,
    json("filter", "A filter of applications: by id, name, country, type, ...", map_of({}), example={"type": "web"}),
    about="Points of charts are `[index, value]` per step of the period; times are minutes, with one decimal as text.",
    answer=[
        {
            "_id": "5f8c6f2e1b2c3d4e5f607182",
            "name": "Shop",
            "test": "1",
            **{
                name: {"total": 4, "change": "NA", "trend": "u"}
                for name in ("sessions", "users", "newusers", "duration", "avgduration")
            },
            "charts": {"total-users": [[0, 5]], "time-spent": [[0, "2.0"]]},
        }
    ],
    schema=list_of({"type": "object", "required": ["_id", "name", "charts"]}),
    errors={400: ["Failed to parse filter. ..."]},
)
describe(
    "/o?method=geodata",
    NUMBERS,
    "Where cities lie",
    app_id(),
    choice("loadFor", "What to locate.", ["cities"], required=True),
    json("query", "Texts, or lists under `$in`, for `country` and `name`.", map_of({}), example={"country": "DE"}),
    answer=[
        {
            "_id": "DE:Berlin",
            "country": "DE",
            "name": "Berlin",
            "loc": {"type": "Point", "coordinates": [13.41, 52.52]},
        }
    ],
    errors={400: ['Invalid parameter "loadFor"', 'Invalid parameter "query"']},
)
describe(
    "/o/internal-events",
    EVENTS,
    "Reserved keys of events that mean something to this server",
    app_id(required=False),
    answer=["[CLY]_session", "[CLY]_push_sent"],
)
describe(
    "/o?method=get_period_obj",
    NUMBERS,
    "What a period stands for",
    app_id(),
    PERIOD,
    answer={
        "start": 1741554000000, "end": 1741813199999, "currentPeriodArr": ["2025.3.10", "2025.3.11", "2025.3.12"],
        "previousPeriodArr": ["2025.3.7", "2025.3.8", "2025.3.9"], "dateString": "D MMM", "isSpecialPeriod": True,
        "daysInPeriod": 3, "periodContainsToday": True,
        "uniquePeriodArr": ["2025.3.10", "2025.3.11", "2025.w11"], "uniquePeriodCheckArr": ["2025.w10", "2025.w11"],
        "previousUniquePeriodArr": ["2025.3.7"], "previousUniquePeriodCheckArr": ["2025.w10"],
        "reqMonthDbDateIds": ["2025:3"], "reqZeroDbDateIds": ["2025:0"],
    },
)  # fmt: skip

describe(
    "/o?method=events",
    EVENTS,
    "Counters of events",
    app_id(),
    text("event", "The key of one event or event group; without `event` and `events` the first one.", example="Buy"),
    json("events", "Several events, summed.", list_of(TEXT), example=["Buy", "Like"]),
    flag("overview", "With `events`: totals with change, trend and values per day of each event."),
    SEGMENTATION,
    PERIOD,
    *TREE_PARAMETERS[2:4],
    TREE_PARAMETERS[5],
    UNIQUES_OF_TREE,
    about=EVENT_COUNTERS,
    answer=EVENT_TREE | {"eventName": "Buy"},
    schema={"type": "object"},
    errors={404: ["Event group not found"]},
)
describe(
    "/o?method=get_events",
    EVENTS,
    "Keys, segments, order and names of all events",
    app_id(),
    answer={
        "_id": "5f8c6f2e1b2c3d4e5f607182",
        "list": ["Buy"],
        "segments": {"Buy": ["plan"]},
        "limits": {"event_limit": 500, "event_segmentation_limit": 100, "event_segmentation_value_limit": 1000},
    },
    schema={"type": "object", "required": ["limits"], "properties": {"limits": map_of(NUMBER)}},
)
GROUP: dict[str, Any] = {
    "_id": "[CLY]_group_0cc175b9c0f1b6a831c399e269772661",
    "app_id": "5f8c6f2e1b2c3d4e5f607182",
    "name": "Money",
    "source_events": ["Buy", "Refund"],
    "status": True,
    "order": 0,
}
describe("/o?method=get_event_groups", EVENTS, "All event groups in their order", app_id(), answer=[GROUP])
describe(
    "/o?method=get_event_group",
    EVENTS,
    "One event group",
    app_id(),
    text("_id", "Of the group.", required=True, example=GROUP["_id"]),
    answer=GROUP,
    errors={400: ['Missing parameter "_id"'], 404: ["Event group not found"]},
)
TOP_EVENTS = {
    "_id": "67d0f2c41b2c3d4e5f607182", "app_id": "5f8c6f2e1b2c3d4e5f607182", "ts": 1741737660, "period": "30days",
    "data": [{"name": "Buy", "count": 40, "sum": 399.6, "duration": 12}],
    "totalCount": 40, "prevTotalCount": 35, "totalSum": 399.6, "prevTotalSum": 0,
    "totalDuration": 12, "prevTotalDuration": 0, "totalSessionCount": 12, "prevSessionCount": 10,
    "totalUsersCount": 5, "prevUsersCount": 4,
}  # fmt: skip
describe(
    "/o?method=top_events",
    EVENTS,
    "The most frequent events, computed once a day",
    app_id(),
    choice("period", "`today` holds the numbers of the last whole day.", ["30days", "today"], required=True),
    integer("limit", "Rows.", example=10),
    choice("filter", "Rank by this number and show its change.", ["count", "sum", "duration"]),
    about="`false` before the first computation.",
    answer=TOP_EVENTS,
    schema=any_of({"type": "object"}, {"const": False}),
)

# /o/analytics ------------------------------------------------------------------
CARD = {"total": 4, "change": "NA", "trend": "u"}
TOP = [{"name": "iOS", "value": 2, "percent": 66.7}, {"name": "Android", "value": 1, "percent": 33.3}]
describe(
    "/o/analytics/dashboard",
    NUMBERS,
    "The numbers of the first page",
    app_id(),
    PERIOD,
    UNIQUES_COMPARED,
    about="Without `period`, or with `30days`: the blocks `30days`, `7days` and `today`; otherwise one named as it.",
    answer={
        "30days": {
            "dashboard": {
                "total_sessions": CARD,
                "new_users": CARD,
                "total_users": {**CARD, "is_estimate": False},
                "total_time": {**CARD, "total": "1.5 min"},
                "avg_time": {**CARD, "total": "0.4 min"},
                "avg_requests": {**CARD, "total": "1.7"},
            },
            "top": {"platforms": TOP, "resolutions": [], "carriers": [], "users": []},
            "period": "11 Feb - 12 Mar",
        }
    },
    schema=map_of({"type": "object", "required": ["dashboard", "top", "period"], "properties": {"period": TEXT}}),
)
describe(
    "/o/analytics/countries",
    NUMBERS,
    "The ten countries with most users",
    app_id(),
    UNIQUES,
    answer={"30days": [{"country": "Germany", "code": "de", "t": 1, "u": 1, "n": 1}], "7days": [], "today": []},
)
describe(
    "/o/analytics/sessions",
    NUMBERS,
    "Sessions and users per hour, day or month",
    app_id(),
    PERIOD,
    BUCKET,
    about=COUNTERS,
    answer=[{"_id": "2025-3-12", "t": 2, "n": 1, "u": 2, "d": 60, "e": 3}],
)
METRIC_NAMES = ", ".join(f"`{name}`" for name in METRICS.names())
describe(
    "/o/analytics/metric",
    NUMBERS,
    "Sessions and users per value of a metric",
    app_id(),
    text("metric", f"{METRIC_NAMES}, and those of plugins. Of other names no rows.", required=True, example="os"),
    PERIOD,
    UNIQUES,
    about=COUNTERS,
    answer=[{"_id": "DE", "t": 1, "n": 1, "u": 1}],
    errors={400: ["Must provide metric"]},
)
describe(
    "/o/analytics/tops",
    NUMBERS,
    "The three most used values of metrics",
    app_id(),
    text("metric", "One metric: a list of rows is answered.", example="carriers"),
    json("metrics", "Several metrics: lists by metric.", list_of(TEXT), example=["os", "carriers"]),
    PERIOD,
    UNIQUES,
    about="Without `metric` and `metrics`: platforms, resolutions, carriers and countries.",
    answer={"platforms": TOP, "resolutions": [], "carriers": [], "countries": []},
    schema=any_of(map_of(list_of({"type": "object"})), list_of({"type": "object"})),
)


def _ranges(kind: str) -> Any:
    return {"answer": [{kind: "1", "t": 280, "percent": "56.3"}]}


RANGES: tuple[Parameter, ...] = (app_id(), PERIOD)
describe(
    "/o/analytics/loyalty",
    NUMBERS,
    "Sessions per user, of data written by old versions",
    *RANGES,
    about="`/o/app_users/loyalty` has those of today.",
    **_ranges("l"),
)
describe("/o/analytics/frequency", NUMBERS, "Sessions by the time since the one before", *RANGES, **_ranges("f"))
describe("/o/analytics/durations", NUMBERS, "Sessions by their length", *RANGES, **_ranges("ds"))
describe(
    "/o/analytics/events",
    EVENTS,
    "Events per day or per value of a segment",
    app_id(),
    text("event", "One event or event group: rows per step of the period.", example="Buy"),
    json("events", "Several: such rows by event.", list_of(TEXT), example=["Buy", "Like"]),
    SEGMENTATION,
    PERIOD,
    BUCKET,
    about=f"{EVENT_COUNTERS} Without `event` and `events`: a row per event.",
    answer={"all": [{"_id": "Buy", "c": 2, "s": 9.99, "dur": 3}]},
    schema=any_of(map_of(list_of({"type": "object"})), list_of({"type": "object"})),
    errors={400: ["Must provide valid array with event keys as events param."]},
)
