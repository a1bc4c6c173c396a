"""Which parts of an application's home page a member wants to see, and in which order."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.models import Member
from apps.core import mongo

Settings = Mapping[str, Any]  # name of a part -> {"enabled": bool, "order": number}


def read(member: Member, application_id: str) -> Settings:
    """{} where the member has not chosen."""
    found = mongo.collection("members").find_one({"_id": member.pk}, {f"homeSettings.{application_id}": 1}) or {}
    settings = (found.get("homeSettings") or {}).get(application_id)
    return settings if isinstance(settings, dict) else {}


def write(member: Member, application_id: str, settings: Settings) -> None:
    """What was chosen before is replaced. Names and values must be storable."""
    changed = {"$set": {f"homeSettings.{application_id}": dict(settings)}}
    mongo.collection("members").update_one({"_id": member.pk}, changed)
