from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.plugin_api.configuration import Described


class IngestConfig(AppConfig):
    name = "apps.ingest"

    def ready(self) -> None:
        from apps.ingest import additional_headers, intake  # needs the settings
        from apps.plugin_api import configuration
        from apps.plugin_api import intake as door

        door.register(intake.take, intake.take_many)

        configuration.register(
            "security",
            {
                "api_additional_headers": additional_headers.DEFAULT,
                "api_rate_limit_window": 0,  # seconds; 0: no limit
                "api_rate_limit_requests": 0,  # of one address in a window; 0: no limit
            },
            described={
                "api_additional_headers": Described(_("Headers of the API"), _("One a line, as Name:value.")),
                "api_rate_limit_window": Described(_("Window of the limit for the API"), _("Seconds; 0: no limit.")),
                "api_rate_limit_requests": Described(_("Calls of one address in that window"), _("0: no limit.")),
            },
        )
