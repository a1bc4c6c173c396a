from django.apps import AppConfig


class SwitchboardConfig(AppConfig):
    name = "apps.switchboard"

    def ready(self) -> None:
        from apps.plugin_api import audit
        from apps.switchboard import endpoints, screens

        endpoints.register()
        screens.register()
        audit.ACTIONS.register("change_plugins", "Features switched")
        audit.ACTIONS.register("change_configs", "Settings changed")
