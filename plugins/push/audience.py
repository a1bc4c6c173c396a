"""Who a message goes to: users with a token of its platforms, of whom its filter is true."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apps.aggregation.documents import profiles_collection
from apps.core import client_queries, client_reads, mongo
from plugins.push.documents import profile_field
from plugins.push.platforms import ADDRESSED
from plugins.push.validation import unsupported_parts

FIELDS_READ = ("uid", "la", "tz")
DEFAULT_LANGUAGE = "default"


def fields_of(platforms: Sequence[str]) -> list[str]:
    return [field for platform in platforms for field in ADDRESSED.get(platform, ())]


def query_of(platforms: Sequence[str], filter_: Mapping[str, Any]) -> dict[str, Any]:
    """Checked anew: what is stored may come from another server. Raises client_queries.InvalidQuery, also for a filter
    with a part that cannot be asked here: without that part the message would go to more people than meant."""
    for name in unsupported_parts(filter_):
        raise client_queries.InvalidQuery(f"{name} is not available on this server")
    with_token = {"$or": [{profile_field(field): {"$exists": True}} for field in fields_of(platforms)]}
    chosen = client_queries.read(filter_.get("user") or {})
    return {"$and": [with_token, chosen]} if chosen else with_token


def estimate(application_id: str, platforms: Sequence[str], filter_: Mapping[str, Any]) -> dict[str, Any]:
    """{"count", "locales": language -> users}; `default` are those who told none.

    Raises client_queries.InvalidQuery.
    """
    pipeline = [{"$match": query_of(platforms, filter_)}, {"$group": {"_id": "$la", "n": {"$sum": 1}}}]
    with client_reads.bounded():
        grouped = list(mongo.collection(profiles_collection(application_id)).aggregate(pipeline))
    count, locales = 0, {DEFAULT_LANGUAGE: 0}
    for group in grouped:
        count += group["n"]
        name = group["_id"] if isinstance(group["_id"], str) and group["_id"] else DEFAULT_LANGUAGE
        locales[name] = locales.get(name, 0) + group["n"]
    return {"count": count, "locales": locales}


def members(
    application_id: str, platforms: Sequence[str], filter_: Mapping[str, Any], *further: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The profiles of which all filters are true, as far as scheduling needs them."""
    fields = [*FIELDS_READ, *(profile_field(field) for field in fields_of(platforms))]
    query = {"$and": [query_of(platforms, one) for one in (filter_, *further)]}
    return mongo.collection(profiles_collection(application_id)).find(query, fields)


def belongs(application_id: str, uid: str, platforms: Sequence[str], filter_: Mapping[str, Any]) -> bool:
    query = {"$and": [{"uid": uid}, query_of(platforms, filter_)]}
    return mongo.collection(profiles_collection(application_id)).find_one(query, ["_id"]) is not None
