"""How loyal people are: users by the number of their sessions, of all time and of those who were there lately."""

from typing import Any

from apps.aggregation.documents import profiles_collection
from apps.core import clock, mongo

DAY_S = 86_400
#: First and last number of sessions of each bucket; the last one has no end.
BUCKETS: tuple[tuple[int, int | None], ...] = (
    (1, 1),
    (2, 2),
    (3, 5),
    (6, 9),
    (10, 19),
    (20, 49),
    (50, 99),
    (100, 499),
    (500, None),
)
WINDOWS_DAYS = {"all": None, "30days": 30, "7days": 7}


def users_by_sessions(application_id: str, days: int | None = None) -> list[int]:
    """Users per bucket; with `days` only those who had a session within that time."""
    matching: dict[str, Any] = {"sc": {"$gt": 0}}
    if days is not None:
        matching["ls"] = {"$gte": clock.now_s() - days * DAY_S}
    rows = mongo.collection(profiles_collection(application_id)).aggregate(
        [{"$match": matching}, {"$group": {"_id": "$sc", "users": {"$sum": 1}}}]
    )
    return bucketed({row["_id"]: row["users"] for row in rows})


def bucketed(users_of: dict[Any, int]) -> list[int]:
    """`users_of`: number of sessions -> users. Pure."""
    counts = [0] * len(BUCKETS)
    for sessions, users in users_of.items():
        for place, (first, last) in enumerate(BUCKETS):
            if first <= sessions and (last is None or sessions <= last):
                counts[place] += users
    return counts
