"""Names in MongoDB.

`feedback<application>`, a document per rating:

    {rating: 1-5, comment, email, contact_me, widget_id, platform, app_version, device_id, uid, ts (s), cd}

`feedback_widgets`, a document per widget: what people set (`widget_fields`), and

    {app_id, created_at (ms), wv, cohortID or nothing, timesShown, ratingsCount, ratingsSum}

`status` and `is_active` say the same, the latter as the text "true" or "false". Other kinds of widgets (`type`) may lie
in the same collection of a database that was taken over.
"""

from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from apps.core import schema

FEEDBACK = "feedback"
WIDGETS = "feedback_widgets"
LOGOS = "star-rating"  # bucket of files
PREVIEWS = "feedback"  # the same

EVENT = "[CLY]_star_rating"
COMBINED = "platform_version_rate"  # the segment from which overviews are made
RATINGS = range(1, 6)
UNDEFINED = "undefined"
NO_EMAIL = "No email provided"
NO_COMMENT = "No comment provided"
RATING = "rating"
#: The types of widgets that are somebody else's.
OTHER_TYPES = ["nps", "survey"]

SHOWN, COUNT, SUM = "timesShown", "ratingsCount", "ratingsSum"
NO_COUNTS: dict[str, int] = {SHOWN: 0, COUNT: 0, SUM: 0}

Document = dict[str, Any]


def register_collections() -> None:
    schema.register_application_collection(FEEDBACK, [IndexModel("uid"), IndexModel([("ts", DESCENDING)])])
    schema.register_collection(WIDGETS, [IndexModel([("app_id", ASCENDING)])])
    schema.register_file_bucket(LOGOS)
    schema.register_file_bucket(PREVIEWS)


def feedback_collection(application_id: str) -> str:
    return FEEDBACK + application_id


def widget_key(widget_id: object) -> ObjectId | None:
    return ObjectId(widget_id) if isinstance(widget_id, str) and ObjectId.is_valid(widget_id) else None


def combined(platform: str, version: str, rating: object, widget_id: str) -> str:
    return f"{platform}**{version}**{rating}**{widget_id}**"


def parted(value: str) -> tuple[str, str, int, str] | None:
    """Platform, version (with colons for dots), rating and widget of a value of COMBINED; None for what is none."""
    parts = value.split("**")
    if len(parts) < 4 or not parts[2].isascii() or not parts[2].isdigit() or int(parts[2]) not in RATINGS:
        return None
    return parts[0], parts[1], int(parts[2]), parts[3]
