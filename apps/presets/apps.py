from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PresetsConfig(AppConfig):
    name = "apps.presets"

    def ready(self) -> None:
        from apps.core import schema
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.signals import member_deleted
        from apps.presets import offered, presets, storage  # the app registry must be ready
        from apps.shell.named_periods import NAMED_PERIODS, NamedPeriods

        schema.register_collection(storage.COLLECTION)
        member_deleted.connect(presets.forget_member, dispatch_uid="presets.forget_member")
        named = NamedPeriods(_("Presets"), _("Save or manage presets"), "presets", offered.offered)
        NAMED_PERIODS.register("presets", named)
        MENU.register(
            "presets",
            MenuEntry(_("Date presets"), "presets", "manage", "presets", 60, original="#/manage/date-presets"),
        )
