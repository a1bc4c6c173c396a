from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "apps.ingest"

    def ready(self) -> None:
        from apps.ingest import additional_headers  # needs the settings
        from apps.plugin_api import configuration

        configuration.register(
            "security",
            {
                "api_additional_headers": additional_headers.DEFAULT,
                "api_rate_limit_window": 0,  # seconds; 0: no limit
                "api_rate_limit_requests": 0,  # of one address in a window; 0: no limit
            },
        )
