from typing import Any

from apps.plugin_api.descriptions import NUMBER, Parameter, describe, list_of, map_of, text

TAG = "Data points"
WHAT: tuple[Parameter, ...] = (
    text("period", "As in the read API, in days of UTC; `month` is this year.", example="30days"),
    text("selected_app", "One application; default: all of the member.", example="5f8c6f2e1b2c3d4e5f607182"),
)
NO_APPLICATIONS = {401: ["User does not have apps"]}
POINTS: dict[str, Any] = {"events": 4, "sessions": 2, "push": 0, "crash": 0, "views": 0, "dp": 6, "change": 6}

describe(
    "/o/server-stats/data-points",
    TAG,
    "What was counted, by application",
    *WHAT,
    about="`dp`: sessions and events; `change`: against the period before.",
    answer={"all-apps": POINTS, "5f8c6f2e1b2c3d4e5f607182": POINTS},
    schema=map_of(map_of(NUMBER)),
    errors=NO_APPLICATIONS,
)
describe(
    "/o/server-stats/top",
    TAG,
    "The busiest applications of this hour and the one before",
    answer=[{"a": "5f8c6f2e1b2c3d4e5f607182", "v": 6}],
    errors=NO_APPLICATIONS,
)
describe(
    "/o/server-stats/punch-card",
    TAG,
    "Data points by hour and day",
    *WHAT,
    about="Rows are days up to a week, else weekdays from Monday on; each is `[hour, row, points, details]`.",
    answer={"data": [[0, 0, 6, {"min": 6, "max": 6, "avg": 6}]], "dayCount": 1, "labels": ["2025-3-12"]},
    schema={"type": "object", "properties": {"data": list_of(list_of({}))}, "required": ["data", "dayCount", "labels"]},
    errors=NO_APPLICATIONS,
)
