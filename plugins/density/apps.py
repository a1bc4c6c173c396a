from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class DensityConfig(PluginConfig):
    name = "plugins.density"
    plugin = "density"
    title = _("Screen densities")
    version = "1.0.0"
    description = _("Counts sessions and users by the density of their screens.")
    feature = "density"

    def offer(self, plugin: Offers) -> None:
        from apps.aggregation import documents, metrics, removal
        from apps.analytics import methods
        from apps.analytics import metrics as readable
        from apps.applications.data import APPLICATION_DATA
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from plugins.density import screens
        from plugins.density.values import read_density, shown_density

        documents.register_counters("density")
        plugin.add(metrics.METRICS, "density", metrics.Metric("dnst", "density", "density", read_density))
        plugin.add(APPLICATION_DATA, "density", removal.of_counters(_("densities of screens"), "density"))
        plugin.add(
            methods.METHODS, "density", methods.ReadMethod(methods.answer_with_tree_of("density"), feature="density")
        )
        plugin.add(
            readable.METRICS,
            "density",
            readable.Metric("density", "dnst", shown_density, is_alone=True, live_names=("densities",)),
        )
        plugin.add(PAGES, "density", Pages([screens.DENSITIES.urls()]))
        entry = MenuEntry(_("Densities"), "density", "understand", "technology", 36, "technology", feature="density")
        plugin.add(MENU, "density", entry)
