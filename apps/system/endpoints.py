"""`/o/system/*` and `/o/countly_version`: what this server is."""

from typing import Any

from django.http.response import HttpResponseBase

from apps.accounts import callers
from apps.accounts.actions import Action, Call
from apps.core import mongo
from apps.core.answers import message, output
from apps.core.version import VERSION
from apps.plugin_api import loader, states

#: Whose protocol is spoken; clients compare it.
PROTOCOL_VERSION, PROTOCOL_PACKAGE = "25.03", "25.03.0"


def show_version(call: Call) -> HttpResponseBase:
    return output({"version": PROTOCOL_VERSION})


def show_plugins(call: Call) -> HttpResponseBase:
    """Those that are on."""
    return output([name for name in loader.started() if states.is_on(name)])


def show_versions(call: Call) -> HttpResponseBase:
    history: Any = (mongo.collection("plugins").find_one({"_id": "version"}) or {}).get("history")
    return message(
        {
            "mongo": str(mongo.client().server_info().get("version")),
            "fs": [{"version": VERSION}],
            "db": history if isinstance(history, list) else [],
            "pkg": PROTOCOL_PACKAGE,
        }
    )


READS = {
    "version": Action(callers.any_member, show_version),
    "plugins": Action(callers.global_admin, show_plugins),
}
VERSIONS = {"": Action(callers.any_member, show_versions)}
