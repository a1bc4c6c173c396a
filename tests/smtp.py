"""A real SMTP server for tests of mails."""

import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from django.test import override_settings

from apps.core import background
from apps.system.supervision import embedded


@dataclass
class Received:
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str

    def link(self, path: str) -> str:
        """The first address in the text that begins with `path`, without the server's part."""
        return re.search(rf"https?://[^/\s]+({re.escape(path)}\S*)", self.text).group(1)


class Mailbox:
    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refuses = False

    @property
    def mails(self) -> list[Received]:
        """Of all that was sent until now."""
        background.wait_for_all()
        return self.received


class Handler:
    """Apart from the mailbox: the server looks at all attributes of its handler, from its own thread."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        if self.mailbox.refuses:
            return "554 no"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text, page = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
        self.mailbox.received.append(Received(message["From"], envelope.rcpt_tos, message["Subject"], text, page))
        return "250 OK"


@contextmanager
def smtp_server() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    controller = Controller(Handler(mailbox), hostname="127.0.0.1", port=embedded.free_port())
    controller.start()
    try:
        with override_settings(
            EMAIL_URL="smtp://",
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=controller.port,
        ):
            yield mailbox
            background.wait_for_all()
    finally:
        controller.stop()
