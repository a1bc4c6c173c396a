"""Applications as the management API shows them."""

from collections.abc import Iterable, Mapping
from typing import Any

from bson import ObjectId

from apps.core import mongo

PACKED = ("category", "country", "key", "name", "timezone")
INTERNAL = frozenset({"generation", "unique_since"})
DETAILS = ("created_at", "edited_at", "plugins", "last_data")


def whole(application_id: ObjectId) -> dict[str, Any]:
    return shown(mongo.collection("apps").find_one({"_id": application_id}) or {})


def shown(document: Mapping[str, Any]) -> dict[str, Any]:
    """As it is stored, but for what only counting needs."""
    return {name: value for name, value in document.items() if name not in INTERNAL}


def packed(application_ids: Iterable[str] | None) -> dict[str, dict[str, Any]]:
    """By id; None stands for all. Ids of applications that are gone are left out."""
    wanted: dict[str, Any] = {}
    if application_ids is not None:
        ids = [ObjectId(application_id) for application_id in application_ids if ObjectId.is_valid(application_id)]
        wanted = {"_id": {"$in": ids}}
    return {str(document["_id"]): _packed(document) for document in mongo.collection("apps").find(wanted)}


def details(application_id: ObjectId) -> dict[str, Any]:
    document = whole(application_id)
    return {name: document[name] for name in DETAILS if name in document}


def _packed(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "_id": str(document["_id"]),
        **{name: document.get(name, "") for name in PACKED},
        "salt": document.get("salt") or document.get("checksum_salt") or "",
    }
