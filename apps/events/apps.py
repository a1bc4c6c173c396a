from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from pymongo import ASCENDING, IndexModel


class EventsConfig(AppConfig):
    name = "apps.events"

    def ready(self) -> None:
        from apps.applications import data  # the app registry must be ready
        from apps.core import schema
        from apps.events import storage
        from apps.plugin_api import audit
        from apps.plugin_api.menu import MENU, MenuEntry

        schema.register_collection(storage.GROUPS, [IndexModel([("app_id", ASCENDING)])])
        data.register_application_data(_("groups of events"), reset=storage.remove_groups_of_application)
        title = _("Manage")
        MENU.register(
            "manage_events",
            MenuEntry(
                title, "manage_events", "understand", "edit", 55, "events", "events", original="#/manage/data-manager"
            ),
        )
        audit.ACTIONS.register("events_updated", _("Events changed"))
        audit.ACTIONS.register("event_deleted", _("Events deleted"))
        audit.ACTIONS.register("segments_whitelisted_for_events", _("Segments to be counted chosen"))
