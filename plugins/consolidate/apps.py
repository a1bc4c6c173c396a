from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class ConsolidateConfig(PluginConfig):
    name = "plugins.consolidate"
    plugin = "consolidate"
    title = _("Consolidate")
    version = "1.0.0"
    description = _("Counts the requests of several applications in a further one as well.")

    def offer(self, plugin: Offers) -> None:
        from apps.applications.data import APPLICATION_DATA, ApplicationData
        from apps.applications.own_settings import MAY_SET, SETTINGS_HANDLERS
        from apps.dashboard.screens.application import administers_something
        from apps.plugin_api.audit import ACTIONS
        from apps.plugin_api.copies import COPIES
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from plugins.consolidate import rules, screens, sources

        plugin.add(ACTIONS, f"plugin_{rules.NAMESPACE}_config_updated", _("Applications to be counted as well chosen"))
        plugin.add(COPIES, rules.NAMESPACE, rules.destinations)
        plugin.add(SETTINGS_HANDLERS, rules.NAMESPACE, sources.change)
        plugin.add(MAY_SET, rules.NAMESPACE, rules.may_choose)
        data = ApplicationData(_("what other applications send on to it"), None, None, None, sources.forget)
        plugin.add(APPLICATION_DATA, "consolidate", data)
        plugin.add(PAGES, "consolidate", Pages([screens.CONSOLIDATE.urls()]))
        entry = MenuEntry(
            _("Consolidate"),
            "consolidate",
            "application",
            "link",
            91,
            "application",
            shown_to=administers_something,
        )
        plugin.add(MENU, "consolidate", entry)
