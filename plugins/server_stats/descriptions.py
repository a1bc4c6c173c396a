from apps.analytics.descriptions import PERIOD
from apps.plugin_api.descriptions import ANYTHING, describe, list_of, map_of, text

TAG = "Data points"
SELECTED = text("selected_app", "Only this application.", example="5f8c6f2e1b2c3d4e5f607182")
NO_APPLICATIONS = {401: ["User does not have apps"]}
COUNTS = {
    "events": 25, "sessions": 14, "push": 0, "crash": 0, "views": 0, "actions": 0, "nps": 0, "surveys": 0, "ratings": 0,
    "apm": 0, "custom": 25, "cs": 0, "ps": 0, "llm": 0, "aclk": 0, "dp": 39, "change": 39,
}  # fmt: skip

describe(
    "/o/server-stats/data-points",
    TAG,
    "Sessions and events by kind, per application",
    PERIOD,
    SELECTED,
    about="By the time of arrival in UTC. `change` is against the time before.",
    answer={"all-apps": COUNTS, "5f8c6f2e1b2c3d4e5f607182": COUNTS},
    schema=map_of({"type": "object", "required": ["dp", "change"]}),
    errors=NO_APPLICATIONS,
)
describe(
    "/o/server-stats/top",
    TAG,
    "The busiest applications of this hour and the one before",
    answer=[{"a": "5f8c6f2e1b2c3d4e5f607182", "v": 39}],
    schema=list_of({"type": "object", "required": ["a", "v"]}),
    errors=NO_APPLICATIONS,
)
describe(
    "/o/server-stats/punch-card",
    TAG,
    "Data points by weekday and hour",
    PERIOD,
    SELECTED,
    about="Cells are `[hour, row, sum, details]`; rows are weekdays from Monday on, or the days in `labels`.",
    answer={
        "data": [[12, 0, 4, {"min": 4, "max": 4, "avg": 4, "sum": 4, "cn": 1, "s": 1, "e": 3, "p": 0}]],
        "dayCount": 7,
        "labels": ["2025-3-6"],
    },
    schema={"type": "object", "required": ["data", "dayCount", "labels"], "properties": {"data": list_of(ANYTHING)}},
    errors=NO_APPLICATIONS,
)
