from apps.analytics.descriptions import EVENT_TREE, EVENTS, NUMBERS, PERIOD
from apps.plugin_api.descriptions import TEXT, app_id, describe, json, list_of

CARD = {"total": 4, "change": "NA", "trend": "u"}
TEXTS = list_of(TEXT)

describe(
    "/o/compare/apps",
    NUMBERS,
    "Applications side by side",
    json("apps", "At most 20 ids of applications.", TEXTS, required=True, example=["5f8c6f2e1b2c3d4e5f607182"]),
    PERIOD,
    about="Points of charts are `[index, value]` per step of the period; times are minutes, with one decimal as text.",
    answer=[
        {
            "id": "5f8c6f2e1b2c3d4e5f607182",
            "name": "Shop",
            **dict.fromkeys(("sessions", "users", "newusers", "duration", "avgduration"), CARD),
            "charts": {"total-users": [[0, 5]], "time-spent": [[0, "2.0"]]},
        }
    ],
    schema=list_of({"type": "object", "required": ["id", "name", "charts"]}),
    errors={
        400: [
            "Missing parameter: apps",
            "Maximum length for parameter apps is 20",
            "Invalid app id length in apps parameter, each app id should be 24 characters long",
        ],
        401: ["User does not have view rights for one or more apps provided in apps parameter"],
    },
)
describe(
    "/o/compare/events",
    EVENTS,
    "Events side by side",
    app_id(),
    json("events", "At most 20 keys of events, or ids of event groups.", TEXTS, required=True, example=["Buy"]),
    PERIOD,
    answer={"Buy": EVENT_TREE},
    schema={"type": "object", "additionalProperties": {"type": "object"}},
    errors={400: ["Missing parameter: events", "Maximum length for parameter events is 20"]},
)
