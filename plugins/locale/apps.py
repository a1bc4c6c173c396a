from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class LocaleConfig(PluginConfig):
    name = "plugins.locale"
    plugin = "locale"
    label = "tally_locale"  # Django's label; `locale` names the folder of translations
    title = _("Languages")
    version = "1.0.0"
    description = _("Counts sessions and users by the language of their devices.")
    feature = "locale"

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, OpenAction
        from apps.aggregation import documents, metrics, removal
        from apps.analytics import methods
        from apps.analytics import metrics as readable
        from apps.applications.data import APPLICATION_DATA
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from plugins.locale import languages, screens

        documents.register_counters("langs")
        plugin.add(metrics.METRICS, "langs", metrics.Metric("la", "langs", "langs", languages.read_language))
        plugin.add(APPLICATION_DATA, "langs", removal.of_counters(_("languages"), "langs"))
        plugin.add(methods.METHODS, "langs", methods.ReadMethod(methods.answer_with_tree_of("langs"), feature="locale"))
        plugin.add(
            readable.METRICS,
            "langs",
            readable.Metric(
                "langs",
                "la",
                languages.shown_language,
                languages.language_in_words,
                is_alone=True,
                live_names=("languages",),
            ),
        )
        plugin.add(ENDPOINTS, "/o/langmap", OpenAction(languages.show_all))
        plugin.add(PAGES, "locale", Pages([screens.LANGUAGES.urls()]))
        entry = MenuEntry(_("Languages"), "languages", "understand", "geo", 42, "geo", feature="locale")
        plugin.add(MENU, "languages", entry)
