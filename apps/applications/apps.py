from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from pymongo import IndexModel

from apps.core import schema
from apps.plugin_api import configuration
from apps.plugin_api.configuration import Described


class ApplicationsConfig(AppConfig):
    name = "apps.applications"
    verbose_name = _("Applications")

    def ready(self) -> None:
        schema.register_collection("apps", [IndexModel("key", unique=True)])
        configuration.register(
            "apps",
            {"country": "TR", "timezone": "Europe/Istanbul", "category": "6"},
            title=_("New applications"),
            described={
                "country": Described(_("Country"), _("Two letters.")),
                "timezone": Described(_("Time zone"), _("Such as Europe/Berlin.")),
                "category": Described(_("Category"), _("A number from 1 to 20.")),
            },
            is_server_wide=True,
        )
