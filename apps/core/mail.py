"""Mails: one template gives the subject, the plain text and the HTML, whose styles are put where mail programs look."""

import logging
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from apps.core import background

logger = logging.getLogger(__name__)


class MailFailed(Exception):
    """The mail server did not take it."""


class Attachment:
    def __init__(self, filename: str, content: bytes, content_type: str) -> None:
        self.filename, self.content, self.content_type = filename, content, content_type


def send(
    to: str | Sequence[str],
    template: str,
    context: Mapping[str, Any],
    *,
    language: str | None = None,
    attachments: Sequence[Attachment] = (),
    headers: Mapping[str, str] | None = None,
) -> None:
    """Returns when the mail server has taken the mail. Raises MailFailed.

    `template`: a folder of templates with `subject.txt`, `body.txt` and `body.html` (which extends `mail/base.html`).
    Each of `to` gets a mail of its own, so that nobody reads the address of another.
    """
    addresses = [to] if isinstance(to, str) else list(to)
    with translation.override(language or settings.LANGUAGE_CODE):
        subject = _one_line(render_to_string(f"{template}/subject.txt", dict(context)))
        text = render_to_string(f"{template}/body.txt", dict(context)).strip() + "\n"
        page = _html(template, context, subject)
    for address in addresses:
        mail = EmailMultiAlternatives(subject, text, to=[address], headers=dict(headers or {}))
        mail.attach_alternative(page, "text/html")
        for attachment in attachments:
            mail.attach(attachment.filename, attachment.content, attachment.content_type)
        try:
            mail.send()
        except (OSError, ValueError) as error:  # SMTP's own errors are OSErrors; a bad header is a ValueError
            raise MailFailed(f"{type(error).__name__} for {subject!r}") from error


def page(template: str, context: Mapping[str, Any]) -> str:
    """The HTML of the mail, in the active language."""
    return _html(template, context, _one_line(render_to_string(f"{template}/subject.txt", dict(context))))


def send_soon(
    to: str | Sequence[str], template: str, context: Mapping[str, Any], *, language: str | None = None
) -> None:
    """Returns at once. At most once: a failure is in the log."""
    background.run_soon(f"mail {template}", send, to, template, dict(context), language=language)


def is_configured() -> bool:
    return bool(settings.EMAIL_URL)


class LogBackend(BaseEmailBackend):
    """Where no mail server is set: says in the log that a mail would have gone, without what it says."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        for mail in email_messages:
            logger.warning("no mail server is set (EMAIL_URL); not sent to %s: %s", ", ".join(mail.to), mail.subject)
        return len(email_messages)


@cache
def _inliner() -> css_inline.CSSInliner:
    """Reads no files and no network, whatever a template names."""
    styles = (Path(settings.BASE_DIR) / "templates" / "mail" / "mail.css").read_text()
    return css_inline.CSSInliner(load_remote_stylesheets=False, extra_css=styles)


def _html(template: str, context: Mapping[str, Any], subject: str) -> str:
    return _inliner().inline(render_to_string(f"{template}/body.html", {**context, "subject": subject}))


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
