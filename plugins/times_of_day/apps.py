from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class TimesOfDayConfig(PluginConfig):
    name = "plugins.times_of_day"
    plugin = "times-of-day"
    title = _("Times of day")
    version = "1.0.0"
    description = _("Counts sessions and events by the hour and weekday of the people who caused them.")
    feature = "times_of_day"

    def offer(self, plugin: Offers) -> None:
        from pymongo import ASCENDING, IndexModel

        from apps.aggregation.extensions import PARTS
        from apps.aggregation.removal import of_counters
        from apps.analytics.methods import METHODS, ReadMethod
        from apps.applications.data import APPLICATION_DATA
        from apps.core import schema
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from apps.plugin_api.widgets import DASHBOARD_WIDGETS
        from plugins.times_of_day import aggregation, documents, methods, screens, widgets

        by_event = IndexModel([("a", ASCENDING), ("s", ASCENDING), ("m", ASCENDING)])
        schema.register_collection(documents.TIMES_OF_DAY, [by_event])
        plugin.add(PARTS, "times-of-day", aggregation.TimesOfDay())
        plugin.add(METHODS, "times-of-day", ReadMethod(methods.show, feature="times_of_day"))
        plugin.add(APPLICATION_DATA, "times-of-day", of_counters(_("times of day"), documents.TIMES_OF_DAY))
        plugin.add(PAGES, "times-of-day", Pages([screens.TIMES_OF_DAY.urls()]))
        plugin.add(DASHBOARD_WIDGETS, "times-of-day", widgets.KIND)
        title = _("Times of day")
        entry = MenuEntry(title, "times_of_day", "understand", "loyalty", 17, "loyalty", feature="times_of_day")
        plugin.add(MENU, "times_of_day", entry)
