from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "apps.shell"

    def ready(self) -> None:
        from apps.shell import checks  # noqa: F401  registers the check; the app registry must be ready
