"""Keeps the maps of custom values small: of each key only the values that were seen most often."""

from typing import Any

from apps.applications import lookup
from apps.core import mongo
from apps.plugin_api import configuration
from plugins.crashes import documents
from plugins.crashes.settings import NAMESPACE

MOST_PATHS_PER_UPDATE = 500


def keep_frequent_values() -> None:
    for application in lookup.all_applications():
        settings = configuration.read(NAMESPACE, application)
        if settings["activate_custom_field_cleanup_job"]:
            clean_application(application.id, max(1, int(settings["max_custom_field_keys"])))


def clean_application(application_id: str, most: int) -> None:
    collection = mongo.collection(documents.groups_collection(application_id))
    for group in collection.find({documents.CUSTOM: {"$exists": True}}, [documents.CUSTOM]):
        paths = rare_paths(group.get(documents.CUSTOM), most)
        for start in range(0, len(paths), MOST_PATHS_PER_UPDATE):
            gone = dict.fromkeys(paths[start : start + MOST_PATHS_PER_UPDATE], "")
            collection.update_one({"_id": group["_id"]}, {"$unset": gone})


def rare_paths(custom: Any, most: int) -> list[str]:
    paths = []
    for key, values in custom.items() if isinstance(custom, dict) else ():
        if isinstance(values, dict) and len(values) > most:
            ranked = sorted(values.items(), key=lambda item: (-_number(item[1]), item[0]))
            paths += [f"{documents.CUSTOM}.{key}.{value}" for value, _ in ranked[most:]]
    return paths


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0
