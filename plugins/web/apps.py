from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class WebConfig(PluginConfig):
    name = "plugins.web"
    plugin = "web"
    title = _("Web applications")
    version = "1.0.0"
    description = _("Applications of the type “web”; reads browser, system and device from user agents.")

    def offer(self, plugin: Offers) -> None:
        from apps.aggregation.extensions import ENRICHMENTS, Enrichment
        from apps.applications.places import TYPES
        from plugins.web import enrichment

        plugin.add(TYPES, "web", _("Web"))
        plugin.add(ENRICHMENTS, "web", Enrichment(enrichment.add_browser, parameters=enrichment.PARAMETERS))
