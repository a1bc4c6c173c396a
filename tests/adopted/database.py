"""A database as Countly Server left it: built by hand from the documented layout, with what years of versions leave.

`adopt()` stores it. NOW is the moment at which the server is replaced. Some documents have a postfix and some, of older
versions, none; known values are listed in `meta_v2`, in the older `meta`, or in both; numbers are 32-bit integers,
64-bit ones and doubles, and in profiles that were imported once also texts. Profiles have none of our own fields.
"""

from datetime import UTC, datetime
from typing import Any

from bson import Int64, ObjectId

from apps.applications.info import ApplicationInfo, from_document
from apps.core import mongo, schema
from apps.core.keys import event_hash, postfix, user_id

NOW = datetime(
    2025, 3, 12, 12, 0, tzinfo=UTC
)  # 13:00 in Berlin, a Wednesday: day 71 of the year, the first of its week 11
NOW_S = round(NOW.timestamp())
DAY = 86_400
APP_ID = "5f1e0c3b9d1c2a0012345678"
KEY = "b6dbb2f5d8a14d2fd6f4a6c2c2a0b1c9d3e4f5a6"
ZONE = "Europe/Berlin"
USERS_SO_FAR = 3

APPLICATION: dict[str, Any] = {
    "_id": ObjectId(APP_ID),
    "name": "Adopted",
    "key": KEY,
    "country": "DE",
    "timezone": ZONE,
    "category": "6",
    "type": "mobile",
    "created_at": 1_577_836_800.0,
    "edited_at": 1_577_836_800.0,
    "owner": "5f1e0c3b9d1c2a0012340000",
    "seq": float(USERS_SO_FAR),
    "checksum_salt": "",
    "last_data": NOW_S - DAY,
    "plugins": {"api": {"session_cooldown": 15}},
}

#: What was counted, over all documents: day -> counters of `users`.
DAYS: dict[tuple[int, int, int], dict[str, int]] = {
    (2024, 12, 31): {"t": 4, "n": 1, "u": 3, "e": 9, "d": 240},
    (2025, 1, 15): {"t": 7, "n": 2, "u": 5, "e": 20, "d": 700},
    (2025, 2, 28): {"t": 3, "n": 0, "u": 2, "e": 6, "d": 90},
    (2025, 3, 11): {"t": 6, "n": 1, "u": 4, "e": 14, "d": 420},
    (2025, 3, 12): {"t": 2, "n": 0, "u": 2, "e": 5, "d": 60},
}
#: Counter `c` of the event, over all documents.
PURCHASES = {(2025, 2, 28): 3, (2025, 3, 12): 2}

DEVICE = "device-1"  # returned yesterday; its session was ended
OPEN_DEVICE = "device-2"  # has a session open since an hour
IMPORTED_DEVICE = "device-3"  # its profile has hardly any fields, and numbers as texts


def adopt() -> ApplicationInfo:
    """Stores everything and answers with the application."""
    mongo.collection("apps").insert_one(APPLICATION)
    schema.ensure_for_application(APP_ID)
    for collection, documents in DOCUMENTS.items():
        mongo.collection(collection).insert_many(documents)
    return from_document(APPLICATION)


def profile_id(device_id: str) -> str:
    return user_id(KEY, device_id)


def _counters(month: str, ending: str, d: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"_id": f"{APP_ID}_{month}{ending}", "a": APP_ID, "m": month, "d": d, **more}


def _event(event: str, month: str, ending: str, segment: str = "no-segment", **more: Any) -> dict[str, Any]:
    prefix = "all" if event == "all" else event_hash(event, APP_ID)
    return {
        "_id": f"{APP_ID}_{prefix}_{segment}_{month}{ending}",
        "a": APP_ID,
        "m": month,
        "s": segment,
        "e": event,
        **more,
    }


def _day(t: Any, n: Any, u: Any, e: Any, d: Any, **more: Any) -> dict[str, Any]:
    return {"t": t, "n": n, "u": u, "e": e, "d": d, **more}


OF_DEVICE = f"_{postfix(DEVICE)}"  # "_0"

USERS = [
    # Months of an older version: no postfix, and no `n` where it was 0.
    _counters(
        "2024:12", "", {"31": _day(4, 1, 3, 9, 240, DE={"t": 4, "n": 1, "u": 3}, **{"23": _day(4, 1, 3, 9, 240)})}
    ),
    _counters("2024:0", "", {"u": 3, "12": {"u": 3}, "w53": {"u": 3}, "DE": {"u": 3}}, meta={"countries": ["DE"]}),
    _counters(
        "2025:1", "", {"15": _day(3, 1, 2, 8, 300, DE={"t": 3, "n": 1, "u": 2}, ds={"2": 3}, f={"0": 1, "1": 2})}
    ),
    # Later the same month was written with postfixes, too.
    _counters("2025:1", OF_DEVICE, {"15": _day(Int64(4), 1.0, 3, 12.0, 400, US={"t": 4, "n": 1, "u": 3})}),
    _counters("2025:2", OF_DEVICE, {"28": {"t": 3, "u": 2, "e": 6, "d": 90, "DE": {"t": 3, "u": 2}}}),
    _counters(
        "2025:3",
        OF_DEVICE,
        {
            "11": _day(6, 1, 4, 14, 420, DE={"t": 6, "n": 1, "u": 4}, **{"9": _day(6, 1, 4, 14, 420)}),
            "12": _day(1, 0, 1, 3, 60, DE={"t": 1, "u": 1}, f={"1": 1}, **{"13": {"t": 1, "u": 1, "e": 3, "d": 60}}),
        },
    ),
    _counters("2025:3", "_k", {"12": {"t": 1, "u": 1, "e": 2, "Unknown": {"t": 1, "u": 1}}}),
    # Both lists of known values, each with something that the other lacks.
    _counters(
        "2025:0",
        OF_DEVICE,
        {
            "u": 9,
            "1": {"u": 5},
            "2": {"u": 2},
            "3": {"u": 4, "DE": {"u": 4}},
            "w10": {"u": 4},
            "w11": {"u": 1},
            "DE": {"u": 6},
        },
        meta={"countries": ["US"], "d-ranges": ["2"]},
        meta_v2={"countries": {"DE": True}, "f-ranges": {"0": True, "1": True}},
    ),
    _counters("2025:0", "_k", {"u": 1, "3": {"u": 1}, "w11": {"u": 1}}, meta_v2={"countries": {"Unknown": True}}),
]

