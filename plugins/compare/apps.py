from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class CompareConfig(PluginConfig):
    name = "plugins.compare"
    plugin = "compare"
    title = _("Compare")
    version = "1.0.0"
    description = _("Shows applications, or events of one application, side by side.")
    feature = "compare"

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, Action
        from apps.accounts.callers import reader
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from plugins.compare import endpoints, screens

        plugin.add(ENDPOINTS, "/o/compare/apps", Action(endpoints.may_compare, endpoints.show_applications))
        plugin.add(ENDPOINTS, "/o/compare/events", Action(reader("compare"), endpoints.show_events))
        plugin.add(PAGES, "compare", Pages([screens.APPLICATIONS.urls(), screens.EVENTS.urls()]))
        applications = MenuEntry(
            _("Compare"), "compare", "explore", "compare", 90, feature="compare", original="#/compare"
        )
        plugin.add(MENU, "compare", applications)
        events = MenuEntry(_("Compare"), "compare_events", "understand", "events", 58, "events", feature="compare")
        plugin.add(MENU, "compare_events", events)
