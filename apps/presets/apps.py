from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PresetsConfig(AppConfig):
    name = "apps.presets"

    def ready(self) -> None:
        from apps.core import schema
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.presets import storage  # the app registry must be ready

        schema.register_collection(storage.COLLECTION)
        MENU.register("presets", MenuEntry(_("Date presets"), "presets", "manage", "presets", 60))
