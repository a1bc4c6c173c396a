"""A shared group, for everybody who knows its address: the trace, and of the figures those that were chosen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.aggregation.values import is_truthy
from plugins.crashes import storage
from plugins.crashes.screens import badges

SHOWN = ("name", "os", "latest_version", "startTs", "lastTs", "error")


@require_safe
@never_cache
def show(request: HttpRequest, code: str) -> HttpResponse:
    shared = storage.share(code)
    group = storage.group(str(shared["app_id"]), str(shared["crash_id"])) if shared else None
    if group is None or not is_truthy(group.get("is_public")):
        raise Http404("No such crash")
    chosen = group.get("share") or {}
    titles = (
        ("reports", _("Occurrences"), "count"),
        ("users", _("Affected users"), "count"),
        ("loss", _("Revenue loss"), "decimal"),
    )
    figures = [
        {"name": title, "value": group.get(name) or 0, "kind": kind}
        for name, title, kind in titles
        if is_truthy(chosen.get(name))
    ]
    only_kind = {"nonfatal": group.get("nonfatal"), "is_resolved": group.get("is_resolved")}
    values = {
        "group": {name: group.get(name) for name in SHOWN},
        "badges": badges.words(only_kind),
        "figures": figures,
    }
    response = render(request, "crashes/public.html", values)
    response["X-Robots-Tag"] = "noindex"
    return response
