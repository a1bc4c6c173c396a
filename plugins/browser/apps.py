from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class BrowserConfig(PluginConfig):
    name = "plugins.browser"
    plugin = "browser"
    title = _("Browsers")
    version = "1.0.0"
    description = _("Counts sessions and users by browser and its version.")
    feature = "browser"

    def offer(self, plugin: Offers) -> None:
        from apps.aggregation import documents, metrics, removal
        from apps.analytics import methods
        from apps.analytics import metrics as readable
        from apps.applications.data import APPLICATION_DATA
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from plugins.browser import screens
        from plugins.browser.values import named_version, read_browser, read_version, shown_version

        documents.register_counters("browser")
        plugin.add(metrics.METRICS, "browser", metrics.Metric("brw", "browser", "browser", read_browser))
        plugin.add(
            metrics.METRICS, "browser_version", metrics.Metric("brwv", "browser", "browser_version", read_version)
        )
        plugin.add(APPLICATION_DATA, "browser", removal.of_counters(_("browsers"), "browser"))
        plugin.add(
            methods.METHODS, "browser", methods.ReadMethod(methods.answer_with_tree_of("browser"), feature="browser")
        )
        plugin.add(readable.METRICS, "browser", readable.Metric("browser", "brw", ranked_by="u"))
        plugin.add(
            readable.METRICS, "browser_version", readable.Metric("browser", "brwv", shown_version, named_version)
        )
        plugin.add(PAGES, "browser", Pages([screens.BROWSERS.urls()]))
        entry = MenuEntry(_("Browsers"), "browser", "understand", "technology", 35, "technology", feature="browser")
        plugin.add(MENU, "browser", entry)
