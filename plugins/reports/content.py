"""What a report says: the figures of the screens, for the applications that its owner may read."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.accounts import access
from apps.analytics import audience, computations, event_figures, periods
from apps.analytics.questions import Question, ask
from apps.applications.info import ApplicationInfo
from apps.plugin_api.widgets import REPORT_SECTIONS, REPORT_TYPES
from apps.shell import figures
from apps.shell.periods import dates_text
from plugins.reports import schedule
from plugins.reports.documents import CORE, EVENT_JOINT, Report

logger = logging.getLogger(__name__)

MOST_EVENTS = 20
NO_DATA = "No data to report"
NO_DATA_OF_PLUGIN = "No data to report from other plugins"
#: Counter -> kind of figure.
AUDIENCE = {"t": "count", "u": "count", "n": "count", "d": "duration", "time": "duration"}


class NothingToReport(Exception):
    """The message says why, as clients know it."""


@dataclass(slots=True)
class Line:
    name: str
    value: str
    change: str = ""


@dataclass(slots=True)
class Page:
    """Of an application, or of what else the report is about."""

    name: str
    dates: str
    audience: list[Line] = field(default_factory=list)
    events: list[Line] = field(default_factory=list)
    sections: list[tuple[str, SafeString]] = field(default_factory=list)  # title, HTML for mails


def gather(report: Report, owner: Any) -> list[Page]:
    """Without applications that had no sessions. Raises NothingToReport."""
    kind = str(report.get("report_type") or CORE)
    if kind != CORE:
        return _of_kind(kind, report, owner)
    found = [_of_application(one, report, owner) for one in applications_of(report, owner)]
    shown = [one for one in found if one is not None]
    if not shown:
        raise NothingToReport(NO_DATA)
    return shown


def _of_kind(name: str, report: Report, owner: Any) -> list[Page]:
    """What a plugin tells of its own. Raises NothingToReport."""
    kind = REPORT_TYPES.get(name)
    if kind is None:
        raise NothingToReport(f"Plugin is not enabled, no data to report. Report type: {name}")
    try:
        pages = kind.pages(owner, str(report.get(kind.field) or ""), schedule.range_of(report))
    except Exception as error:
        logger.exception("a report of the type %s failed", name)
        raise NothingToReport(NO_DATA_OF_PLUGIN) from error
    if not pages:
        raise NothingToReport(NO_DATA_OF_PLUGIN)
    return [
        Page(page.title, page.note, sections=[(title, conditional_escape(html)) for title, html in page.blocks])
        for page in pages
    ]


def applications_of(report: Report, owner: Any) -> list[ApplicationInfo]:
    """Those of the report that its owner may still read, in his order."""
    wanted = set(report.get("apps") or ())
    order = {name: place for place, name in enumerate(owner.app_sort_list or ())}
    readable = [one for one in access.readable_applications(owner) if one.id in wanted]
    return sorted(readable, key=lambda one: (order.get(one.id, len(order)), one.name.casefold()))


def _of_application(application: ApplicationInfo, report: Report, owner: Any) -> Page | None:
    metrics = report.get("metrics") or {}
    period = schedule.period_of(report)
    question = ask(application, period)
    tree = audience.read(question)
    summary = audience.summary(tree, question)
    if not summary["t"]["total"]:
        return None
    dates = dates_text(question.period.start_ms, question.period.end_ms, application.timezone)
    found = Page(application.name, dates)
    if metrics.get("analytics"):
        found.audience = _audience(summary)
    if metrics.get("events") and access.has_right(owner, "r", application.id, "events"):
        found.events = _events(question, report)
    for name, section in sorted(REPORT_SECTIONS.items(), key=lambda item: item[1].position):
        if metrics.get(name) and access.has_right(owner, "r", application.id, section.feature):
            found.sections += _section(name, application, period)
    return found


def _audience(summary: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    titles = {
        "t": _("Sessions"),
        "u": _("Users"),
        "n": _("New users"),
        "d": _("Time spent"),
        "time": _("Time per session"),
    }
    return [
        Line(
            titles[counter],
            figures.exactly(summary[counter]["total"], kind),
            figures.percent_text(str(summary[counter]["change"])),
        )
        for counter, kind in AUDIENCE.items()
    ]


def _events(question: Question, report: Report) -> list[Line]:
    chosen = {
        event
        for one in report.get("selectedEvents") or ()
        for application_id, _joint, event in [str(one).partition(EVENT_JOINT)]
        if application_id == question.application.id
    }
    shown_as = event_figures.shown_as(question.application.id)
    hidden = event_figures.hidden(shown_as)
    totals = event_figures.totals(question)
    rows = [row for row in totals if (row["key"] in chosen if chosen else row["key"] not in hidden)]
    earlier = replace(question, period=periods.before(question.period))
    before = {row["key"]: row["c"] for row in event_figures.totals(earlier)}
    return [
        Line(
            str(shown_as.get(row["key"], {}).get("name") or row["key"]),
            figures.exact(row["c"]),
            figures.percent_text(str(computations.compared(row["c"], before.get(row["key"], 0))["change"])),
        )
        for row in rows[:MOST_EVENTS]
    ]


def _section(name: str, application: ApplicationInfo, period: str) -> list[tuple[str, SafeString]]:
    """A plugin's. What it raises takes only itself away."""
    section = REPORT_SECTIONS.get(name)
    if section is None:
        return []
    try:
        values = {"figures": section.figures(application, period), "application": application, "period": period}
        return [(str(section.title), render_to_string(section.template, values))]
    except Exception:
        logger.exception("the section %s of a report failed", name)
        return []
