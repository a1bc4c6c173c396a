"""`logs<application>`: a document per logged request, the newest LIMIT of them.

    {ts: request's time, reqts: arrival (ms), d: {id, d, p, pv}, l: {cc, cty}, v: version of the app, t: types,
     q: parameters, s: {version, name}, h: headers, m: method, b: is of a bulk, c: why it was not counted or false,
     res: answer, p: problems or false}

`uid`, of the user, is ours.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo import DESCENDING, IndexModel

from apps.applications import lookup
from apps.core import mongo, schema

PREFIX = "logs"
LIMIT = 1_000
#: Of which people may ask.
FIELDS = frozenset({"ts", "reqts", "d", "l", "v", "t", "q", "s", "h", "m", "b", "c", "p", "res", "uid", "_id"})

Entry = dict[str, Any]


def register_collection() -> None:
    schema.register_application_collection(PREFIX, [IndexModel([("reqts", DESCENDING)]), IndexModel("uid")])


def collection_name(application_id: str) -> str:
    return PREFIX + application_id


def find(application_id: str, query: Mapping[str, Any], limit: int = LIMIT) -> Iterator[Entry]:
    """The newest first."""
    order = [("reqts", DESCENDING), ("_id", DESCENDING)]
    return mongo.collection(collection_name(application_id)).find(dict(query), sort=order, limit=limit)


def insert(application_id: str, entries: list[Entry]) -> None:
    mongo.collection(collection_name(application_id)).insert_many(entries)


def count(application_id: str) -> int:
    return mongo.collection(collection_name(application_id)).count_documents({})


def trim_all() -> int:
    """Of every application; how many went."""
    return sum(trim(application.id) for application in lookup.all_applications())


def trim(application_id: str) -> int:
    logs = mongo.collection(collection_name(application_id))
    if logs.estimated_document_count() <= LIMIT:
        return 0
    oldest_kept = list(logs.find({}, {"reqts": 1}).sort("reqts", DESCENDING).skip(LIMIT - 1).limit(1))
    if not oldest_kept:
        return 0
    return logs.delete_many({"reqts": {"$lt": oldest_kept[0]["reqts"]}}).deleted_count


def remove_of_application(application_id: str) -> None:
    mongo.collection(collection_name(application_id)).delete_many({})
