"""Guides and their like, kept for the dashboard; themes; a test mail."""

import json

from tests.accounts.calls import NO_RIGHT, Caller
from tests.accounts.conftest import application, member, outsider, owner
from tests.system.test_screens import browser

__all__ = ["application", "member", "outsider", "owner"]

WRONG = (400, {"result": "Missing or incorrect API _id parameter"})
INVALID = (400, {"result": "Invalid entries parameter"})
GUIDE, OTHER = {"id": 1, "title": "First steps", "steps": [{"a": 1}]}, {"id": "two", "title": "<b>"}


def test_what_is_saved_is_read_by_everybody_and_replaces_what_was_there(client, owner, outsider):
    admin = Caller(client, owner)

    def save(entries, content="server-guides"):
        return admin.post("/i/cms/save_entries", _id=content, entries=json.dumps(entries))

    def shown(content="server-guides"):
        return Caller(client, outsider).get("/o/cms/entries", _id=content)

    assert save([GUIDE, OTHER]) == (200, {"result": "Entries saved"})
    assert save([OTHER], "server-guide-config") == (200, {"result": "Entries saved"})
    assert shown() == (200, {"data": [GUIDE, {"id": "two", "title": "&lt;b&gt;"}]})
    save([GUIDE])
    assert shown() == (200, {"data": [GUIDE]})
    assert admin.post("/i/cms/clear") == (200, {"result": "CMS cache cleared"})
    assert (shown(), shown("server-guide-config")) == ((200, {"data": []}), (200, {"data": []}))


def test_what_cannot_be_saved(client, owner, member):
    admin = Caller(client, owner)

    assert Caller(client, member).post("/i/cms/save_entries", _id="server-guides", entries="[]") == NO_RIGHT
    assert admin.post("/i/cms/save_entries", entries="[]") == WRONG
    assert admin.get("/o/cms/entries", _id="members") == WRONG
    for entries in ("", "{", "{}", '[{"title":"no id"}]', '[{"id":"meta"}]', '[{"id":1,"$set":{}}]', "[1]"):
        assert admin.post("/i/cms/save_entries", _id="server-guides", entries=entries) == INVALID, entries
    assert admin.post("/i/cms/save_entries", _id="server-guides") == INVALID


def test_a_test_mail_goes_to_who_asks_and_failure_is_said(client, owner, member, mailbox):
    caller = Caller(client, owner)

    assert caller.get("/o/email_test") == (200, {"result": "OK"})
    answer = browser(owner).post("/health", {"action": "test_mail"}, follow=True)
    assert "was handed to the mail server" in answer.content.decode()
    assert [mail.to for mail in mailbox.mails] == [[owner.email]] * 2

    mailbox.refuses = True
    assert caller.get("/o/email_test") == (503, {"result": "Failed"})
    answer = browser(owner).post("/health", {"action": "test_mail"}, follow=True)
    assert "It was not sent" in answer.content.decode()
    assert Caller(client, member).get("/o/email_test") == NO_RIGHT


def test_without_a_mail_server_no_mail_is_said_to_have_gone(client, owner, settings):
    settings.EMAIL_URL = ""

    assert Caller(client, owner).get("/o/email_test") == (503, {"result": "Failed"})


def test_there_is_one_theme(client, outsider):
    assert Caller(client, outsider).get("/o/themes") == (200, [""])
