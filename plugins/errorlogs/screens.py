"""The log files of the processes, for global administrators."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.api_view import Refusal
from apps.plugin_api import audit
from apps.plugin_api.menu import global_admins
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Documents, Empty, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from plugins.errorlogs import files
from plugins.errorlogs.endpoints import CLEARED

SHOWN_BYTES = 64 * 1024


def build(visit: Visit) -> list[Part]:
    names = files.names()
    if not names:
        text = _("The processes of this server write to their console, as containers do.")
        return [Empty(id="none", title=_("There are no log files"), text=text, icon="logs")]
    items = [{"id": name, "title": name, "text": files.tail(name, SHOWN_BYTES)} for name in names]
    confirm = _("Empty this log?")
    buttons = [{"action": "empty", "title": _("Empty the log"), "confirm": confirm}]
    return [Documents(id="logs", title=_("The ends of the logs"), items=items, buttons=buttons, api="/o/errorlogs")]


def empty(visit: Visit) -> Done:
    name = visit.request.POST.get("id", "")
    try:
        files.empty(name)
    except FileNotFoundError as error:
        raise Refusal(404, _("There is no such log.")) from error
    audit.record(CLEARED, {"log": name}, member=visit.member)
    return Done(_("The log was emptied."))


SERVER_LOGS = Screen(
    name="errorlogs",
    route="server-logs",
    title=gettext_lazy("Server logs"),
    allowed=global_admins,
    build=build,
    post=post_of({"empty": FormAction(lambda visit: global_admins(visit.member), empty)}),
    has_period=False,
)
