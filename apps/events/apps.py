from django.apps import AppConfig
from pymongo import ASCENDING, IndexModel


class EventsConfig(AppConfig):
    name = "apps.events"

    def ready(self) -> None:
        from apps.applications import data  # the app registry must be ready
        from apps.core import schema
        from apps.events import storage

        schema.register_collection(storage.GROUPS, [IndexModel([("app_id", ASCENDING)])])
        data.register_application_data("groups of events", reset=storage.remove_groups_of_application)
