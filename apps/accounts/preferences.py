"""Settings that the server allows members to have of their own: `_user.<name>` of a namespace says which."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.models import Member
from apps.core import mongo
from apps.plugin_api import configuration


def read(namespace: str, member: Member) -> Mapping[str, Any]:
    """As they hold for the member."""
    settings = configuration.read(namespace)
    allowed = settings.get("_user")
    names = [name for name, may in allowed.items() if may is True] if isinstance(allowed, dict) else []
    if not names:
        return settings
    document = mongo.collection("members").find_one({"_id": member.pk}, {f"settings.{namespace}": 1}) or {}
    own = (document.get("settings") or {}).get(namespace) or {}
    return {**settings, **configuration.typed(namespace, {name: own[name] for name in names if name in own})}
