from apps.plugin_api.descriptions import app_id, describe, json

describe(
    "/o/slipping",
    "Users",
    "Users who have not come back",
    app_id(),
    json("query", "Only users that it matches; shares stay those of all.", {"type": "object"}, example={"cc": "DE"}),
    answer=[{"period": 7, "count": 6, "percentage": "50.00", "timeStamp": 1741780800}],
    errors={400: ["The query is not valid JSON"]},
)
