from django.apps import AppConfig


class PresetsConfig(AppConfig):
    name = "apps.presets"

    def ready(self) -> None:
        from apps.core import schema
        from apps.presets import storage  # the app registry must be ready

        schema.register_collection(storage.COLLECTION)
