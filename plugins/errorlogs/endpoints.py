"""`/o/errorlogs` and `/i/errorlogs`, for global administrators."""

from django.http.response import HttpResponseBase

from apps.accounts.actions import Call
from apps.core.answers import message, output
from apps.core.client_selections import whole_number
from apps.exports.download import Download
from apps.plugin_api import audit
from plugins.errorlogs import files

CLEARED = "errologs_clear"  # spelled as stored logs have it


def show(call: Call) -> HttpResponseBase:
    known, wanted = files.names(), call.parameters.get("log")
    size = whole_number(call.parameters.get("bytes"), files.MAX_SHOWN_BYTES, largest=files.MAX_SHOWN_BYTES)
    if not wanted:
        return output({name: files.tail(name, size) for name in known})
    if wanted not in known:
        return output({})
    if call.parameters.get("download"):
        return Download(files.pieces(wanted), name=wanted, extension="log", content_type="text/plain; charset=utf-8")
    return output({wanted: files.tail(wanted, size)})


def clear(call: Call) -> HttpResponseBase:
    wanted = call.parameters.get("log")
    if not isinstance(wanted, str) or wanted not in files.names():
        return message("Invalid log file")  # with status 200, as clients know it
    files.empty(wanted)
    audit.record(CLEARED, {"log": wanted}, member=call.member, address=call.address)
    return message("Success")
