"""Who has to do with an application, and with which applications a member has to do."""

from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from apps.accounts import permissions
from apps.accounts.models import Member
from apps.core import mongo

SHOWN = ("_id", "full_name", "username")


def of_application(application_id: str) -> dict[str, list[dict[str, Any]]]:
    """`global_admin`, `admin` and `user`: members in order of their names. The three overlap only where rights do."""
    found: dict[str, list[dict[str, Any]]] = {"global_admin": [], "admin": [], "user": []}
    fields = dict.fromkeys((*SHOWN, "global_admin", "permission", "admin_of", "user_of"), 1)
    for document in sorted(mongo.collection("members").find({}, fields), key=_name):
        shown = {name: document.get(name, "") for name in SHOWN}
        administers, uses = _applications(document)
        if document.get("global_admin") is True:
            found["global_admin"].append(shown)
        if application_id in administers:
            found["admin"].append(shown)
        if application_id in uses:
            found["user"].append(shown)
    return found


def applications_of(member: Member) -> tuple[list[str], list[str]]:
    """Ids that the member administers, and ids that the member may look at at all."""
    administers, uses = _applications(
        {"permission": member.permission, "admin_of": member.admin_of, "user_of": member.user_of}
    )
    return administers, list(dict.fromkeys([*uses, *administers]))


def names_of(member_ids: Iterable[str]) -> dict[str, str]:
    """Full names by id; members that are gone are left out."""
    ids = [ObjectId(member_id) for member_id in set(member_ids) if ObjectId.is_valid(member_id)]
    found = mongo.collection("members").find({"_id": {"$in": ids}}, {"full_name": 1})
    return {str(document["_id"]): str(document.get("full_name") or "") for document in found}


def name_of(member_id: str) -> str:
    """The full name; empty when the member is gone."""
    if not ObjectId.is_valid(member_id):
        return ""
    document = mongo.collection("members").find_one({"_id": ObjectId(member_id)}, {"full_name": 1})
    return str((document or {}).get("full_name") or "")


def groups_of(member_id: Any) -> list[str]:
    """`members.group_id`: in databases of the paid edition a list, a single id in older ones."""
    document = mongo.collection("members").find_one({"_id": member_id}, {"group_id": 1}) or {}
    groups = document.get("group_id") or []
    return [str(group) for group in (groups if isinstance(groups, list) else [groups])]


def _applications(document: dict[str, Any]) -> tuple[list[str], list[str]]:
    permission = document.get("permission")
    if permission is None:
        return permissions.strings(document.get("admin_of")), permissions.strings(document.get("user_of"))
    return permissions.administered(permission), permissions.listed(permission)


def _name(document: dict[str, Any]) -> str:
    return str(document.get("full_name") or "").casefold()
