"""Reports by mail: the list, the form of one, and what it looks like."""

from collections.abc import Mapping, Set
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from apps.accounts import access
from apps.analytics import queries
from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.core.mail import MailFailed
from apps.core.texts import Text
from apps.plugin_api import audit
from apps.plugin_api.widgets import REPORT_SECTIONS, REPORT_TYPES
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.gate import for_members
from apps.shell.parts import Block, Part
from apps.shell.periods import STANDARD
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from plugins.reports import delivery, documents, endpoints, reports
from plugins.reports.content import NothingToReport
from plugins.reports.documents import DAILY, EVENT_JOINT, MONTHLY, OWN, WEEKLY, Report
from plugins.reports.fields import RANGES, UTC_NAME

FEATURE = "reports"
ABOUT_JOINT = ":"
MOST_EVENTS, MOST_EVENTS_OF_ONE = 500, 200
FREQUENCIES: dict[str, Text] = {
    DAILY: gettext_lazy("Every day"),
    WEEKLY: gettext_lazy("Every week"),
    MONTHLY: gettext_lazy("On the first of each month"),
}


def may_read(member: Any) -> bool:
    return bool(access.readable_applications(member, FEATURE))


def may(member: Any, letter: str) -> bool:
    """On one of the applications at least."""
    return any(access.has_right(member, letter, one.id, FEATURE) for one in access.readable_applications(member))


def build(visit: Visit) -> list[Part]:
    found = documents.visible_to(visit.member)
    names = {one.id: one.name for one in access.readable_applications(visit.member)}
    chosen = next((one for one in found if str(one["_id"]) == visit.address.get("report")), None)
    if chosen is not None and not reports.may_change(chosen, visit.member):
        chosen = None
    rows = [_row(visit, one, names) for one in found]
    parts: list[Part] = [Block(id="reports", file="reports/list.html", values={"reports": rows})]
    if may(visit.member, "u" if chosen else "c"):
        parts.append(Block(id="report", file="reports/form.html", values=_form(visit, chosen, names)))
    return parts


def _row(visit: Visit, report: Report, names: dict[str, str]) -> dict[str, Any]:
    tally = report.get(OWN) or {}
    is_own = reports.may_change(report, visit.member)
    return {
        "id": str(report["_id"]),
        "title": report.get("title") or _("Without a name"),
        "emails": ", ".join(report.get("emails") or []),
        "about": _about_text(visit.member, report, names),
        "when": _when(report),
        "is_on": report.get("enabled", True),
        "sent": tally.get("sent", 0),
        "failed": tally.get("failed", 0),
        "last_sent_s": tally.get("last_sent_s"),
        "last_error": tally.get("last_error", ""),
        "preview": reverse("reports_preview", args=[str(report["_id"])]),
        "link": visit.address.link({"report": report["_id"]}),
        "may_change": is_own and may(visit.member, "u"),
        "may_remove": is_own and may(visit.member, "d"),
    }


def _about_text(member: Any, report: Report, names: dict[str, str]) -> str:
    kind = REPORT_TYPES.get(str(report.get("report_type") or documents.CORE))
    if kind is None:
        return ", ".join(names.get(one, one) for one in report.get("apps") or [])
    return f"{kind.title}: {kind.choices(member).get(str(report.get(kind.field)), '–')}"


def _when(report: Report) -> str:
    frequency = str(FREQUENCIES.get(str(report.get("frequency")), FREQUENCIES[DAILY]))
    day = report.get("day") or 7
    if report.get("frequency") == WEEKLY and day in range(1, 8):
        frequency = f"{frequency}, {WEEKDAYS[int(day) - 1]}"
    at = f"{int(report.get('hour') or 0):02}:{int(report.get('minute') or 0):02}"
    return f"{frequency}, {at} ({report.get('timezone') or UTC_NAME})"


def _form(visit: Visit, report: Report | None, names: dict[str, str]) -> dict[str, Any]:
    shown: dict[str, Any] = report or {
        "emails": [visit.member.email],
        "metrics": {"analytics": True},
        "hour": 8,
        "day": 1,
        "timezone": visit.choice.zone,
    }
    metrics = shown.get("metrics") or {}
    titles = {"analytics": _("Audience"), "events": _("Events")}
    titles |= {name: str(section.title) for name, section in REPORT_SECTIONS.items()}
    about = _about_of(shown)
    chosen_events = set(shown.get("selectedEvents") or ())
    return {
        "report": report,
        "id": str(report["_id"]) if report else "",
        "abouts": [
            {"title": title, "options": [{"key": key, "title": name, "is_chosen": key == about} for key, name in found]}
            for title, found in _abouts(visit.member, about)
        ],
        "ranges": [{"key": key, "title": STANDARD[key], "is_chosen": key == shown.get("date_range")} for key in RANGES],
        "events": [
            {"key": key, "title": title, "is_chosen": key in chosen_events}
            for key, title in _events(names, chosen_events).items()
        ],
        "title": shown.get("title", ""),
        "emails": ", ".join(shown.get("emails") or []),
        "applications": [
            {"key": one, "title": name, "is_chosen": one in (shown.get("apps") or ())} for one, name in names.items()
        ],
        "metrics": [
            {"name": name, "title": title, "is_set": bool(metrics.get(name))} for name, title in titles.items()
        ],
        "frequencies": [
            {"key": key, "title": title, "is_chosen": key == shown.get("frequency")}
            for key, title in FREQUENCIES.items()
        ],
        "days": [{"key": day, "title": WEEKDAYS[day - 1], "is_chosen": day == shown.get("day")} for day in range(1, 8)],
        "at": f"{int(shown.get('hour') or 0):02}:{int(shown.get('minute') or 0):02}",
        "timezone": shown.get("timezone") or UTC_NAME,
        "send_pdf": bool(shown.get("sendPdf")),
        "back": visit.address.link({"report": None}),
    }


