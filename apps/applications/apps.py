from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from pymongo import IndexModel

from apps.core import schema
from apps.plugin_api import configuration
from apps.plugin_api.configuration import Described

#: What the audit log calls what is done here.
AUDITED = {
    "app_created": _("Application created"),
    "app_updated": _("Application changed"),
    "app_deleted": _("Application deleted"),
    "app_config_updated": _("Settings of an application changed"),
    "clear_all": _("All data of an application removed"),
    "app_reset": _("Application reset"),
    "app_clear_old_data": _("Old data of an application removed"),
}


class ApplicationsConfig(AppConfig):
    name = "apps.applications"
    verbose_name = _("Applications")

    def ready(self) -> None:
        from apps.plugin_api import audit

        for action, title in AUDITED.items():
            audit.ACTIONS.register(action, title)
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
