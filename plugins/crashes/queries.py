"""What is read of crashes: lists of groups, one group with its reports, the totals, counters over time."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from pymongo import ASCENDING, DESCENDING

from apps.aggregation.values import stored_integer
from apps.analytics import merged_months
from apps.analytics.merging import Tree, is_number
from apps.analytics.periods import Period
from apps.core import mongo
from apps.core.client_queries import Filter
from plugins.crashes import documents, storage, versions
from plugins.crashes.storage import Document

COLUMNS = ("name", "os", "reports", "lastTs", "users", "latest_version")
SORT_FIELDS = {"latest_version": "latest_version_for_sort"}
FILTERS: dict[str, Filter] = {
    "crash-resolved": {"is_resolved": True},
    "crash-hidden": {"is_hidden": True},
    "crash-unresolved": {"is_resolved": False},
    "crash-nonfatal": {"nonfatal": True},
    "crash-fatal": {"nonfatal": False},
    "crash-new": {"is_new": True},
    "crash-viewed": {"is_new": False},
    "crash-reoccurred": {"is_renewed": True},
    "crash-resolving": {"is_resolving": True},
}
NOT_HIDDEN: Filter = {"is_hidden": {"$ne": True}}
MOST_ROWS = 10_000
MOST_USERS = 10_000
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Search:
    text: str = ""
    query: Filter = field(default_factory=dict)  # checked
    filter: str = ""  # one of FILTERS
    sort: str = "lastTs"  # one of COLUMNS
    is_descending: bool = True
    start: int = 0
    length: int = 100
    fields: tuple[str, ...] = documents.LISTED_FIELDS


def groups(application_id: str, wanted: Search) -> tuple[list[Document], int, int]:
    """A page of groups, how many match, and how many there are."""
    conditions = [part for part in (wanted.query, FILTERS.get(wanted.filter)) if part]
    if not any(_names(part, "is_hidden") for part in conditions):
        conditions.append(NOT_HIDDEN)
    whole = {"$and": conditions}
    searched = wanted.text.strip()[:LONGEST_SEARCH]
    found = {"$and": [*conditions, {"name": {"$regex": re.escape(searched), "$options": "i"}}]} if searched else whole
    sort = SORT_FIELDS.get(wanted.sort, wanted.sort)
    length = max(1, min(wanted.length, MOST_ROWS))
    direction = DESCENDING if wanted.is_descending else ASCENDING
    rows, matching = storage.page_of_groups(
        application_id, found, wanted.fields, sort, direction, max(0, wanted.start), length
    )
    return rows, matching, storage.count_groups(application_id, whole) if searched else matching


def names(application_id: str) -> list[dict[str, str]]:
    """Of all groups; none for an application of many users."""
    if storage.count_users(application_id) >= MOST_USERS:
        return []
    collection = mongo.collection(documents.groups_collection(application_id))
    found = collection.find({"_id": {"$ne": documents.META}}, ["name"]).limit(MOST_ROWS)
    return [{"_id": str(each["_id"]), "name": str(each.get("name") or "")} for each in found]


def totals(application_id: str) -> dict[str, Any]:
    """Since the beginning: users, crashes, loss."""
    meta = storage.totals(application_id)
    crashes, resolved = _count(meta, "crashes"), _count(meta, "resolved")
    affected, fatal = _count(meta, "users"), _count(meta, "usersfatal")
    by_version = _map(meta, "app_version")
    return {
        "users": {
            "total": storage.count_users(application_id),
            "affected": affected,
            "fatal": fatal,
            "nonfatal": max(0, affected - fatal),
        },
        "crashes": {
            "total": _count(meta, "reports"),
            "unique": crashes,
            "resolved": resolved,
            "unresolved": max(0, crashes - resolved),
            "fatal": _count(meta, "fatal"),
            "nonfatal": _count(meta, "nonfatal"),
            "news": _count(meta, "isnew"),
            "renewed": _count(meta, "reoccurred"),
            "os": _map(meta, "os"),
            "highest_app": highest_version(by_version),
            "app_version": by_version,
        },
        "loss": meta["loss"] if is_number(meta.get("loss")) else 0,
    }


def highest_version(by_version: dict[str, Any]) -> str:
    """Of those that have crashes; "" when there are none."""
    found = [version.replace(":", ".") for version, number in by_version.items() if number > 0]
    return max(found, key=versions.key, default="")


def counters(application_id: str, period: Period, platform: str = "", version: str = "") -> Tree:
    """`platform` and `version` as people know them; empty for all. Not to be changed."""
    prefix = documents.counter_prefix(
        application_id,
        documents.counted_value(platform) or documents.ANY,
        documents.counted_value(version) or documents.ANY,
    )
    source = merged_months.Source(documents.COUNTERS, application_id, prefix=prefix)
    (tree,) = merged_months.trees([source], [*period.month_ids, *period.zero_ids])
    return tree


def reports(application_id: str, group: Document, limit: int, start: int = 0) -> list[Document]:
    return storage.reports_of(application_id, storage.ids_of(group), limit, start)


def users(application_id: str, group: Document) -> list[str]:
    return storage.users_of(application_id, storage.ids_of(group))


def groups_of_user(
    application_id: str, uid: str, sort: str, *, is_descending: bool, start: int, length: int
) -> tuple[list[dict[str, Any]], int]:
    rows: list[dict[str, Any]] = [
        {"group": str(each.get("group")), "reports": _count(each, "reports"), "last": _count(each, "last")}
        for each in storage.groups_of_user(application_id, uid)
    ]
    rows.sort(key=lambda row: row[sort], reverse=is_descending)
    return rows[start : start + length], len(rows)


def _names(condition: Any, name: str) -> bool:
    if isinstance(condition, dict):
        return name in condition or any(_names(part, name) for part in condition.values())
    return (
        isinstance(condition, Collection)
        and not isinstance(condition, str)
        and any(_names(part, name) for part in condition)
    )


def _count(document: Document, name: str) -> int:
    return stored_integer(document.get(name)) or 0


def _map(document: Document, name: str) -> dict[str, Any]:
    stored = document.get(name)
    return {key: number for key, number in stored.items() if is_number(number)} if isinstance(stored, dict) else {}