def _about_of(report: Mapping[str, Any]) -> str:
    """As the form has it: "core", or the type and what it is about."""
    name = str(report.get("report_type") or documents.CORE)
    kind = REPORT_TYPES.get(name)
    return f"{name}{ABOUT_JOINT}{report.get(kind.field) or ''}" if kind else name


def _abouts(member: Any, current: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of choices, one for each type."""
    groups = [("", [(documents.CORE, _("Applications"))])]
    for name, kind in REPORT_TYPES.items():
        found = [(f"{name}{ABOUT_JOINT}{key}", title) for key, title in kind.choices(member).items()]
        groups.append((str(kind.title), found))
    if not any(key == current for _title, found in groups for key, _name in found):
        groups.append(("", [(current, _("What is there no more"))]))
    return [group for group in groups if group[1]]


def _events(names: Mapping[str, str], chosen: Set[str]) -> dict[str, str]:
    """Of all applications, as far as a list can hold them; those that are chosen in any case."""
    found: dict[str, str] = {}
    for application_id, name in names.items():
        if len(found) >= MOST_EVENTS:
            break
        for key in queries.event_keys(application_id)[:MOST_EVENTS_OF_ONE]:
            found[f"{application_id}{EVENT_JOINT}{key}"] = f"{name}: {key}" if len(names) > 1 else key
    return {**found, **{one: one.partition(EVENT_JOINT)[2] for one in chosen if one not in found}}


def save(visit: Visit) -> Done:
    post = visit.request.POST
    hour, _colon, minute = post.get("at", "").partition(":")
    sent = {
        "title": post.get("title", "").strip(),
        **_about(post.get("about", "")),
        "date_range": post.get("date_range", ""),
        "selectedEvents": post.getlist("events"),
        "apps": post.getlist("apps"),
        "emails": [one.strip() for one in post.get("emails", "").replace(";", ",").split(",") if one.strip()],
        "metrics": dict.fromkeys(post.getlist("metrics"), True),
        "frequency": post.get("frequency", ""),
        "timezone": post.get("timezone", ""),
        "day": post.get("day", "1"),
        "hour": hour,
        "minute": minute[:2],
        "sendPdf": "send_pdf" in post,
    }
    if sent["report_type"] != documents.CORE and not sent["apps"]:
        del sent["apps"]
    report = reports.of_member(post.get("id"), visit.member) if post.get("id") else None
    if not may(visit.member, "u" if report else "c"):
        raise Refusal(403, _("You may not do this."))
    if report is None:
        made = reports.create(sent, visit.member)
        _record(visit, "reports_create", reports.shown(made))
    else:
        changed = reports.update(report, sent, visit.member)
        _record(visit, "reports_edited", {"before": reports.shown(report), "update": reports.shown(changed)})
    return Done(_("The report was saved."), reverse("reports"))


def _about(chosen: str) -> dict[str, str]:
    name, joint, key = chosen.partition(ABOUT_JOINT)
    kind = REPORT_TYPES.get(name) if joint else None
    return {"report_type": name, kind.field: key} if kind else {"report_type": documents.CORE}


def switch(visit: Visit) -> Done:
    report = _report(visit)
    documents.change(report, {"enabled": not report.get("enabled", True)})
    _record(visit, "reports_edited", {"status": {str(report["_id"]): not report.get("enabled", True)}})
    return Done(_("The report is off.") if report.get("enabled", True) else _("The report is on."))


def remove(visit: Visit) -> Done:
    report = _report(visit)
    documents.remove(report)
    _record(visit, "reports_deleted", reports.shown(report))
    return Done(_("The report was deleted."), reverse("reports"))


def send(visit: Visit) -> Done:
    try:
        delivery.send_now(_report(visit))
    except NothingToReport as nothing:
        raise Refusal(400, str(nothing)) from nothing
    except MailFailed as failure:
        raise Refusal(502, _("The mail server did not take it.")) from failure
    return Done(_("The report was sent."))


@require_safe
@never_cache
@xframe_options_sameorigin
@for_members(may_read)
def preview(request: HttpRequest, report_id: str) -> HttpResponse:
    try:
        report = reports.visible(report_id, request.user)
    except Refusal as refusal:
        raise Http404("No such report") from refusal
    if report is None:
        raise Http404("No such report")
    try:
        if "pdf" in request.GET:
            return endpoints.as_file(delivery.pdf_of(report))
        return endpoints.page(delivery.as_page(report))
    except NothingToReport as nothing:
        return HttpResponse(str(nothing), content_type="text/plain; charset=utf-8")


def _report(visit: Visit) -> Report:
    report = reports.of_member(visit.request.POST.get("id"), visit.member)
    if report is None:
        raise Refusal(404, _("There is no such report any more."))
    return report


def _record(visit: Visit, action: str, data: dict[str, Any]) -> None:
    audit.record(action, data, member=visit.member, address=accountable_address(visit.request))


REPORTS = Screen(
    name="reports",
    route="manage/reports",
    title=gettext_lazy("Reports"),
    hint=gettext_lazy("Figures by mail, every day, week or month."),
    allowed=may_read,
    build=build,
    has_period=False,
    post=post_of(
        {
            "save": FormAction(lambda visit: may(visit.member, "c") or may(visit.member, "u"), save),
            "switch": FormAction(lambda visit: may(visit.member, "u"), switch),
            "send": FormAction(lambda visit: may(visit.member, "r"), send),
            "remove": FormAction(lambda visit: may(visit.member, "d"), remove),
        }
    ),
)
PREVIEW = path("manage/reports/<str:report_id>/preview", preview, name="reports_preview")
