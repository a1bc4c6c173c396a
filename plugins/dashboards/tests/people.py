"""Members for the tests: one who owns, one who may edit, one who may look, one who is not named."""

from typing import Any

from apps.accounts import members, permissions
from apps.accounts.models import Member


def reader_of(name: str, *application_ids: str, features: dict[str, Any] | None = None) -> Member:
    """May read these applications: all of them, or the given features."""
    allowed = {"all": False, "allowed": features} if features is not None else {"all": True, "allowed": {}}
    rights = {**permissions.empty(), "r": dict.fromkeys(application_ids, allowed)}
    return members.create_member(
        full_name=f"The {name}",
        username=name,
        email=f"{name}@example.com",
        password="Correct-Horse-1",
        permission=rights,
    )
