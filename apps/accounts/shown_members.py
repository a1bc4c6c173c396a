"""Members as the management API shows them: the stored document without what nobody else may know."""

from typing import Any

from bson import ObjectId

from apps.accounts import failed_logins
from apps.core import mongo

#: Never leave the server.
SECRETS = ("password", "password_history", "two_factor_auth", "session_generation")
#: Not for other members.
OWN_MATTERS = ("api_key", "appSortList")


def own(member_id: ObjectId) -> dict[str, Any]:
    """The member's own account, API key included."""
    return _without(mongo.collection("members").find_one({"_id": member_id}) or {}, SECRETS)


def everybody(reader_id: ObjectId) -> dict[str, dict[str, Any]]:
    """By id."""
    documents = list(mongo.collection("members").find({}))
    names = [str(document.get(name) or "") for document in documents for name in ("username", "email")]
    banned = failed_logins.banned_among(names)
    return {
        str(document["_id"]): {
            **_for_admins(document, reader_id),
            "blocked": not banned.isdisjoint({document.get("username"), document.get("email")}),
        }
        for document in documents
    }


def one(member_id: Any, reader_id: ObjectId) -> dict[str, dict[str, Any]]:
    """By id; empty when there is no such member."""
    if not ObjectId.is_valid(member_id):
        return {}
    document = mongo.collection("members").find_one({"_id": ObjectId(member_id)})
    return {str(document["_id"]): _for_admins(document, reader_id)} if document else {}


def _for_admins(document: dict[str, Any], reader_id: ObjectId) -> dict[str, Any]:
    always = {"global_admin": False, "locked": False, "created_at": 0, "last_login": 0}
    return {
        **always,
        **_without(document, SECRETS + OWN_MATTERS),
        "is_current_user": document["_id"] == reader_id,
    }


def _without(document: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}
