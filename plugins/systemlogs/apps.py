from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class SystemLogsConfig(PluginConfig):
    name = "plugins.systemlogs"
    plugin = "systemlogs"
    title = _("System Logs")
    version = "1.0.0"
    description = _("Keeps who did what to the server, with the values before and after.")

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, Action
        from apps.accounts.callers import global_admin
        from apps.analytics.methods import METHODS, ReadMethod
        from apps.plugin_api.audit import action_recorded
        from apps.plugin_api.configuration import Described
        from apps.plugin_api.menu import MENU, MenuEntry, global_admins
        from apps.plugin_api.pages import PAGES, Pages
        from plugins.systemlogs import endpoints, recording, records, screens

        records.register_collection()
        plugin.settings(
            "systemlogs",
            {"preventIPTracking": False},
            title=_("Audit logs"),
            described={"preventIPTracking": Described(_("Leave out addresses"), _("Of whoever did something."))},
            is_server_wide=True,
        )
        plugin.listen(action_recorded, recording.record)
        plugin.add(METHODS, "systemlogs", ReadMethod(endpoints.show, is_for_global_admins=True))
        plugin.add(METHODS, "systemlogs_meta", ReadMethod(endpoints.show_meta, is_for_global_admins=True))
        plugin.add(ENDPOINTS, "/i/systemlogs", Action(global_admin, endpoints.add))
        plugin.add(PAGES, "systemlogs", Pages([screens.AUDIT_LOG.urls()]))
        plugin.add(
            MENU,
            "systemlogs",
            MenuEntry(
                _("Audit log"),
                "systemlogs",
                "manage",
                "audit",
                70,
                shown_to=global_admins,
                original="#/manage/logs/systemlogs",
            ),
        )
