"""`/o/reports/all` and `/i/reports/*`."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts.actions import Call
from apps.core import json_text
from apps.core.answers import HEADERS, message, output
from apps.core.api_view import Refusal
from apps.core.mail import MailFailed
from apps.plugin_api import audit
from plugins.reports import delivery, documents, reports
from plugins.reports.content import NothingToReport
from plugins.reports.documents import Report

NOT_FOUND = "Report not found"
MOST_SWITCHED = 500
#: Styles of mails stand in the elements; nothing else of the page is taken from anywhere.
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"


def show_all(call: Call) -> HttpResponse:
    return output([reports.shown(one) for one in documents.visible_to(call.member)])


def create(call: Call) -> HttpResponse:
    report = reports.create(_arguments(call), call.member)
    _record(call, "reports_create", reports.shown(report))
    return message("Success")


def update(call: Call) -> HttpResponse:
    arguments = _arguments(call)
    report = reports.of_member(arguments.get("_id"), call.member)
    if report is None:
        return message(NOT_FOUND)
    changed = reports.update(report, arguments, call.member)
    _record(call, "reports_edited", {"before": reports.shown(report), "update": reports.shown(changed)})
    return message("Success")


def delete(call: Call) -> HttpResponse:
    arguments = _arguments(call)
    if not arguments.get("_id"):
        return message("Not enough args")
    report = reports.of_member(arguments["_id"], call.member)
    if report is not None:
        documents.remove(report)
        _record(call, "reports_deleted", reports.shown(report))
    return message("Success")


def switch(call: Call) -> HttpResponse:
    states = {one: is_on is True or is_on == "true" for one, is_on in list(_arguments(call).items())[:MOST_SWITCHED]}
    reports.switch(states, call.member)
    _record(call, "reports_edited", {"status": states})
    return message("Success")


def send(call: Call) -> HttpResponse:
    report = reports.of_member(_arguments(call).get("_id"), call.member)
    if report is None:
        return message(NOT_FOUND)
    try:
        delivery.send_now(report)
    except (NothingToReport, MailFailed) as error:
        return message(str(error))
    return message("Success")


def preview(call: Call) -> HttpResponse:
    report = _visible(call)
    try:
        return page(delivery.as_page(report)) if report else message(NOT_FOUND)
    except NothingToReport as nothing:
        return message(str(nothing))


def pdf(call: Call) -> HttpResponse:
    report = _visible(call)
    try:
        return as_file(delivery.pdf_of(report)) if report else message(NOT_FOUND)
    except NothingToReport as nothing:
        return message(str(nothing))


def page(html: str) -> HttpResponse:
    return HttpResponse(html, headers={"Content-Security-Policy": PAGE_POLICY})


def as_file(content: bytes) -> HttpResponse:
    headers = {**HEADERS, "Content-Disposition": 'inline; filename="report.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _visible(call: Call) -> Report | None:
    return reports.visible(_arguments(call).get("_id"), call.member)


def _arguments(call: Call) -> Mapping[str, Any]:
    sent = call.parameters.get("args")
    try:
        found = json_text.parse(sent) if isinstance(sent, str) else sent
    except ValueError as error:
        raise Refusal(400, "Invalid JSON in args") from error
    return found if isinstance(found, dict) else {}


def _record(call: Call, action: str, data: Mapping[str, Any]) -> None:
    application_id = str(call.parameters.get("app_id") or "")
    audit.record(action, data, member=call.member, application_id=application_id, address=call.address)
