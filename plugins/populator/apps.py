from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers

#: What the audit log calls what is done here.
AUDITED = {
    "populator_template_created": _("Template of made-up data created"),
    "populator_template_edited": _("Template of made-up data changed"),
    "populator_template_removed": _("Template of made-up data deleted"),
    "populator_environment_removed": _("Environment of made-up data deleted"),
    "populator_started": _("Made-up data begun"),
}


class PopulatorConfig(PluginConfig):
    name = "plugins.populator"
    plugin = "populator"
    title = _("Data populator")
    version = "1.0.0"
    description = _("Fills an application with made-up users, to try things out and to show them.")
    feature = "populator"

    def offer(self, plugin: Offers) -> None:
        from apps.applications.data import APPLICATION_DATA, ApplicationData
        from apps.plugin_api.audit import ACTIONS
        from apps.plugin_api.demo_data import DEMO_DATA, DemoData
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from apps.tasks.kinds import KINDS, Kind
        from plugins.populator import demo, documents, environments, populating, screens

        for action, done in AUDITED.items():
            plugin.add(ACTIONS, action, done)
        documents.register_collections()
        plugin.add(KINDS, populating.KIND, Kind("Made-up data", populating.run))
        plugin.add(DEMO_DATA, "populator", DemoData(demo.start, f"{demo.ORDER.days}days"))
        title = "environments of made-up users"
        of_application = ApplicationData(title, reset=environments.remove_of_application)
        plugin.add(APPLICATION_DATA, title, of_application)
        plugin.add(PAGES, "populator", Pages(screens.urls()))
        entry = MenuEntry(
            _("Data populator"),
            "populate",
            "application",
            "populate",
            60,
            feature="populator",
            tab_title=_("Populate"),
            original="#/manage/populate",
        )
        plugin.add(MENU, "populate", entry)
        tab = MenuEntry(
            _("Templates"), "populator_templates", "application", "populate", 61, "populate", feature="populator"
        )
        plugin.add(MENU, "populator_templates", tab)
        _add_endpoints(plugin)


def _add_endpoints(plugin: Offers) -> None:
    from apps.accounts import callers
    from apps.accounts.actions import ENDPOINTS, Action
    from plugins.populator import endpoints

    creator, updater = callers.creator("populator"), callers.updater("populator")
    deleter, reader = callers.deleter("populator"), callers.reader("populator")
    for address, action in {
        "/o/populator/templates": Action(reader, endpoints.show_templates),
        "/i/populator/templates/create": Action(creator, endpoints.create_template),
        "/i/populator/templates/edit": Action(updater, endpoints.edit_template),
        "/i/populator/templates/remove": Action(deleter, endpoints.remove_template),
        "/i/populator/environment/save": Action(creator, endpoints.save_environment),
        "/o/populator/environment/check": Action(reader, endpoints.check_environment),
        "/o/populator/environment/list": Action(reader, endpoints.list_environments),
        "/o/populator/environment/get": Action(reader, endpoints.show_environment),
        "/o/populator/environment/remove": Action(deleter, endpoints.remove_environment),
    }.items():
        plugin.add(ENDPOINTS, address, action)
