from apps.plugin_api.descriptions import app_id, describe, text

describe(
    "/o?method=times-of-day",
    "Analytics",
    "Sessions or an event by weekday and hour",
    app_id(),
    text("tod_type", "`[CLY]_session`, or the key of an event.", example="[CLY]_session"),
    text("date_range", "Months; all that was ever counted when missing.", example="2025:3,2025:4"),
    about="Seven rows, Sunday first, of 24 hours as users had them on their clocks.",
    answer=[[0, 3, 0], [1, 0, 0]],
    errors={400: ["Something went wrong"]},
)
