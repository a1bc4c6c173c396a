from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers

CALL = ("/o", {"method": "crashes", "graph": "1"})


class CrashesConfig(PluginConfig):
    name = "plugins.crashes"
    plugin = "crashes"
    title = _("Crashes")
    version = "1.0.0"
    description = _("Collects crashes and errors, groups them, and shows who is free of them.")
    feature = "crashes"

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS
        from apps.aggregation.extensions import PARTS
        from apps.aggregation.user_data import USER_DATA
        from apps.analytics.methods import METHODS, ReadMethod
        from apps.analytics.metrics import UNIQUE_COUNTERS
        from apps.applications.data import APPLICATION_DATA
        from apps.plugin_api.audit import ACTIONS
        from apps.plugin_api.happenings import HAPPENINGS, Happening
        from apps.plugin_api.jobs import JOBS, Job
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from apps.plugin_api.signals import application_created
        from apps.plugin_api.widgets import (
            DASHBOARD_WIDGETS,
            HOME_WIDGETS,
            REPORT_SECTIONS,
            DashboardWidget,
            HomeWidget,
            ReportSection,
        )
        from plugins.crashes import (
            aggregation,
            cleanup,
            data,
            documents,
            endpoints,
            happenings,
            methods,
            settings,
            storage,
            urls,
            widgets,
        )

        documents.register_collections()
        UNIQUE_COUNTERS[documents.COUNTERS] = documents.UNIQUE
        plugin.settings(settings.NAMESPACE, settings.DEFAULTS, title=_("Crashes"), described=settings.described())
        plugin.add(PARTS, "crashes", aggregation.Crashes())
        for address, action in endpoints.ACTIONS.items():
            plugin.add(ENDPOINTS, address, action)
        plugin.add(METHODS, "crashes", ReadMethod(methods.crashes, feature="crashes"))
        plugin.add(METHODS, "reports", ReadMethod(methods.reports, feature="crashes"))
        plugin.add(METHODS, "user_crashes", ReadMethod(methods.user_crashes, feature="crashes"))
        plugin.add(HAPPENINGS, "crash", Happening(_("Crash"), happenings.words_of, feature="crashes"))
        job = Job("1 1 * * *", cleanup.keep_frequent_values, _("Forget rare values of custom properties of crashes"))
        plugin.add(JOBS, "crashes:cleanup_custom_field", job)
        title = _("crashes and their reports")
        plugin.add(APPLICATION_DATA, "crashes", data.of_application(title))
        plugin.add(USER_DATA, "crashes", data.of_users(title))
        plugin.listen(application_created, storage.begin_totals)
        for name, text in endpoints.AUDITED.items():
            plugin.add(ACTIONS, name, text)
        plugin.add(PAGES, "crashes", Pages(urls.urlpatterns))
        entry = MenuEntry(
            _("Crashes"),
            "crashes",
            "improve",
            "crashes",
            10,
            feature="crashes",
            tab_title=_("Groups"),
            original="#/crashes",
        )
        plugin.add(MENU, "crashes", entry)
        statistics = MenuEntry(
            _("Statistics"), "crash_statistics", "improve", "crashes", 11, "crashes", feature="crashes"
        )
        plugin.add(MENU, "crash_statistics", statistics)
        home = HomeWidget(_("Crashes"), "crashes/home.html", widgets.home, "crashes", 90, call=CALL)
        plugin.add(HOME_WIDGETS, "crashes-dashboard-widget", home)
        widget = DashboardWidget(
            _("Crashes"),
            widgets.dashboard,
            feature="crashes",
            check=widgets.check,
            part=widgets.dashboard_part,
            visualizations=widgets.VISUALIZATIONS,
            metrics={name: title for name, (title, _kind) in widgets.METRICS.items()},
        )
        plugin.add(DASHBOARD_WIDGETS, "crashes", widget)
        section = ReportSection(_("Crashes"), "crashes/mail.html", widgets.of_report, feature="crashes", position=40)
        plugin.add(REPORT_SECTIONS, "crash", section)  # what reports call it
