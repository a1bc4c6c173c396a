"""Lists of messages, as tables ask for them."""

import re
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from plugins.push import documents
from plugins.push.documents import DELETED, STATUSES
from plugins.push.kinds import API, COHORT, EVENT, PLAIN

COLUMNS = ("info.title", "status", "result.sent", "result.actioned", "info.created", "triggers.start")
MOST = 1_000
MOST_READ = 10_000
KINDS = {"plain": (PLAIN,), "auto": (EVENT, COHORT), "api": (API,)}


def find(
    application_id: str, kind: str, *, status: str = "", search: str = "", removed: bool = False
) -> list[dict[str, Any]]:
    """All of a kind ("plain", "auto" or "api"), drafts first, then the newest first."""
    chosen: dict[str, Any] = {"app": ObjectId(application_id)}
    of_kind: dict[str, Any] = {"triggers.kind": {"$in": list(KINDS[kind])}}
    if kind == "plain":  # drafts may not have a trigger yet
        of_kind = {"$or": [of_kind, {"triggers": []}]}
    found = documents.messages().find({"$and": [chosen, of_kind]}).limit(MOST_READ)
    wanted = [message for message in found if bool(int(message.get("state") or 0) & DELETED) is removed]
    if status in STATUSES:
        wanted = [message for message in wanted if message.get("status") == status]
    if search:
        pattern = re.compile(re.escape(search), re.IGNORECASE)
        wanted = [message for message in wanted if any(pattern.search(text) for text in _texts(message))]
    wanted.sort(key=lambda message: message["_id"], reverse=True)
    wanted.sort(key=lambda message: message.get("status") != "draft")
    return wanted


def ordered(messages: list[dict[str, Any]], column: str, *, descending: bool) -> list[dict[str, Any]]:
    def key(message: Mapping[str, Any]) -> tuple[int, Any]:
        value: Any = message
        for part in column.split("."):
            value = value[0] if isinstance(value, list) and value else value
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None:
            return (0, 0)
        return (2, value.casefold()) if isinstance(value, str) else (1, _number(value))

    return sorted(messages, key=key, reverse=descending)


def _number(value: Any) -> float:
    return value.timestamp() if hasattr(value, "timestamp") else float(value)


def _texts(message: Mapping[str, Any]) -> list[str]:
    contents = message.get("contents") or [{}]
    texts = [(message.get("info") or {}).get("title"), contents[0].get("title"), contents[0].get("message")]
    return [text for text in texts if isinstance(text, str)]
