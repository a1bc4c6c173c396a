"""Users of an application as lists, one of them in full, and what is stored of him in the order of time."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from pymongo import ASCENDING, DESCENDING

from apps.aggregation.user_data import USER_DATA
from apps.core.client_queries import Filter
from apps.core.timebuckets import DAY_SECONDS
from apps.profiles import storage
from apps.profiles.storage import Profile

#: By which a list can be sorted.
SORTS = ("lac", "ls", "fs", "fac", "sc", "tsd", "uid", "did", "name", "email", "cc", "p", "av", "d")
MOST_ROWS = 500
LONGEST_SEARCH = 200
MOST_CHANGES = 500
MOST_OF_A_KIND = 200

#: Number of sessions up to which a group of `loyalty` reaches, and its name.
LOYALTY = (
    *((1, "1"), (2, "2"), (5, "3-5"), (9, "6-9"), (19, "10-19"), (49, "20-49"), (99, "50-99"), (499, "100-499")),
    (float("inf"), "500+"),
)
LOYALTY_DAYS = {"all": None, "7days": 7, "30days": 30}


@dataclass(frozen=True, slots=True)
class Search:
    text: str = ""  # all or part of a name, user name, e-mail or device id, or a whole uid
    query: Filter = field(default_factory=dict)
    sort: str = "lac"  # one of SORTS
    is_descending: bool = True
    start: int = 0
    length: int = 50


def search(application_id: str, wanted: Search) -> tuple[list[Profile], int, int]:
    """A page of users, how many match, and how many there are."""
    filters = [part for part in (wanted.query, matching_text(wanted.text)) if part]
    condition = {"$and": filters} if len(filters) > 1 else filters[0] if filters else {}
    sort = (wanted.sort if wanted.sort in SORTS else "lac", DESCENDING if wanted.is_descending else ASCENDING)
    length = max(1, min(wanted.length, MOST_ROWS))
    rows, total = storage.page(application_id, condition, sort, max(0, wanted.start), length)
    return rows, total, storage.count(application_id) if filters else total


def by_uid(application_id: str, uid: str) -> Profile | None:
    return storage.one(application_id, {"uid": uid})


def by_device_id(application_id: str, device_id: str) -> Profile | None:
    return storage.one(application_id, {"did": device_id})


@dataclass(frozen=True, slots=True)
class Moment:
    at: int  # unix seconds
    kind: str  # "first_session", "metric_changes", ... or what a plugin calls its data
    details: dict[str, Any]
    source: str = ""  # the name in USER_DATA whose document it is


def timeline(application_id: str, user: Profile, may_read: Callable[[str], bool]) -> list[Moment]:
    """The newest first, of each kind as many as MOST_OF_A_KIND, of features that `may_read` is true of."""
    uid = str(user.get("uid"))
    marks = {"fac": "first_activity", "fs": "first_session", "ls": "last_session", "lac": "last_activity"}
    moments = [Moment(at, kind, {}) for name, kind in marks.items() if (at := _seconds(user.get(name)))]
    if merged := _seconds(user.get("last_merge")):
        moments.append(Moment(merged, "merge", {"did": user.get("merged_did"), "uid": user.get("merged_uid")}))
    for change in storage.history(application_id, uid, MOST_CHANGES):
        fields = {name: value for name, value in change.items() if isinstance(value, dict) and "n" in value}
        moments.append(Moment(_seconds(change.get("ts")), "metric_changes", fields))
    for name, data in USER_DATA.items():
        if name in ("profiles", "metric_changes", "exports") or data.export is None or not may_read(data.feature):
            continue
        found = data.newest(application_id, uid, MOST_OF_A_KIND) if data.newest else data.export(application_id, [uid])
        for kind, documents in found:
            of_kind = (
                Moment(at, kind, {key: value for key, value in document.items() if key != "_id"}, name)
                for document in documents
                if (at := _seconds(document.get("ts")))
            )
            moments += nlargest(MOST_OF_A_KIND, of_kind, key=lambda moment: moment.at)
    return sorted(moments, key=lambda moment: -moment.at)


def loyalty(application_id: str, query: Filter, now_s: int) -> dict[str, list[dict[str, Any]]]:
    """Users by the number of their sessions: all, and those with a session in the last days."""
    answer = {}
    for name, days in LOYALTY_DAYS.items():
        recent = {"ls": {"$gte": now_s - days * DAY_SECONDS}} if days else {}
        condition = {"$and": [part for part in (query, recent) if part]} if query or recent else {}
        counts = [0] * len(LOYALTY)
        for sessions, users in storage.session_counts(application_id, condition).items():
            counts[next(index for index, (most, _) in enumerate(LOYALTY) if sessions <= most)] += users
        answer[name] = [
            {"_id": LOYALTY[index][1], "count": users, "index": index} for index, users in enumerate(counts) if users
        ]
    return answer


def matching_text(text: str) -> Filter:
    text = text[:LONGEST_SEARCH].strip()
    if not text:
        return {}
    part = {"$regex": re.escape(text), "$options": "i"}
    return {"$or": [{"uid": text}, *({name: part} for name in ("did", "name", "username", "email"))]}


def _seconds(value: Any) -> int:
    """Of unix seconds or milliseconds; 0 when there is no time."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e15:
        return 0
    return int(value / 1000 if value > 1e11 else value)
