from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class DbViewerConfig(PluginConfig):
    name = "plugins.dbviewer"
    plugin = "dbviewer"
    title = _("DB Viewer")
    version = "1.0.0"
    description = _("Looks into the databases: documents, indexes, aggregations. Never writes.")
    feature = "dbviewer"

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, Action
        from apps.accounts.callers import any_member
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from apps.tasks.kinds import KINDS, Kind
        from plugins.dbviewer import endpoints, reports, screens, urls

        plugin.add(ENDPOINTS, "/o/db", Action(any_member, endpoints.show))
        plugin.add(KINDS, reports.KIND, Kind(_("Aggregation of a collection"), reports.run))
        plugin.add(PAGES, "dbviewer", Pages(urls.urlpatterns))
        plugin.add(
            MENU,
            "dbviewer",
            MenuEntry(
                _("Database"), "dbviewer", "manage", "database", 85, shown_to=screens.may_open, original="#/manage/db"
            ),
        )
