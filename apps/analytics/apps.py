from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "apps.analytics"

    def ready(self) -> None:
        from apps.analytics import event_methods, methods  # the app registry must be ready

        methods.register_all()
        event_methods.register_all()
