"""The road in, as SDKs call it."""

from typing import Any

from apps.plugin_api.descriptions import (
    ANYTHING,
    TEXT,
    Parameter,
    choice,
    describe,
    flag,
    integer,
    json,
    list_of,
    map_of,
    number,
    object_of,
    text,
)

TAG = "SDKs"
STORED = "Success means stored for good; it is counted within a fraction of a second. "
EVENT = object_of(
    text("key", "Name of the event.", required=True, example="Buy"),
    integer("count", "How often it happened.", example=1),
    number("sum", "An amount.", example=9.99),
    number("dur", "Seconds.", example=3),
    json("segmentation", "Values by segment.", map_of(ANYTHING), example={"plan": "pro"}),
    integer("timestamp", "When, in seconds or milliseconds.", example=1741775400),
)
METRICS = object_of(
    text("_os", "System.", example="iOS"),
    text("_os_version", "Its version.", example="17.2"),
    text("_app_version", "Version of the application.", example="3.1"),
    text("_device", "Device.", example="iPhone15,2"),
    text("_device_type", "`mobile`, `tablet`, `smarttv`, ...", example="mobile"),
    text("_manufacturer", "Its maker.", example="Apple"),
    text("_resolution", "Of the screen.", example="1179x2556"),
    text("_carrier", "Mobile network.", example="Telekom"),
    text("_locale", "Language and country.", example="de_DE"),
    text("_density", "Of the screen.", example="XHDPI"),
    text("_browser", "Browser.", example="Firefox"),
)
REQUEST: tuple[Parameter, ...] = (
    text("app_key", "Names the application.", required=True, example="0123456789abcdef0123456789abcdef01234567"),
    text("device_id", "Names the user; at most 4,096 characters.", required=True, example="device-1"),
    integer("timestamp", "When it happened, in seconds or milliseconds; default: now.", example=1741775400123),
    choice("begin_session", "A session begins.", ["1"]),
    choice("end_session", "The session ends.", ["1"]),
    integer("session_duration", "Seconds since the last report of the session.", example=30),
    json("metrics", "Device and application, with `begin_session`.", METRICS, example={"_os": "iOS"}),
    json("events", "What happened.", list_of(EVENT), example=[{"key": "Buy", "count": 1}]),
    json(
        "user_details", "Properties of the user.", map_of(ANYTHING), example={"name": "Ada", "custom": {"plan": "pro"}}
    ),
    text("old_device_id", "The id under which the user was known: both become one.", example="device-0"),
    text("country_code", "ISO 3166 code.", example="DE"),
    text("city", "City.", example="Berlin"),
    text("location", "Latitude and longitude.", example="52.5,13.4"),
    text("ip_address", "Instead of the address that the request came from.", example="203.0.113.7"),
    integer("tz", "Minutes east of UTC.", example=60),
    text("sdk_name", "Name of the SDK.", example="javascript_native_web"),
    text("sdk_version", "Its version.", example="25.4.0"),
    integer("t", "Kind of the device id.", example=0),
    flag("ignore_cooldown", "A begin shortly after an end is a session of its own."),
    text("checksum", "SHA-1 of the query or body and the salt of the application."),
    text("checksum256", "SHA-256 of the same; wins over `checksum`."),
)
RETRY = "Too many requests are waiting to be counted, try again later"
SUCCESS: dict[str, Any] = {
    "answer": {"result": "Success"},
    "schema": {"type": "object", "properties": {"result": TEXT, "info": TEXT}, "required": ["result"]},
    "verbs": ("post", "get"),
    "is_for_sdks": True,
}
describe(
    "/i",
    TAG,
    "One request of an SDK",
    *REQUEST,
    about=f"{STORED}`info` says why a request was left out: `Request ignored: Duplicate request`. A wrong or missing "
    "checksum is told with status 200, as SDKs expect.",
    errors={
        400: [
            'Missing parameter "app_key" or "device_id"',
            'Invalid parameter "device_id"',
            "App does not exist",
            "App is currently not accepting data",
            "Request body is incomplete",
        ],
        403: ["App is locked"],
        408: ["Request body did not arrive in time"],
        413: ["Request body is too large"],
        503: [RETRY],
    },
    **SUCCESS,
)
describe(
    "/i/bulk",
    TAG,
    "Many requests of SDKs",
    json(
        "requests",
        "Each as `/i` takes it.",
        list_of({"type": "object"}),
        required=True,
        example=[
            {"app_key": "0123456789abcdef0123456789abcdef01234567", "device_id": "device-1", "begin_session": "1"}
        ],
    ),
    text("app_key", "Of items that name none."),
    text("device_id", "Of items that name none."),
    text("checksum", "As of `/i`, over the whole request; items may carry their own instead."),
    text("checksum256", "The same as SHA-256."),
    about=f"{STORED}Items that cannot be used are left out and counted as dropped.",
    errors={
        400: ['Missing parameter "requests"', 'Invalid parameter "requests"', "Request body is incomplete"],
        408: ["Request body did not arrive in time"],
        413: ["Request body is too large", "More than 50000 requests in one"],
        503: [RETRY],
    },
    **SUCCESS,
)
FETCH = (REQUEST[0], REQUEST[1], text("method", "What to fetch.", required=True), REQUEST[-2], REQUEST[-1])
for address, about in {
    "/o/sdk": "The methods are described beside this one.",
    "/i/sdk": "Another name of `/o/sdk`.",
}.items():
    describe(
        address,
        TAG,
        "What SDKs fetch",
        *FETCH,
        about=about,
        answer={"result": "Ignoring device_id"},
        schema=ANYTHING,
        verbs=("get",),
        is_for_sdks=True,
        errors={
            400: [
                'Missing parameter "app_key" or "device_id"',
                'Invalid parameter "device_id"',
                "App does not exist",
                "Invalid method",
            ],
            503: [RETRY],
        },
    )
