from apps.plugin_api.descriptions import ANYTHING, app_id, describe, json, map_of

TAG = "Incoming data logs"

describe(
    "/o?method=logs",
    TAG,
    "The newest requests of SDKs",
    app_id(),
    json("filter", "A filter of entries; what cannot be read is none.", map_of(ANYTHING), example={"d.id": "device-1"}),
    answer={"logs": [{"_id": "67d0f2c41b2c3d4e5f607182", "ts": 1741775400}], "state": "automatic"},
)
describe(
    "/o?method=collection_info",
    TAG,
    "How many are kept",
    app_id(),
    answer={"capped": 1000, "count": 12, "max": 1000},
)
