from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class DesktopConfig(PluginConfig):
    name = "plugins.desktop"
    plugin = "desktop"
    title = _("Desktop applications")
    version = "1.0.0"
    description = _("Applications of the type “desktop”.")

    def offer(self, plugin: Offers) -> None:
        from apps.applications.places import TYPES

        plugin.add(TYPES, "desktop", _("Desktop"))
