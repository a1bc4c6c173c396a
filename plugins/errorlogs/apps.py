from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class ErrorLogsConfig(PluginConfig):
    name = "plugins.errorlogs"
    plugin = "errorlogs"
    title = _("Error Logs")
    version = "1.0.0"
    description = _("Shows the log files of the server's processes.")

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, Action
        from apps.accounts.callers import global_admin
        from apps.plugin_api.audit import ACTIONS
        from apps.plugin_api.menu import MENU, MenuEntry, global_admins
        from apps.plugin_api.pages import PAGES, Pages
        from plugins.errorlogs import endpoints, screens

        plugin.add(ENDPOINTS, "/o/errorlogs", Action(global_admin, endpoints.show))
        plugin.add(ENDPOINTS, "/i/errorlogs", Action(global_admin, endpoints.clear))
        plugin.add(ACTIONS, endpoints.CLEARED, _("A log file was emptied"))
        plugin.add(PAGES, "errorlogs", Pages([screens.SERVER_LOGS.urls()]))
        plugin.add(
            MENU,
            "errorlogs",
            MenuEntry(
                _("Server logs"),
                "errorlogs",
                "manage",
                "logs",
                75,
                shown_to=global_admins,
                original="#/manage/logs/errorlogs",
            ),
        )
