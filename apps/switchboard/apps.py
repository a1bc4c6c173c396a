from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SwitchboardConfig(AppConfig):
    name = "apps.switchboard"

    def ready(self) -> None:
        from apps.plugin_api import audit
        from apps.switchboard import endpoints, screens

        endpoints.register()
        screens.register()
        audit.ACTIONS.register("change_plugins", _("Features switched"))
        audit.ACTIONS.register("change_configs", _("Settings changed"))
