from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class LoggerConfig(PluginConfig):
    name = "plugins.logger"
    plugin = "logger"
    title = _("Event Logs")
    version = "1.0.0"
    description = _("Shows the requests that SDKs send, as they came, and why some of them were not counted.")
    feature = "logger"

    def offer(self, plugin: Offers) -> None:
        from apps.aggregation.extensions import PARTS
        from apps.aggregation.user_data import USER_DATA, of_collection
        from apps.analytics.methods import METHODS, ReadMethod
        from apps.applications.data import APPLICATION_DATA, ApplicationData
        from apps.plugin_api.configuration import Described
        from apps.plugin_api.jobs import JOBS, Job
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from apps.plugin_api.signals import requests_refused
        from plugins.logger import documents, endpoints, refused, screens, settings
        from plugins.logger.counting import LogPart

        documents.register_collection()
        plugin.settings(
            settings.NAMESPACE,
            settings.DEFAULTS,
            title=_("Incoming data logs"),
            described={
                "state": Described(_("State"), _("on, off, or automatic: up to the limit in each minute.")),
                "limit": Described(
                    _("Limit"), _("Requests of a minute that are logged in the state automatic."), is_server_wide=True
                ),
            },
        )
        plugin.add(PARTS, "logger", LogPart())
        plugin.listen(requests_refused, refused.record)
        plugin.add(METHODS, "logs", ReadMethod(endpoints.show, feature="logger"))
        plugin.add(METHODS, "collection_info", ReadMethod(endpoints.show_size, feature="logger"))
        plugin.add(JOBS, "logger:clear", Job("*/5 * * * *", documents.trim_all, _("Forget old requests")))
        title = _("logs of incoming requests")
        plugin.add(APPLICATION_DATA, "logger", ApplicationData(title, clear=documents.remove_of_application))
        plugin.add(USER_DATA, "logger", of_collection(title, documents.PREFIX, feature="logger"))
        plugin.add(PAGES, "logger", Pages([screens.INCOMING.urls()]))
        plugin.add(
            MENU,
            "logger",
            MenuEntry(
                _("Incoming data"),
                "logger",
                "application",
                "incoming",
                20,
                feature="logger",
                original="#/manage/logger",
            ),
        )
