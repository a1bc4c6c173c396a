from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "apps.exports"

    def ready(self) -> None:
        from apps.exports import export_tasks  # members, whose model is ready only now

        export_tasks.register()
