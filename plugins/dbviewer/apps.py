from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class DbViewerConfig(PluginConfig):
    name = "plugins.dbviewer"
    plugin = "dbviewer"
    title = "DB Viewer"
    version = "1.0.0"
    description = "Looks into the databases: documents, indexes, aggregations. Never writes."
    feature = "dbviewer"

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, Action
        from apps.accounts.callers import any_member
        from apps.tasks.kinds import KINDS, Kind
        from plugins.dbviewer import endpoints, reports

        plugin.add(ENDPOINTS, "/o/db", Action(any_member, endpoints.show))
        plugin.add(KINDS, reports.KIND, Kind("Aggregation of a collection", reports.run))
