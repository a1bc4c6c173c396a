"""Reports as mails, pages and PDF; what is due, and who was not reached."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts import access
from apps.core import clock, mail
from apps.core.mail import Attachment, MailFailed
from plugins.reports import content, documents, links, markup, pdf, schedule
from plugins.reports.content import NothingToReport, Page
from plugins.reports.documents import OWN, Report
from plugins.reports.fields import now_utc

logger = logging.getLogger(__name__)

MAIL = "reports/mail"
MOST_ATTEMPTS = 3


def send_due() -> None:
    """The job. Each due moment is claimed before anything is sent: at most once for whoever was reached, up to
    MOST_ATTEMPTS times for whom the mail server refused, or while the report cannot be made."""
    now = now_utc(clock.now_s())
    for report in documents.enabled():
        try:
            _send_if_due(report, now)
        except Exception as error:
            logger.exception("when the report %s is due could not be told", report["_id"])
            documents.note_outcome(report, sent=0, failed=1, error=type(error).__name__, retry=None)


def _send_if_due(report: Report, now: datetime) -> None:
    due = schedule.last_due(report, now)
    if schedule.is_due(report, due, now):
        if documents.claim(report, int(due.timestamp())):
            _send_and_note(report, int(due.timestamp()), report.get("emails") or [], attempts=1)
        return
    retry = (report.get(OWN) or {}).get("retry")
    if retry and now.timestamp() - retry["due_s"] < schedule.LATEST_HOURS * 3600:
        _send_and_note(report, retry["due_s"], retry["emails"], attempts=retry["attempts"] + 1)


def _send_and_note(report: Report, due_s: int, emails: Sequence[str], *, attempts: int) -> None:
    try:
        sent, unreached, error = send(report, emails)
    except NothingToReport as nothing:
        documents.note_outcome(report, sent=0, failed=0, error=str(nothing), retry=None)
        return
    except Exception as failure:  # it could not be made, so nobody was reached
        logger.exception("the report %s could not be made", report["_id"])
        sent, unreached, error = 0, list(emails), type(failure).__name__
    again = {"due_s": due_s, "emails": unreached, "attempts": attempts}
    retry = again if unreached and attempts < MOST_ATTEMPTS else None
    documents.note_outcome(report, sent=sent, failed=len(unreached), error=error, retry=retry)


def send_now(report: Report) -> None:
    """To all of its recipients. Raises NothingToReport, MailFailed."""
    sent, unreached, error = send(report, report.get("emails") or [])
    documents.note_outcome(report, sent=sent, failed=len(unreached), error=error, retry=None)
    if unreached:
        raise MailFailed(error)


def send(report: Report, emails: Sequence[str]) -> tuple[int, list[str], str]:
    """How many mails went, who was not reached, and why. Raises NothingToReport."""
    owner = owner_of(report)
    with translation.override(owner.lang or settings.LANGUAGE_CODE):
        parts = content.gather(report, owner)
        attachments = (
            [Attachment("report.pdf", as_pdf(report, parts), "application/pdf")] if report.get("sendPdf") else []
        )
    unreached, error = [], ""
    for email in emails:
        leave = links.unsubscribe_link(report, email)
        context = {**values_of(report, parts), "unsubscribe": leave}
        headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        try:
            mail.send(email, MAIL, context, language=owner.lang, attachments=attachments, headers=headers)
        except MailFailed as failure:
            unreached.append(email)
            error = str(failure)
    return len(emails) - len(unreached), unreached, error


def as_page(report: Report) -> str:
    """As the mail looks. Raises NothingToReport."""
    owner = owner_of(report)
    with translation.override(owner.lang or settings.LANGUAGE_CODE):
        return mail.page(MAIL, values_of(report, content.gather(report, owner)))


def pdf_of(report: Report) -> bytes:
    """Raises NothingToReport."""
    owner = owner_of(report)
    with translation.override(owner.lang or settings.LANGUAGE_CODE):
        return as_pdf(report, content.gather(report, owner))


def as_pdf(report: Report, parts: Sequence[Page]) -> bytes:
    title = str(report.get("title") or _("Report"))
    return pdf.of_html(title, render_to_string("reports/pdf.html", values_of(report, parts)))


def values_of(report: Report, parts: Sequence[Page]) -> dict[str, Any]:
    texts = [[(title, markup.as_text(markup.read(html))) for title, html in page.sections] for page in parts]
    return {
        "title": report.get("title") or _("Report"),
        "applications": list(parts),
        "as_text": list(zip(parts, texts, strict=True)),
    }


def owner_of(report: Report) -> Any:
    """Who sees less sees less in his reports; who is gone or locked sends none. Raises NothingToReport."""
    owner = access.member_by_id(str(report.get("user") or ""))
    if owner is None or owner.locked:
        raise NothingToReport("Report owner not found")
    return owner