DEVICE_DETAILS = [
    _counters("2025:3", "", {"11": {"Android": {"t": 2, "u": 2}}}),
    _counters("2025:3", f"_{postfix('Android')}", {"11": {"Android": {"t": 4, "n": 1, "u": 2}}}),
    _counters("2025:3", f"_{postfix('2:1')}", {"11": {"2:1": {"t": 6, "n": 1, "u": 4}}}),
    _counters("2025:0", "", {"Android": {"u": 2}}, meta={"os": ["Android"], "app_versions": ["2:0"]}),
    _counters("2025:0", f"_{postfix('Android')}", {"Android": {"u": 2}}, meta_v2={"os": {"Android": True}}),
    _counters("2025:0", f"_{postfix('2:1')}", {"2:1": {"u": 4}}, meta_v2={"app_versions": {"2:1": True}}),
]

EVENTS_DATA = [
    _event("Purchase", "2025:2", "", d={"28": {"c": 3, "s": 29.97, "10": {"c": 3, "s": 29.97}}}),
    _event("Purchase", "2025:3", "", d={"12": {"c": 2.0, "s": 19.98, "dur": Int64(4), "13": {"c": 2, "s": 19.98}}}),
    _event("Purchase", "2025:3", f"_{postfix('pro')}", "plan", d={"12": {"pro": {"c": 2, "s": 19.98}}}),
    # The list of values of an older version, and of a newer one.
    _event("Purchase", "2025:0", "", meta={"segments": ["plan"], "plan": ["free"]}),
    _event("Purchase", "2025:0", f"_{postfix('pro')}", meta_v2={"segments": {"plan": True}, "plan": {"pro": True}}),
    _event("all", "2025:3", f"_{postfix('Purchase')}", "key", d={"12": {"Purchase": {"c": 2, "s": 19.98}}}),
    # A dot in the name of an event made a nested field.
    _event("all", "2025:3", f"_{postfix('cart.open')}", "key", d={"12": {"cart": {"open": {"c": 1}}}}),
    _event("all", "2025:0", f"_{postfix('Purchase')}", meta_v2={"segments": {"key": True}, "key": {"Purchase": True}}),
]

EVENTS = [
    {
        "_id": ObjectId(APP_ID),
        "list": ["Purchase", "cart.open"],
        "segments": {"Purchase": ["plan"]},
        "order": ["cart.open", "Purchase"],
        "map": {"Purchase": {"name": "Bought", "count": "Orders"}},
        "overview": [],
        "omitted_segments": {"Purchase": ["secret"]},
    }
]

PROFILES: list[dict[str, Any]] = [
    {
        "_id": profile_id(DEVICE),
        "uid": "1",
        "did": DEVICE,
        "fs": 1_736_942_400,
        "ls": NOW_S - DAY,
        "fac": 1_736_942_400,
        "lac": NOW_S - DAY + 60,
        "first_sync": 1_736_942_401.0,
        "last_sync": NOW_S - DAY + 61.0,
        "lu": datetime(2025, 3, 11, 12, 1, tzinfo=UTC),
        "lbst": NOW_S - DAY,
        "lest": NOW_S - DAY + 60,
        "lsid": "1d1f_1_1741694400000",
        "sc": 12.0,
        "sd": 0,
        "tsd": Int64(3_600),
        "data": {},
        "cc": "DE",
        "rgn": "BE",
        "cty": "Berlin",
        "loc": {"gps": False, "geo": {"type": "Point", "coordinates": [13.4, 52.5]}, "date": 1_741_694_400_000.0},
        "tz": 60,
        "p": "Android",
        "pv": "a14",
        "d": "Pixel",
        "mnf": "Google",
        "av": "2:1",
        "c": "Telekom",
        "r": "1080x2400",
        "sdk": {"name": "java-native-android", "version": "24.4.0"},
        "t": "1",
        "last_req": "0" * 40 + "1741694460000",
        "last_req_get": "/i?app_key=…",
        "req_count": 87,
        "custom": {"plan": "pro"},
    },
    {
        "_id": profile_id(OPEN_DEVICE),
        "uid": "2",
        "did": OPEN_DEVICE,
        "fs": float(NOW_S - 40 * DAY),
        "ls": float(NOW_S - 3_600),
        "lac": float(NOW_S - 1_800),
        "lbst": NOW_S - 3_600,
        "hos": True,
        "sc": 4,
        "sd": 42.0,
        "tsd": 400,
        "cc": "US",
    },
    {
        "_id": profile_id(IMPORTED_DEVICE),
        "uid": "3",
        "did": IMPORTED_DEVICE,
        "fs": str(NOW_S - 90 * DAY),
        "ls": str(NOW_S - 20 * DAY),
        "sc": "7",
        "tsd": None,
    },
]

DOCUMENTS: dict[str, list[dict[str, Any]]] = {
    "users": USERS,
    "device_details": DEVICE_DETAILS,
    "events_data": EVENTS_DATA,
    "events": EVENTS,
    f"app_users{APP_ID}": PROFILES,
}
