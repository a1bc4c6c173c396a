from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from pymongo import IndexModel

from apps.core import schema
from apps.plugin_api import configuration


class ApplicationsConfig(AppConfig):
    name = "apps.applications"

    def ready(self) -> None:
        schema.register_collection("apps", [IndexModel("key", unique=True)])
        configuration.register(
            "apps",
            {"country": "TR", "timezone": "Europe/Istanbul", "category": "6"},
            title=_("New applications"),
            is_server_wide=True,
        )
