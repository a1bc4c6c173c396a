from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class MobileConfig(PluginConfig):
    name = "plugins.mobile"
    plugin = "mobile"
    title = _("Mobile applications")
    version = "1.0.0"
    description = _("Applications of the type “mobile”.")

    def offer(self, plugin: Offers) -> None:
        from apps.applications.places import TYPES

        plugin.add(TYPES, "mobile", _("Mobile"))
