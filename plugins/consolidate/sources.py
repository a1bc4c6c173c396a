"""Which applications send their requests on to one: stored with those that send."""

from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from apps.applications import lookup, shown_applications
from apps.applications.own_settings import InvalidSettings, KeptElsewhere
from apps.core import mongo
from plugins.consolidate.rules import BEFORE, MOST_SOURCES, NAMESPACE, SELECTED, destinations

FIELD = f"plugins.{NAMESPACE}"


def change(destination: str, sent: dict[str, Any]) -> KeptElsewhere:
    """`selectedApps` send on from now on; of `initialApps` those that are not selected any more do not."""
    selected, before = destinations(sent.get(SELECTED)), destinations(sent.get(BEFORE))
    if len(selected) + len(before) > MOST_SOURCES:
        raise InvalidSettings(f"At most {MOST_SOURCES} applications can send to one")
    named = dict.fromkeys([*selected, *before])
    if not all(ObjectId.is_valid(one) for one in named):
        raise InvalidSettings("selectedApps and initialApps take ids of applications")
    if destination in selected:
        raise InvalidSettings("An application does not send to itself")
    _add(selected, destination)
    _take_away([one for one in before if one not in selected], destination)
    lookup.forget_all()
    return KeptElsewhere(_documents(named))


def of(destination: str) -> list[str]:
    """Ids of the applications that send to it."""
    return [str(document["_id"]) for document in mongo.collection("apps").find({FIELD: destination}, ["_id"])]


def forget(destination: str) -> None:
    """An application that is gone gets nothing."""
    _take_away(of(destination), destination)
    lookup.forget_all()


def _add(sources: Iterable[str], destination: str) -> None:
    apps = mongo.collection("apps")
    for source in sources:
        # Stored by other hands it may be anything; a list of ours grows.
        apps.update_one(
            {"_id": ObjectId(source), FIELD: {"$exists": True, "$not": {"$type": "array"}}}, {"$unset": {FIELD: ""}}
        )
        apps.update_one({"_id": ObjectId(source)}, {"$addToSet": {FIELD: destination}})


def _take_away(sources: Iterable[str], destination: str) -> None:
    for source in sources:
        mongo.collection("apps").update_one({"_id": ObjectId(source)}, {"$pull": {FIELD: destination}})


def _documents(application_ids: Iterable[str]) -> list[dict[str, Any]]:
    ids = [ObjectId(one) for one in application_ids]
    found = mongo.collection("apps").find({"_id": {"$in": ids}})
    return [{**shown_applications.shown(document), "_id": str(document["_id"])} for document in found]
