from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "apps.dashboard"

    def ready(self) -> None:
        from apps.dashboard import menu  # the app registry must be ready

        menu.register_entries()
