"""The applications of widgets as the API shows them beside a dashboard."""

from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from apps.core import mongo
from plugins.dashboards.documents import Widget, applications_of

SHOWN = ("name", "image", "has_image", "type", "created_at")


def of(widgets: Iterable[Widget]) -> list[dict[str, Any]]:
    wanted = [ObjectId(one) for one in applications_of(widgets) if ObjectId.is_valid(one)]
    if not wanted:
        return []
    found = mongo.collection("apps").find({"_id": {"$in": wanted}}, list(SHOWN))
    return [{**one, "_id": str(one["_id"])} for one in found]
