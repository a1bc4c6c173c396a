from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers

DEFAULTS = {"p1": 7, "p2": 14, "p3": 30, "p4": 60, "p5": 90}  # days


class SlippingAwayUsersConfig(PluginConfig):
    name = "plugins.slipping_away_users"
    plugin = "slipping-away-users"
    title = _("Slipping away users")
    version = "1.0.0"
    description = _("Shows how many users have not come back for a week, a month, a quarter.")
    feature = "slipping_away_users"

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, Action
        from apps.accounts.callers import reader
        from apps.plugin_api.configuration import Described
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from plugins.slipping_away_users import endpoints, screens

        plugin.settings(
            "slipping-away-users",
            DEFAULTS,
            title=_("Slipping away users"),
            described={name: Described(_("Days without a visit")) for name in DEFAULTS},
        )
        plugin.add(ENDPOINTS, "/o/slipping", Action(reader("slipping_away_users"), endpoints.show))
        plugin.add(PAGES, "slipping-away-users", Pages([screens.SLIPPING_AWAY.urls()]))
        entry = MenuEntry(
            _("Slipping away"), "slipping_away", "understand", "loyalty", 16, "loyalty", feature="slipping_away_users"
        )
        plugin.add(MENU, "slipping_away", entry)
