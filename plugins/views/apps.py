from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers

CALL = ("/o", {"method": "views", "action": "getTotals"})
DEFAULTS = {
    "view_limit": 50_000,
    "view_name_limit": 128,
    "segment_value_limit": 10,
    "segment_limit": 100,
    "action_days": 90,
    "action_limit": 200_000,
}


class ViewsConfig(PluginConfig):
    name = "plugins.views"
    plugin = "views"
    title = _("Views")
    version = "1.0.0"
    description = _("Pages and screens: visits, time, where people come in and leave, how far they scroll.")
    feature = "views"

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, Action
        from apps.aggregation.extensions import PARTS
        from apps.aggregation.user_data import USER_DATA
        from apps.analytics.methods import METHODS, ReadMethod
        from apps.applications.data import APPLICATION_DATA
        from apps.plugin_api.audit import ACTIONS
        from apps.plugin_api.configuration import Described
        from apps.plugin_api.happenings import HAPPENINGS, ONLINE_FIELDS, Happening, OnlineField
        from apps.plugin_api.jobs import JOBS, Job
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from apps.plugin_api.widgets import (
            DASHBOARD_WIDGETS,
            HOME_WIDGETS,
            REPORT_SECTIONS,
            DashboardWidget,
            HomeWidget,
            ReportSection,
        )
        from plugins.views import (
            action_counting,
            aggregation,
            documents,
            endpoints,
            happenings,
            heat_map_endpoint,
            heat_maps,
            methods,
            overlay,
            removal,
            user_data,
            widgets,
        )
        from plugins.views.screens import heat_map, manage, overview, per_session

        documents.register_collections()
        plugin.settings(
            "views",
            DEFAULTS,
            title=_("Views"),
            described={
                "view_limit": Described(_("Names"), _("Views with further names are not counted.")),
                "view_name_limit": Described(_("Length of a name"), _("Longer names are cut.")),
                "segment_limit": Described(
                    _("Segments"), _("Further segments are not counted; the platform always is.")
                ),
                "segment_value_limit": Described(_("Values of a segment"), _("Further values are not counted.")),
                "action_days": Described(_("Days of heat maps"), _("Older clicks and scrolls are forgotten.")),
                "action_limit": Described(
                    _("Places of heat maps"), _("Clicks and scrolls at further places are not counted.")
                ),
            },
        )
        plugin.add(PARTS, "views", aggregation.Views())
        plugin.add(PARTS, "views:actions", action_counting.Actions())
        plugin.add(METHODS, "views", ReadMethod(methods.show, feature="views"))
        plugin.add(METHODS, "get_view_segments", ReadMethod(methods.show_segments, feature="views"))
        plugin.add(ENDPOINTS, "/i/views", Action(endpoints.may_change_views, endpoints.change))
        plugin.add(ENDPOINTS, "/o/actions", Action(heat_map_endpoint.may_read_actions, heat_map_endpoint.show))
        plugin.add(
            HAPPENINGS, "[CLY]_view", Happening(pgettext_lazy("noun", "View"), happenings.words_of, feature="views")
        )
        field = OnlineField(_("Last view"), feature="views", position=30)
        plugin.add(ONLINE_FIELDS, documents.LAST_VIEW, field)
        plugin.add(APPLICATION_DATA, "views", removal.VIEWS)
        plugin.add(USER_DATA, "views", user_data.USERS)
        plugin.add(JOBS, "views", Job("20 3 * * *", removal.clean_up, _("Remove what deleted views have left")))
        plugin.add(JOBS, "views:actions", Job("40 3 * * *", heat_maps.forget_old, _("Forget old clicks and scrolls")))
        plugin.add(ACTIONS, endpoints.OMITTED, _("Began to leave out segments of views"))
        plugin.add(ACTIONS, endpoints.OMITTED_ALL, _("Left out segments of views"))
        pages = [
            overview.VIEWS.urls(),
            heat_map.HEAT_MAP.urls(),
            manage.MANAGE.urls(),
            per_session.PER_SESSION.urls(),
            path("views/heatmap.js", overlay.script, name="views_overlay"),
        ]
        plugin.add(PAGES, "views", Pages(pages))
        overview_tab = _("Overview")
        entry = MenuEntry(
            _("Views"),
            "views",
            "understand",
            "views",
            25,
            feature="views",
            tab_title=overview_tab,
            original="#/analytics/views",
        )
        plugin.add(MENU, "views", entry)
        maps = MenuEntry(_("Heat maps"), "heat_map", "understand", "views", 26, "views", feature="views")
        plugin.add(MENU, "heat_map", maps)
        names = MenuEntry(_("Manage views"), "manage_views", "understand", "views", 27, "views", feature="views")
        plugin.add(MENU, "manage_views", names)
        tab = MenuEntry(
            _("Views per session"), "views_per_session", "understand", "sessions", 23, "sessions", feature="views"
        )
        plugin.add(MENU, "views_per_session", tab)
        at_home = HomeWidget(_("Views"), "views/home.html", widgets.of_home, "views", 40, 2, call=CALL)
        plugin.add(HOME_WIDGETS, "views-dashboard-widget", at_home)
        on_dashboards = DashboardWidget(
            _("Views"),
            widgets.of_dashboard,
            feature="views",
            check=widgets.check,
            part=widgets.part_of_dashboard,
            metrics={name: title for name, (title, _kind) in widgets.METRICS.items()},
            widget_type="analytics",
        )
        plugin.add(DASHBOARD_WIDGETS, "views", on_dashboards)
        section = ReportSection(_("Views"), "views/mail.html", widgets.of_report, feature="views", position=30)
        plugin.add(REPORT_SECTIONS, "views", section)
