"""How an SDK is connected: key, server, the first lines of code."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.shell.parts import Block, Facts, Part
from apps.shell.screens import Screen
from apps.shell.snippets import snippets
from apps.shell.visits import Visit


def build(visit: Visit) -> list[Part]:
    application = visit.application
    facts = [
        {"name": _("App key"), "value": application.key, "kind": "text", "copy": True},
        {"name": _("Server"), "value": visit.origin, "kind": "text", "copy": True},
        {"name": _("Application id"), "value": application.id, "kind": "text", "copy": True},
        {"name": _("Last day with data"), "value": application.last_data, "kind": "moment"},
    ]
    values = {"snippets": snippets(application.key, visit.origin)}
    return [
        Facts(id="facts", title=_("What an SDK needs"), rows=facts),
        Block(id="code", title=_("First lines of code"), file="dashboard/connect.html", values=values),
    ]


CONNECT = Screen(
    name="connect",
    route="applications/<str:application_id>/connect",
    title=gettext_lazy("Connect an SDK"),
    hint=gettext_lazy("Every Countly SDK works as it is"),
    has_period=False,
    shows_without_data=True,
    build=build,
)
