from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core import schema
from apps.plugin_api import configuration
from apps.plugin_api.core_settings import API_DEFAULTS, API_DESCRIBED, USERS_DEFAULTS, USERS_DESCRIBED


class PluginApiConfig(AppConfig):
    name = "apps.plugin_api"

    def ready(self) -> None:
        schema.register_collection(configuration.COLLECTION)
        configuration.register("api", API_DEFAULTS, title=_("Receiving and reading"), described=API_DESCRIBED)
        configuration.register("users", USERS_DEFAULTS, title=_("Users"), described=USERS_DESCRIBED)
