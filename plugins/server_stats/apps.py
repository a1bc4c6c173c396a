from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class ServerStatsConfig(PluginConfig):
    name = "plugins.server_stats"
    plugin = "server-stats"
    title = _("Server Stats")
    version = "1.0.0"
    description = _("Counts the data points that each application sends: sessions, and events by their kind.")
    feature = "server-stats"

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, Action
        from apps.accounts.callers import any_member
        from apps.aggregation.extensions import PARTS
        from apps.applications.data import APPLICATION_DATA, ApplicationData
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from plugins.server_stats import documents, endpoints, screens
        from plugins.server_stats.counting import DataPoints

        documents.register_collection()
        plugin.add(PARTS, "server-stats", DataPoints())
        plugin.add(ENDPOINTS, "/o/server-stats/data-points", Action(any_member, endpoints.show_data_points))
        plugin.add(ENDPOINTS, "/o/server-stats/top", Action(any_member, endpoints.show_top))
        plugin.add(ENDPOINTS, "/o/server-stats/punch-card", Action(any_member, endpoints.show_punch_card))
        removal = ApplicationData(
            _("data points"), clear=documents.remove_of_application, clear_older=documents.remove_older
        )
        plugin.add(APPLICATION_DATA, "data points", removal)
        plugin.add(PAGES, "server-stats", Pages([screens.DATA_POINTS.urls()]))
        plugin.add(
            MENU,
            "server_stats",
            MenuEntry(_("Data points"), "server_stats", "manage", "points", 80, original="#/manage/data-points"),
        )
