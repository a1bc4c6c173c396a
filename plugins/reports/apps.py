from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class ReportsConfig(PluginConfig):
    name = "plugins.reports"
    plugin = "reports"
    title = _("Reports")
    version = "1.0.0"
    description = _("Sends figures by mail, every day, week or month.")
    feature = "reports"

    def offer(self, plugin: Offers) -> None:
        from django.urls import path

        from apps.accounts import callers
        from apps.accounts.actions import ENDPOINTS, Action
        from apps.applications.data import APPLICATION_DATA, ApplicationData
        from apps.plugin_api.audit import ACTIONS
        from apps.plugin_api.checkup import CHECKS
        from apps.plugin_api.jobs import JOBS, Job
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from apps.plugin_api.signals import member_deleted
        from plugins.reports import delivery, documents, endpoints, fonts, links, screens

        plugin.add(ACTIONS, "reports_create", _("Report created"))
        plugin.add(ACTIONS, "reports_edited", _("Report changed"))
        plugin.add(ACTIONS, "reports_deleted", _("Report deleted"))
        documents.register_collection()
        creator, updater = callers.creator("reports"), callers.updater("reports")
        deleter, reader = callers.deleter("reports"), callers.reader("reports")
        for address, action in {
            "/o/reports/all": Action(reader, endpoints.show_all),
            "/i/reports/create": Action(creator, endpoints.create),
            "/i/reports/update": Action(updater, endpoints.update),
            "/i/reports/delete": Action(deleter, endpoints.delete),
            "/i/reports/status": Action(updater, endpoints.switch),
            "/i/reports/send": Action(reader, endpoints.send),
            "/i/reports/preview": Action(reader, endpoints.preview),
            "/i/reports/pdf": Action(reader, endpoints.pdf),
        }.items():
            plugin.add(ENDPOINTS, address, action)
        plugin.add(JOBS, "reports:send", Job("*/15 * * * *", delivery.send_due, _("Send reports by mail")))
        plugin.add(CHECKS, "reports", fonts.check)
        plugin.listen(member_deleted, documents.remove_of_member)
        title = _("applications in reports")
        plugin.add(APPLICATION_DATA, "reports", ApplicationData(title, delete=documents.forget_application))
        pages = [
            screens.REPORTS.urls(),
            screens.PREVIEW,
            path("unsubscribe_report", links.unsubscribe, name="reports_unsubscribe"),
            path("subscribe_report", links.subscribe, name="reports_subscribe"),
        ]
        plugin.add(PAGES, "reports", Pages(pages))
        entry = MenuEntry(
            _("Reports"), "reports", "manage", "reports", 50, shown_to=screens.may_read, original="#/manage/reports"
        )
        plugin.add(MENU, "reports", entry)
