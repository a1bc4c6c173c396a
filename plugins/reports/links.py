"""Links in mails by which people leave a report and come back, and the pages they lead to.

The link says who may: whoever has it got the mail. It is signed, names one report and one address, and is no secret of
anybody else. A page asks before it does anything, since mail programs open links by themselves.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.plugin_api import audit, public_address
from plugins.reports import documents
from plugins.reports.documents import Report

SALT = "reports.subscription"


def unsubscribe_link(report: Report, email: str) -> str:
    return _link("reports_unsubscribe", report, email)


def subscribe_link(report: Report, email: str) -> str:
    return _link("reports_subscribe", report, email)


def _link(name: str, report: Report, email: str) -> str:
    token = signing.dumps({"report": str(report["_id"]), "email": email}, salt=SALT)
    return public_address.link(f"{reverse(name)}?data={token}")


@csrf_exempt  # the token in the address is what allows it, no cookie; mail programs post without having seen the page
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest) -> HttpResponse:
    return _answer(request, leaves=True)


@csrf_exempt  # as above
@never_cache
@require_http_methods(["GET", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    return _answer(request, leaves=False)


def _answer(request: HttpRequest, *, leaves: bool) -> HttpResponse:
    found = _of(request.GET.get("data", ""))
    if found is None:
        return render(request, "reports/subscription.html", {"is_unknown": True}, status=400)
    report, email = found
    if not leaves and not documents.may_subscribe(report, email):
        return render(request, "reports/subscription.html", {"is_unknown": True}, status=400)
    if request.method == "POST":
        (documents.unsubscribe if leaves else documents.subscribe)(report, email)
        action = "reports_unsubscribe" if leaves else "reports_subscribe"
        audit.record(action, {"_id": str(report["_id"]), "email": email})
    back = subscribe_link(report, email) if leaves else unsubscribe_link(report, email)
    values: dict[str, Any] = {
        "leaves": leaves,
        "is_done": request.method == "POST",
        "title": report.get("title") or "",
        "email": email,
        "back": back,
    }
    return render(request, "reports/subscription.html", values)


def _of(token: str) -> tuple[Report, str] | None:
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    report = documents.by_id(said["report"])
    return (report, said["email"]) if report is not None else None
