"""Which collections of which databases a member may look into, and what is never shown of them.

Global administrators see all. Others see what belongs to the applications that they may read: collections that end
with an application's id or with the hash of one of its events, and of those which all applications share the documents
that are theirs.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from pymongo.database import Database

from apps.accounts import access
from apps.accounts.models import Member
from apps.aggregation import documents
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.core.client_queries import Filter
from apps.core.keys import event_hash

DRILL = "countly_drill"  # of databases that the original's paid edition filled
DRILL_EVENTS = "drill_events"
#: Of dashboard sessions, ours and the original's: who knows one is logged in.
NEVER_SHOWN = re.compile(r"system\.|sessions_|django_session$")
HASHED = re.compile(r"(?:events|drill_events|app_viewdata)([0-9a-f]{40})$")
#: Application -> addresses of the dashboard that a member may not open there; this one stands for all raw data.
RESTRICTED_ADDRESS = "#/manage/db"

#: Fields that nobody is shown, nor may ask about: they are or lead to somebody's credentials.
SECRETS: Mapping[str, frozenset[str]] = {
    "members": frozenset({"password", "api_key", "two_factor_auth", "password_history"}),
    "auth_tokens": frozenset({"_id"}),
    "password_reset": frozenset({"_id", "prid"}),
}
REDACTED = "***redacted***"


@dataclass(frozen=True, slots=True)
class Source:
    """A collection that the member may look into, and the condition on what of it."""

    database: str
    collection: str
    condition: Filter = field(default_factory=dict)

    @property
    def secrets(self) -> frozenset[str]:
        return SECRETS.get(self.collection, frozenset())


def database_names() -> dict[str, str]:
    """As clients call them -> as they are called here."""
    return {
        "countly": mongo.database().name,
        DRILL: DRILL,
        "countly_out": settings.MONGODB_DATABASE_OUT,
        "countly_fs": settings.MONGODB_DATABASE_FS,
    }


def database(name: str) -> "Database[mongo.Document]":
    """`name` is one of `database_names()`."""
    return mongo.client()[database_names()[name]]


def is_name(collection: Any) -> bool:
    """Whether a collection may be called so at all."""
    return (
        isinstance(collection, str)
        and 0 < len(collection) <= 200
        and not any(character in collection for character in "$\0")
        and ".." not in collection
        and not collection.startswith(".")
        and not collection.endswith(".")
    )


def applications_for(member: Member, features: Iterable[str]) -> list[ApplicationInfo]:
    """Those of which the member may read one of the features, and is not kept from raw data."""
    found: dict[str, ApplicationInfo] = {}
    for feature in features:
        found |= {application.id: application for application in access.readable_applications(member, feature)}
    restricted = _restricted(member)
    return [application for application in found.values() if application.id not in restricted]


def source(
    member: Member,
    name: str,
    collection: str,
    applications: Collection[ApplicationInfo],
    known_hashes: Mapping[str, object] | None = None,
) -> Source | None:
    """None when the member may not look into it. `applications` are those that he may see the raw data of,
    `known_hashes` theirs, for whoever asks about many collections."""
    if NEVER_SHOWN.match(collection):
        return None
    if member.global_admin is True:
        return Source(name, collection)
    ids = [application.id for application in applications]
    if collection in (documents.EVENTS_DATA, DRILL_EVENTS):
        return Source(name, collection, {"a": {"$in": ids}})  # nothing, for who may read no application
    if any(collection.endswith(application_id) for application_id in ids):
        return Source(name, collection)
    hashed = HASHED.match(collection)
    if hashed and hashed[1] in (hashes(applications) if known_hashes is None else known_hashes):
        return Source(name, collection)
    return None


def hashes(applications: Iterable[ApplicationInfo]) -> dict[str, tuple[ApplicationInfo, str]]:
    """The part of a collection's name that stands for an event -> its application and the event's key."""
    found: dict[str, tuple[ApplicationInfo, str]] = {}
    for application in applications:
        found[_sha1(application.id)] = (application, "")  # of `app_viewdata`
        stored = mongo.collection(documents.EVENTS).find_one({"_id": documents.events_id(application.id)}, {"list": 1})
        for key in (stored or {}).get("list") or []:
            if isinstance(key, str):
                found[event_hash(key, application.id)] = (application, key)
    return found


def without_secrets(found: Source, document: dict[str, Any]) -> dict[str, Any]:
    """For documents of whose `_id` nothing may be known, the field stays with a word in its place."""
    secrets = found.secrets
    if not secrets:
        return document
    shown = {name: value for name, value in document.items() if name not in secrets}
    return {"_id": REDACTED, **shown} if "_id" in secrets and "_id" in document else shown


def _restricted(member: Member) -> set[str]:
    restrictions = member.app_restrict if isinstance(member.app_restrict, dict) else {}
    return {
        application_id
        for application_id in restrictions
        if access.is_hidden(member, application_id, RESTRICTED_ADDRESS)
    }


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
