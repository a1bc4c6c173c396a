"""What stands under `plugins.consolidate` of an application: the ids of those that count its requests too. Pure."""

from collections.abc import Mapping
from typing import Any

from apps.accounts import access

NAMESPACE = "consolidate"
SELECTED, BEFORE = "selectedApps", "initialApps"
MOST_SOURCES = 1_000


def destinations(stored: Any) -> list[str]:
    return [one for one in stored if isinstance(one, str)] if isinstance(stored, list) else []


def may_choose(member: Any, sent: Mapping[str, Any]) -> bool:
    """Requests of an application may be sent on by its own administrators only."""
    return all(access.is_app_admin(member, one) for name in (SELECTED, BEFORE) for one in destinations(sent.get(name)))
