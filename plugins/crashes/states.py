"""The states of groups: new, resolving, resolved, hidden, shared. The totals of the application follow each change."""

from collections.abc import Callable, Sequence
from typing import Any

from pymongo.client_session import ClientSession

from apps.aggregation.values import is_truthy
from apps.core import mongo
from plugins.crashes import storage
from plugins.crashes.storage import Document

#: From a group to the fields it gets, and what the totals get. Nothing to set leaves it alone.
Change = Callable[[Document], tuple[Document, dict[str, int]]]


def resolve(group: Document) -> tuple[Document, dict[str, int]]:
    fields = {
        "is_resolved": True,
        "resolved_version": group.get("latest_version"),
        "is_renewed": False,
        "is_new": False,
        "is_resolving": False,
    }
    return fields, {
        "resolved": 0 if is_truthy(group.get("is_resolved")) else 1,
        "reoccurred": -1 if is_truthy(group.get("is_renewed")) else 0,
        "isnew": -1 if is_truthy(group.get("is_new")) else 0,
    }


def unresolve(group: Document) -> tuple[Document, dict[str, int]]:
    fields = {"is_resolved": False, "resolved_version": None, "is_renewed": False, "is_resolving": False}
    return fields, {
        "resolved": -1 if is_truthy(group.get("is_resolved")) else 0,
        "reoccurred": -1 if is_truthy(group.get("is_renewed")) else 0,
    }


def resolving(group: Document) -> tuple[Document, dict[str, int]]:
    return {"is_resolving": True}, {}


def hide(group: Document) -> tuple[Document, dict[str, int]]:
    return {"is_hidden": True}, {}


def show(group: Document) -> tuple[Document, dict[str, int]]:
    return {"is_hidden": False}, {}


def view(group: Document) -> tuple[Document, dict[str, int]]:
    return ({"is_new": False}, {"isnew": -1}) if is_truthy(group.get("is_new")) else ({}, {})


def change(application_id: str, ids: Sequence[str], how: Change) -> dict[str, Document]:
    """The groups as they were before, by the id under which they were asked for; those that do not exist are left out.
    All of them change or none, and the totals with them."""

    def work(session: ClientSession) -> list[Document]:
        groups = storage.groups_named(application_id, ids, session)
        amounts: dict[str, int] = {}
        for group in groups:
            fields, added = how(group)
            if fields:
                storage.change_group(application_id, group["_id"], {"$set": fields}, session)
            for name, amount in added.items():
                amounts[name] = amounts.get(name, 0) + amount
        storage.add_to_totals(application_id, amounts, session)
        return groups

    if not ids:
        return {}
    groups = mongo.in_transaction(work)
    by_id = {each: group for group in groups for each in storage.ids_of(group)}
    return {each: by_id[each] for each in ids if each in by_id}


# Sharing --------------------------------------------------------------------------------------------------------------
SHARED_PARTS = ("reports", "users", "loss")


def share(application_id: str, group_id: str) -> bool:
    """Anybody who knows the address sees it from now on. Whether there is such a group; so with the others."""
    is_known = bool(change(application_id, [group_id], lambda group: ({"is_public": True}, {})))
    if is_known:
        storage.put_share(application_id, group_id)
    return is_known


def unshare(application_id: str, group_id: str) -> bool:
    storage.remove_share(application_id, group_id)
    return bool(change(application_id, [group_id], lambda group: ({"is_public": False}, {})))


def modify_share(application_id: str, group_id: str, shown: dict[str, Any]) -> bool:
    """`shown`: of SHARED_PARTS."""
    return bool(change(application_id, [group_id], lambda group: ({"share": shown}, {})))
