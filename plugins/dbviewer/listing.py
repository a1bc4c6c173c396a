"""Which databases and collections a member sees, under names that people understand."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from apps.accounts.models import Member
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.exports import collections
from apps.exports.collections import Source

FEATURES = ("dbviewer",)
OF_AN_APPLICATION = re.compile(r"(.*?)([0-9a-f]{24})$")


def applications_of(member: Member) -> list[ApplicationInfo]:
    """Of which the member may see the raw data."""
    return collections.applications_for(member, FEATURES)


def databases(member: Member, application_id: str = "") -> list[dict[str, Any]]:
    """`application_id`: only what belongs to this one."""
    mine = applications_of(member)
    chosen = [application for application in mine if application.id == application_id] if application_id else mine
    everything = {application.id: application for application in lookup.all_applications()}
    hashes = collections.hashes(chosen if application_id else mine)
    return [
        {"name": name, "collections": _collections(member, name, chosen, everything, hashes, bool(application_id))}
        for name in collections.database_names()
    ]


def source(member: Member, database: str, collection: str) -> Source | None:
    return collections.source(member, database, collection, applications_of(member))


def _collections(
    member: Member,
    database: str,
    applications: Collection[ApplicationInfo],
    everything: Mapping[str, ApplicationInfo],
    hashes: Mapping[str, tuple[ApplicationInfo, str]],
    is_of_one: bool,
) -> dict[str, str]:
    ids = [application.id for application in applications]
    found = {}
    for name in sorted(collections.database(database).list_collection_names()):
        if is_of_one and not _belongs(name, ids, hashes):
            continue
        if collections.source(member, database, name, applications, hashes) is not None:
            found[pretty(name, everything, hashes)] = name
    return found


def pretty(
    name: str, applications: Mapping[str, ApplicationInfo], hashes: Mapping[str, tuple[ApplicationInfo, str]]
) -> str:
    hashed = collections.HASHED.match(name)
    if hashed and hashed[1] in hashes:
        application, event = hashes[hashed[1]]
        suffix = f"{application.name}: {event}" if event else application.name
        return f"{name.removesuffix(hashed[1])}({suffix})"
    parts = OF_AN_APPLICATION.match(name)
    if parts and parts[2] in applications:
        return f"{parts[1]}({applications[parts[2]].name})"
    return name


def _belongs(name: str, ids: list[str], hashes: Mapping[str, tuple[ApplicationInfo, str]]) -> bool:
    """Collections without an application's name belong to all."""
    parts, hashed = OF_AN_APPLICATION.match(name), collections.HASHED.match(name)
    if hashed:
        return hashed[1] in hashes
    return parts is None or parts[2] in ids
