from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers

#: What the audit log calls what is done here.
AUDITED = {
    "dashboard_added": _("Dashboard created"),
    "dashboard_edited": _("Dashboard changed"),
    "dashboard_deleted": _("Dashboard deleted"),
    "widget_added": _("Widget of a dashboard added"),
    "widget_edited": _("Widget of a dashboard changed"),
    "widget_deleted": _("Widget of a dashboard deleted"),
}


class DashboardsConfig(PluginConfig):
    name = "plugins.dashboards"
    plugin = "dashboards"
    title = _("Dashboards")
    version = "1.0.0"
    description = _("Figures of several applications on one page, shared with those who should see them.")

    def offer(self, plugin: Offers) -> None:
        from pymongo import ASCENDING, IndexModel

        from apps.applications.data import APPLICATION_DATA, ApplicationData
        from apps.core import schema
        from apps.plugin_api.audit import ACTIONS
        from apps.plugin_api.configuration import Described
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from apps.plugin_api.places import PLACES, Places
        from apps.plugin_api.signals import member_deleted
        from apps.plugin_api.widgets import REPORT_TYPES
        from plugins.dashboards import documents, report, screens, storage

        for action, title in AUDITED.items():
            plugin.add(ACTIONS, action, title)
        schema.register_collection(documents.DASHBOARDS, [IndexModel([(documents.OWNER, ASCENDING)])])
        schema.register_collection(documents.WIDGETS, [IndexModel([(documents.APPS, ASCENDING)])])
        plugin.settings(
            "dashboards",
            {"sharing_status": True, "allow_public_dashboards": True},
            title=_("Dashboards"),
            is_server_wide=True,
            described={
                "sharing_status": Described(
                    _("Members may share dashboards"), _("Otherwise global administrators only.")
                ),
                "allow_public_dashboards": Described(_("Dashboards may be shared with everybody"), ""),
            },
        )
        title = _("widgets of dashboards")
        plugin.add(APPLICATION_DATA, "dashboards", ApplicationData(title, delete=storage.remove_application))
        plugin.listen(member_deleted, storage.remove_member)
        plugin.add(PAGES, "dashboards", Pages(screens.urls()))
        plugin.add(
            MENU,
            "dashboards",
            MenuEntry(_("Dashboards"), "dashboards", "explore", "dashboards", 10, original="#/custom"),
        )
        plugin.add(PLACES, "dashboard", Places(_("Dashboards"), screens.places))
        plugin.add(REPORT_TYPES, "dashboards", report.TYPE)
        _add_kinds(plugin)
        _add_endpoints(plugin)


def _add_kinds(plugin: Offers) -> None:
    from apps.plugin_api.widgets import DASHBOARD_WIDGETS
    from plugins.dashboards.kinds import events, notes, sessions, values

    kinds = {
        "session": sessions.KIND_SESSION,
        "user-analytics": sessions.KIND_USERS,
        **values.KINDS,
        "events": events.KIND,
        "note": notes.KIND,
    }
    for name, kind in kinds.items():
        plugin.add(DASHBOARD_WIDGETS, name, kind)


def _add_endpoints(plugin: Offers) -> None:
    from apps.accounts.actions import ENDPOINTS, Action
    from apps.accounts.callers import any_member
    from plugins.dashboards import endpoints

    for address, answer in {
        "/o/dashboards": endpoints.show_or_nothing,
        "/o/dashboards/all": endpoints.show_all,
        "/o/dashboards/widget": endpoints.show_widget,
        "/o/dashboards/widget-layout": endpoints.show_layout,
        "/o/dashboard/data": endpoints.show_data,
        "/i/dashboards/create": endpoints.create,
        "/i/dashboards/update": endpoints.update,
        "/i/dashboards/delete": endpoints.delete,
        "/i/dashboards/add-widget": endpoints.add_widget,
        "/i/dashboards/update-widget": endpoints.update_widget,
        "/i/dashboards/remove-widget": endpoints.remove_widget,
    }.items():
        plugin.add(ENDPOINTS, address, Action(any_member, answer))
