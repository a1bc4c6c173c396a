import logging

import pytest
from django.test import override_settings

from apps.core import mail

CONTEXT = {"name": "<b>Ada</b>", "username": "ada", "link": "https://t.example/reset/abc", "minutes": 10}
RESET = "accounts/mail/reset"


def test_mail_has_subject_text_and_inlined_html(mailbox):
    with override_settings(DEFAULT_FROM_EMAIL="Tally <tally@example.com>"):
        mail.send("ada@example.com", RESET, CONTEXT)

    [received] = mailbox.mails
    assert (received.sender, received.to) == ("Tally <tally@example.com>", ["ada@example.com"])
    assert received.subject == "Reset your Tally password"
    assert "Hello <b>Ada</b>," in received.text
    assert received.link("/reset/") == "/reset/abc"
    assert "Hello &lt;b&gt;Ada&lt;/b&gt;" in received.html
    assert "<b>Ada" not in received.html
    assert 'style="' in received.html
    assert "<style" not in received.html


def test_every_recipient_gets_a_mail_of_their_own(mailbox):
    mail.send(["ada@example.com", "bob@example.com"], RESET, CONTEXT)

    assert [received.to for received in mailbox.mails] == [["ada@example.com"], ["bob@example.com"]]


def test_refused_mail_raises_and_says_nothing_of_its_content(mailbox):
    mailbox.refuses = True

    with pytest.raises(mail.MailFailed) as error:
        mail.send("ada@example.com", RESET, CONTEXT)
    assert "abc" not in str(error.value)


def test_address_cannot_add_headers(mailbox):
    with pytest.raises(mail.MailFailed):
        mail.send("ada@example.com\nBcc: eve@example.com", RESET, CONTEXT)
    assert mailbox.mails == []


def test_mail_sent_soon_arrives_and_its_failure_is_logged_without_links(mailbox, caplog):
    mail.send_soon("ada@example.com", RESET, CONTEXT)
    assert [received.to for received in mailbox.mails] == [["ada@example.com"]]

    mailbox.refuses = True
    mail.send_soon("ada@example.com", RESET, CONTEXT)
    assert len(mailbox.mails) == 1
    assert "accounts/mail/reset failed" in caplog.text
    assert "reset/abc" not in caplog.text


def test_without_a_server_the_log_names_the_mail_and_not_what_it_says(caplog):
    with override_settings(EMAIL_URL="", EMAIL_BACKEND="apps.core.mail.LogBackend"), caplog.at_level(logging.WARNING):
        mail.send("ada@example.com", RESET, CONTEXT)
        assert not mail.is_configured()

    assert "not sent to ada@example.com: Reset your Tally password" in caplog.text
    assert "reset/abc" not in caplog.text
