from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from pymongo import ASCENDING, IndexModel


class NotesConfig(AppConfig):
    name = "apps.notes"

    def ready(self) -> None:
        from apps.analytics import methods  # the app registry must be ready
        from apps.applications import data
        from apps.core import schema
        from apps.notes import notes, reading, storage
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.signals import member_deleted

        schema.register_collection(storage.COLLECTION, [IndexModel([("app_id", ASCENDING), ("ts", ASCENDING)])])
        data.register_application_data(_("notes"), delete=storage.remove_of_application)
        methods.register("notes", reading.answer)
        member_deleted.connect(notes.forget_member, dispatch_uid="notes.forget_member")
        MENU.register(
            "notes", MenuEntry(_("Notes"), "notes", "explore", "notes", 60, original="#/analytics/graph-notes")
        )
