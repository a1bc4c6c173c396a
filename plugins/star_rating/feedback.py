"""What users said: single ratings with their comments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pymongo import ASCENDING, DESCENDING

from apps.applications.data import Horizon
from apps.core import mongo
from plugins.star_rating import documents
from plugins.star_rating.documents import Document

LONGEST_SEARCH = 200  # characters
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Search:
    since_s: int | None = None
    until_s: int | None = None
    rating: int | None = None
    exact: Mapping[str, str] = field(default_factory=dict)  # field -> value
    text: str = ""  # somewhere in comment or e-mail, in any case of letters
    only_comments: bool = False
    sort: str = ""
    is_descending: bool = True
    start: int = 0
    length: int = MOST_ROWS


def find(application_id: str, search: Search) -> tuple[list[Document], int]:
    """The ratings of the page, and how many there are in all."""
    ratings = mongo.collection(documents.feedback_collection(application_id))
    wanted = filter_of(search)
    found = ratings.find(wanted)
    if search.sort:
        direction = DESCENDING if search.is_descending else ASCENDING
        found = found.sort([(search.sort, direction), ("_id", direction)])
    rows = list(found.skip(search.start).limit(min(max(search.length, 1), MOST_ROWS)))
    return rows, ratings.count_documents(wanted)


def filter_of(search: Search) -> dict[str, Any]:
    """Pure."""
    wanted: dict[str, Any] = dict(search.exact)
    if search.since_s is not None and search.until_s is not None:
        wanted["ts"] = {"$gte": search.since_s, "$lte": search.until_s}
    if search.rating is not None:
        wanted["rating"] = {"$in": [search.rating, str(search.rating)]}  # some SDKs sent it as text in former days
    if search.only_comments:
        wanted["comment"] = {"$ne": documents.NO_COMMENT}
    if search.text:
        contains = {"$regex": re.escape(search.text[:LONGEST_SEARCH]), "$options": "i"}
        wanted["$or"] = [{"comment": contains}, {"email": contains}]
    return wanted


def remove_of_application(application_id: str) -> None:
    mongo.collection(documents.feedback_collection(application_id)).delete_many({})


def remove_older(application_id: str, horizon: Horizon) -> None:
    mongo.collection(documents.feedback_collection(application_id)).delete_many({"ts": {"$lt": horizon.since_s}})
