"""Tokens that act in a member's name: for a time, perhaps once, perhaps only at some addresses or applications.

Kept in `auth_tokens` as Countly keeps them. There `_id` is the token itself, and members read their tokens back from
the list, so it cannot be stored as a hash. Tokens are random and never logged.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.accounts import endpoint_patterns
from apps.core import clock, mongo

COLLECTION = "auth_tokens"
DEFAULT_TTL_SECONDS = 1_800
MAX_TTL_SECONDS = 2**31 - 1
MAX_TOKEN_LENGTH = 200
FOR_EVER = -1

#: Purposes that the server itself knows.
LOGGED_IN = "LoggedInAuth"  # the session of Countly's own dashboard
LOG_IN = "LoginAuthToken"  # opens a session by its address, `/login/token/<token>`

Endpoint = str | dict[str, Any]  # a pattern, or {"endpoint": pattern, "params": {name: pattern}}


@dataclass(frozen=True, slots=True)
class Use:
    """What a token that was just used says."""

    owner: str
    purpose: str
    is_limited: bool  # to some addresses or applications: it must not lead to wider rights
    applications: tuple[str, ...]  # those it is limited to; empty: all


def create(
    owner: str,
    *,
    ttl_seconds: int = DEFAULT_TTL_SECONDS,
    is_reusable: bool = True,
    applications: Sequence[str] = (),
    endpoints: Sequence[Endpoint] = (),
    purpose: str = "",
    is_temporary: bool = False,
) -> str:
    """`ttl_seconds` 0: never ends. Expired tokens of everybody go on this occasion."""
    purge()
    token = secrets.token_hex(20)
    mongo.collection(COLLECTION).insert_one(
        {
            "_id": token,
            "ttl": ttl_seconds,
            "ends": clock.now_s() + ttl_seconds,
            "multi": is_reusable,
            "owner": owner,
            "app": list(applications) or "",
            "endpoint": list(endpoints) or "",
            "purpose": purpose,
            "temporary": is_temporary,
        }
    )
    return token


def use(token: Any, path: str, parameters: Mapping[str, Any], *, purposes: Sequence[str] = ()) -> Use | None:
    """None when the token does not allow this request. One that serves once is gone afterwards: of requests that come
    at the same time, one is let in. `purposes`: it must have been made for one of these."""
    document = _find(token)
    if document is None or not _is_for(document, path, parameters):
        return None
    if purposes and document.get("purpose") not in purposes:
        return None
    if not document.get("multi") and not mongo.collection(COLLECTION).delete_one({"_id": token}).deleted_count:
        return None
    applications = tuple(str(name) for name in _list(document.get("app")))
    is_limited = bool(_list(document.get("endpoint")) or applications)
    return Use(str(document.get("owner")), str(document.get("purpose") or ""), is_limited, applications)


def seconds_left(token: Any) -> int:
    """FOR_EVER when it never ends; 0 when there is no such token or it has ended."""
    document = _find(token)
    if document is None:
        return 0
    return int(document["ends"]) - clock.now_s() if document.get("ttl") else FOR_EVER


def prolong(token: str, seconds: int) -> None:
    """From now on for so long, unless it never ends, or is gone."""
    limited = {"_id": token, "ttl": {"$gt": 0}}
    mongo.collection(COLLECTION).update_one(limited, {"$set": {"ends": clock.now_s() + seconds}})


def of_owner(owner: str) -> list[dict[str, Any]]:
    return list(mongo.collection(COLLECTION).find({"owner": owner}))


def delete(token: str, owner: str) -> int:
    """How many went: 1 or 0. Nobody deletes the token of somebody else."""
    return mongo.collection(COLLECTION).delete_one({"_id": token, "owner": owner}).deleted_count


def delete_all(owner: str) -> None:
    mongo.collection(COLLECTION).delete_many({"owner": owner})


def end_logins(owner: str) -> None:
    """Those that stand for a session go; those that programs use stay."""
    mongo.collection(COLLECTION).delete_many({"owner": owner, "purpose": {"$in": [LOGGED_IN, LOG_IN]}})


def purge() -> int:
    """How many expired tokens went."""
    expired = {"ttl": {"$gt": 0}, "ends": {"$lt": clock.now_s()}}
    return mongo.collection(COLLECTION).delete_many(expired).deleted_count


def is_expired(document: Mapping[str, Any]) -> bool:
    return bool(document.get("ttl")) and int(document.get("ends") or 0) <= clock.now_s()


def _find(token: Any) -> dict[str, Any] | None:
    if not isinstance(token, str) or not 0 < len(token) <= MAX_TOKEN_LENGTH or not token.isascii():
        return None
    document = mongo.collection(COLLECTION).find_one({"_id": token})
    return None if document is None or is_expired(document) else document


def _is_for(document: Mapping[str, Any], path: str, parameters: Mapping[str, Any]) -> bool:
    """Applications count only where the request names one, as API clients know it."""
    applications, endpoints = _list(document.get("app")), _list(document.get("endpoint"))
    application_id = parameters.get("app_id")
    if applications and application_id and application_id not in applications:
        return False
    return not endpoints or any(_is_at(endpoint, path, parameters) for endpoint in endpoints)


def _is_at(endpoint: Any, path: str, parameters: Mapping[str, Any]) -> bool:
    if not isinstance(endpoint, dict):
        return endpoint_patterns.matches(endpoint, path)
    wanted = endpoint.get("params") or {}
    return (
        isinstance(wanted, dict)
        and endpoint_patterns.matches(endpoint.get("endpoint"), path)
        and all(endpoint_patterns.matches(pattern, parameters.get(name)) for name, pattern in wanted.items())
    )


def _list(value: Any) -> list[Any]:
    """What is neither empty nor a list is one pattern."""
    return value if isinstance(value, list) else [value] if value else []
