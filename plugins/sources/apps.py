from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers

TEMPLATE = "sources/home.html"


class SourcesConfig(PluginConfig):
    name = "plugins.sources"
    plugin = "sources"
    title = _("Sources")
    version = "1.0.0"
    description = _("Counts where users come from: stores, referring sites, search terms.")
    feature = "sources"
    default_settings = {"sources": {"sources_length_limit": 100}}

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, Action, OpenAction
        from apps.accounts.callers import reader
        from apps.aggregation import documents, metrics, removal
        from apps.aggregation.extensions import ENRICHMENTS, Enrichment
        from apps.analytics import methods
        from apps.analytics import metrics as readable
        from apps.applications.data import APPLICATION_DATA
        from apps.plugin_api.configuration import Described
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from apps.plugin_api.widgets import HOME_WIDGETS, HomeWidget
        from plugins.sources import endpoints, enrichment, names, screens, widgets

        plugin.settings(
            "sources",
            self.default_settings["sources"],
            title=_("Sources"),
            described={"sources_length_limit": Described(_("Longest source"), _("Characters; longer ones are cut."))},
        )
        documents.register_counters("sources")
        plugin.add(ENRICHMENTS, "sources", Enrichment(enrichment.add_source, parameters=frozenset({"metrics"})))
        plugin.add(metrics.METRICS, "sources", metrics.Metric("src", "sources", "sources", enrichment.read_source))
        plugin.add(
            metrics.METRICS, "source_channels", metrics.Metric("src_ch", "", "source_channels", enrichment.read_channel)
        )
        plugin.add(APPLICATION_DATA, "sources", removal.of_counters(_("sources"), "sources"))
        plugin.add(
            methods.METHODS, "sources", methods.ReadMethod(methods.answer_with_tree_of("sources"), feature="sources")
        )
        plugin.add(
            readable.METRICS,
            "sources",
            readable.Metric("sources", "src", names.shown_source, is_alone=True, unites_names=True),
        )
        plugin.add(ENDPOINTS, "/o/keywords", Action(reader("sources"), endpoints.show_keywords))
        plugin.add(ENDPOINTS, "/o/sources", OpenAction(endpoints.show_stores))
        plugin.add(PAGES, "sources", Pages([screens.SOURCES.urls(), screens.SEARCHES.urls()]))
        tab = _("Sources")
        entry = MenuEntry(
            tab,
            "sources",
            "understand",
            "sources",
            28,
            feature="sources",
            tab_title=tab,
            original="#/analytics/acquisition",
        )
        plugin.add(MENU, "sources", entry)
        searches = MenuEntry(
            _("Search terms"),
            "sources_searches",
            "understand",
            "sources",
            29,
            "sources",
            feature="sources",
            application_types=frozenset({"web"}),
        )
        plugin.add(MENU, "sources_searches", searches)
        told = frozenset({"mobile", "web"})
        call = ("/o/analytics/metric", {"metric": "sources"})
        at_home = HomeWidget(
            _("Acquisition"), TEMPLATE, widgets.sources, "sources", 30, application_types=told, call=call
        )
        plugin.add(HOME_WIDGETS, "sources-dashboard-widget", at_home)
        terms = HomeWidget(
            _("Top search terms"),
            TEMPLATE,
            widgets.searches,
            "sources",
            50,
            application_types=frozenset({"web"}),
            call=("/o/keywords", {}),
        )
        plugin.add(HOME_WIDGETS, "keywords-dashboard-widget", terms)
