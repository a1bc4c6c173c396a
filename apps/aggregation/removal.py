"""Removes what was counted of one application. The only module of this room that writes to the database by itself."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from pymongo import DESCENDING

from apps.aggregation import documents
from apps.applications import data
from apps.applications.data import ApplicationData, Horizon
from apps.core import mongo
from apps.core.texts import Text

FORGOTTEN_SESSION_S = 1  # in place of the last session of a user whose sessions were removed; 0 would mean none


def register() -> None:
    title = _("users, sessions and all other counters")
    older = of_counters(title, *documents.COUNTER_COLLECTIONS).clear_older
    data.register_application_data(title, clear=_counters, clear_older=older)
    title = _("unique users of days")
    sketches = of_counters(title, documents.UNIQUE_SKETCHES)
    data.register_application_data(title, clear=sketches.clear, clear_older=sketches.clear_older)
    data.register_application_data(_("profiles of users and their history"), clear=_profiles, clear_older=_old_profiles)
    data.register_application_data(_("the list of events and how it is shown"), reset=_event_list)
    data.register_activity(_newest_activity)


def of_counters(title: Text, *collections: str) -> ApplicationData:
    """For collections of a plugin whose documents carry application (`a`) and month (`m`) as those of metrics do."""

    def clear(application_id: str) -> None:
        for name in collections:
            mongo.collection(name).delete_many({"a": application_id})

    def clear_older(application_id: str, horizon: Horizon) -> None:
        for name in collections:
            mongo.collection(name).delete_many(_older(application_id, horizon))

    return ApplicationData(title, clear, clear_older)


def _older(application_id: str, horizon: Horizon) -> dict[str, Any]:
    return {"a": application_id, "m": {"$exists": True, "$nin": sorted(horizon.months)}}


def _counters(application_id: str) -> None:
    for name in documents.COUNTER_COLLECTIONS:
        mongo.collection(name).delete_many({"a": application_id})
    mongo.collection(documents.TOP_EVENTS).delete_many({"app_id": documents.events_id(application_id)})


def _profiles(application_id: str) -> None:
    for collection_of in (
        documents.profiles_collection,
        documents.metric_changes_collection,
        documents.aliases_collection,
    ):
        # Not dropped: collections are made ahead of traffic only.
        mongo.collection(collection_of(application_id)).delete_many({})
    mongo.collection(documents.UNFINISHED_MERGES).delete_many({"_id": re.compile(f"^{application_id}_")})


def _old_profiles(application_id: str, horizon: Horizon) -> None:
    """Users stay, so that they are not new when they come back."""
    mongo.collection(documents.profiles_collection(application_id)).update_many(
        {"ls": {"$lt": horizon.since_s}}, {"$set": {"ls": FORGOTTEN_SESSION_S}}
    )
    mongo.collection(documents.metric_changes_collection(application_id)).delete_many({"ts": {"$lt": horizon.since_s}})


def _event_list(application_id: str) -> None:
    mongo.collection(documents.EVENTS).delete_one({"_id": documents.events_id(application_id)})


def _newest_activity(application_id: str) -> int:
    profiles = mongo.collection(documents.profiles_collection(application_id))
    newest = profiles.find_one({"lac": {"$exists": True}}, {"lac": 1}, sort=[("lac", DESCENDING)])
    return int(newest["lac"]) if newest else 0
