"""`systemlogs`: an entry per action. The only module that knows its fields.

    {_id, a: action, i: what was done, ts: unix seconds, cd: date, u: e-mail or user name, ip, app_id, user_id}

One more document, META, lists the actions that ever occurred.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo import DESCENDING, IndexModel

from apps.core import clock, mongo, schema
from apps.core.keys import encode_metric_value

COLLECTION = "systemlogs"
META = "meta_v2"
COLUMNS = ("", "ts", "u", "ip", "a", "i")
#: Of which people may ask.
FIELDS = frozenset({"_id", "a", "u", "ip", "ts", "cd", "app_id", "user_id", "i"})

Entry = dict[str, Any]


def register_collection() -> None:
    schema.register_collection(COLLECTION, [IndexModel([("ts", DESCENDING)]), IndexModel([("a", 1), ("ts", -1)])])


def add(
    action: str, details: Mapping[str, Any], *, who: str, member_id: str, address: str | None, application_id: str
) -> None:
    entry: Entry = {"a": action, "i": dict(details), "ts": clock.now_s(), "cd": clock.now(), "u": who, "ip": address}
    if application_id:
        entry["app_id"] = application_id
    if member_id:
        entry["user_id"] = member_id
    mongo.collection(COLLECTION).insert_one(entry)
    known = {"$set": {f"action.{encode_metric_value(action) or '-'}": True}}
    mongo.collection(COLLECTION).update_one({"_id": META}, known, upsert=True)


def find(query: Mapping[str, Any], *, sort: tuple[str, int], skip: int = 0, limit: int = 0) -> Iterator[Entry]:
    return mongo.collection(COLLECTION).find(_entries(query), sort=[sort], skip=skip, limit=limit)


def count(query: Mapping[str, Any]) -> int:
    return mongo.collection(COLLECTION).count_documents(_entries(query))


def actions() -> list[str]:
    stored = mongo.collection(COLLECTION).find_one({"_id": META}) or {}
    return sorted(name.replace(":", ".") for name in stored.get("action") or {})


def _entries(query: Mapping[str, Any]) -> dict[str, Any]:
    entries = {"a": {"$exists": True}}  # META has none
    return {"$and": [entries, dict(query)]} if query else entries
