from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers

CALL: tuple[str, dict[str, str]] = ("/o/push/dashboard", {})
#: What the audit log calls what is done here.
AUDITED = {
    "push_message_created": _("Push message created"),
    "push_message_draft": _("Push message drafted"),
    "push_message_updated": _("Push message changed"),
    "push_message_updated_draft": _("Draft of a push message changed"),
    "push_message_activated": _("Push message started"),
    "push_message_deactivated": _("Push message stopped"),
    "push_message_deleted": _("Push message deleted"),
    "push_message_test": _("Push message sent to testers"),
    "plugin_push_config_updated": _("Push credentials changed"),
}


class PushConfig(PluginConfig):
    name = "plugins.push"
    plugin = "push"
    title = _("Push notifications")
    version = "1.0.0"
    description = _("Sends messages to the devices of users, through Apple, Google and Huawei, and counts the answers.")
    feature = "push"

    def offer(self, plugin: Offers) -> None:
        from apps.aggregation.extensions import ENRICHMENTS, PARTS, Enrichment
        from apps.aggregation.user_data import USER_DATA
        from apps.applications.data import APPLICATION_DATA
        from apps.applications.own_settings import SETTINGS_HANDLERS
        from apps.plugin_api.audit import ACTIONS
        from apps.plugin_api.jobs import JOBS, Job
        from plugins.push import credentials, documents, sending, settings, tokens, user_data

        for action, title in AUDITED.items():
            plugin.add(ACTIONS, action, title)
        documents.register_collections()
        settings.register(plugin)
        plugin.add(PARTS, "push", tokens.PushPart())
        plugin.add(ENRICHMENTS, "push", Enrichment(tokens.without_unusable_actions, frozenset({"events"})))
        plugin.add(JOBS, "push:send", Job("* * * * *", sending.lane.go, _("Send the messages that are due")))
        plugin.add(SETTINGS_HANDLERS, "push", credentials.change)
        title = _("push messages and tokens")
        plugin.add(APPLICATION_DATA, "push", user_data.of_application(title))
        plugin.add(USER_DATA, "push", user_data.of_users(title))
        _offer_endpoints(plugin)
        _offer_screens(plugin)


def _offer_endpoints(plugin: Offers) -> None:
    from apps.accounts.actions import ENDPOINTS, Action
    from apps.accounts.callers import creator, deleter, reader, updater
    from plugins.push import endpoints, older_api

    create, read, update, delete = (rule("push") for rule in (creator, reader, updater, deleter))
    actions = {
        "/i/push/message/create": Action(create, endpoints.create),
        "/i/push/message/update": Action(update, endpoints.update),
        "/i/push/message/toggle": Action(update, endpoints.toggle),
        "/i/push/message/remove": Action(delete, endpoints.remove),
        "/i/push/message/test": Action(create, endpoints.test),
        "/i/push/message/push": Action(update, endpoints.push),
        "/i/push/message/pop": Action(delete, endpoints.pop),
        "/o/push/message": Action(read, endpoints.show),
        "/o/push/message/all": Action(read, endpoints.list_all),
        "/o/push/message/estimate": Action(read, endpoints.estimate),
        "/o/push/mime": Action(read, endpoints.mime),
        "/o/push/user": Action(read, endpoints.user),
        "/o/push/dashboard": Action(read, endpoints.show_dashboard),
    }
    rules = {"c": create, "u": update, "d": delete}
    for address, (named_by, letter, answer) in older_api.ANSWERS.items():
        actions[address] = Action(older_api.of_applications(named_by, letter, rules[letter]), answer)
    for address, action in actions.items():
        plugin.add(ENDPOINTS, address, action)


def _offer_screens(plugin: Offers) -> None:
    from apps.plugin_api.menu import MENU, MenuEntry
    from apps.plugin_api.pages import PAGES, Pages
    from apps.plugin_api.profile_tabs import PROFILE_TABS
    from apps.plugin_api.widgets import (
        DASHBOARD_WIDGETS,
        HOME_WIDGETS,
        REPORT_SECTIONS,
        HomeWidget,
        ReportSection,
    )
    from plugins.push import (
        compose_screen,
        credentials_screen,
        figures,
        message_screen,
        on_dashboards,
        profile_tab,
        screens,
    )

    shown = (screens.PUSH, message_screen.MESSAGE, compose_screen.COMPOSE, credentials_screen.CREDENTIALS)
    plugin.add(PAGES, "push", Pages([screen.urls() for screen in shown]))
    mobile, title = frozenset({"mobile"}), _("Push notifications")
    entry = MenuEntry(
        title, "push", "reach", "push", 10, feature="push", application_types=mobile, original="#/messaging"
    )
    plugin.add(MENU, "push", entry)
    home = HomeWidget(title, "push/home.html", figures.summary_of, "push", 100, application_types=mobile, call=CALL)
    plugin.add(HOME_WIDGETS, "push", home)
    plugin.add(PROFILE_TABS, "push", profile_tab.TAB)
    plugin.add(DASHBOARD_WIDGETS, "push", on_dashboards.WIDGET)
    plugin.add(REPORT_SECTIONS, "push", ReportSection(title, "push/mail.html", figures.summary_of, "push", position=50))
