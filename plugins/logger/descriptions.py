from apps.plugin_api.descriptions import app_id, describe, json

ENTRY = {
    "_id": "67d0f2c41b2c3d4e5f607182", "ts": 1741775400000, "reqts": 1741775401000, "d": {"id": "d1", "p": "Android"},
    "l": {"cc": "DE"}, "v": "1:0", "t": {"session": {"begin_session": "1"}}, "q": "{\"begin_session\":\"1\"}",
    "s": {"version": "24.11", "name": "java-native-android"}, "h": {"user-agent": "okhttp"}, "m": "GET", "b": False,
    "c": False, "res": {}, "p": False,
}  # fmt: skip

describe(
    "/o?method=logs",
    "Incoming data",
    "Requests of SDKs as they came",
    app_id(),
    json("filter", "Which of them; what cannot be read is no filter.", {"type": "object"}, example={"d.id": "d1"}),
    about="`c` says why a request was not counted, `p` what is wrong with it, `t` of which types it is.",
    answer={"logs": [ENTRY], "state": "automatic"},
    schema={"type": "object", "required": ["logs", "state"]},
)
describe(
    "/o?method=collection_info",
    "Incoming data",
    "How many requests the log holds",
    app_id(),
    answer={"capped": 1000, "count": 7, "max": 1000},
)
