"""What a collection shows under a filter, as a file."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from apps.core.api_view import Refusal
from apps.exports import collections, files, requests, tables
from apps.exports.download import Download
from apps.plugin_api import configuration
from apps.shell.gate import for_members
from plugins.dbviewer import listing
from plugins.dbviewer.screens import ASKED, FILES, may_open


def most_documents() -> int:
    return int(configuration.read("api")["export_limit"])


@require_safe
@for_members(may_open)
def save(request: HttpRequest, database: str, collection: str) -> HttpResponseBase:
    """`type`, and `filter`, `projection`, `sort` as on the page. What cannot be asked is said as text: the page says it
    in its own words before it offers a file."""
    if database not in collections.database_names() or request.GET.get("type") not in FILES:
        raise Http404("No such file")
    member: Any = request.user
    if listing.source(member, database, collection) is None:
        raise PermissionDenied
    asked = {name: request.GET.get(name, "") for name in (*ASKED, "type")}
    try:
        named = {"db": database, "collection": collection, "filename": collection}
        export = requests.of_collection({**asked, **named}, member, largest=most_documents())
        pieces = files.pieces(export.kind, export.documents, export.layout)
    except Refusal as refusal:
        return HttpResponse(str(refusal.message), status=refusal.status, content_type="text/plain; charset=utf-8")
    except tables.TooLarge as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    return Download(pieces, name=export.name, extension=export.kind, content_type=export.content_type)
