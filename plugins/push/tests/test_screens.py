from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.members import create_member
from plugins.push import documents, sending
from plugins.push.tests.conftest import BUNDLE, KEY, Gateways, pem_of
from plugins.push.tests.sent_messages import android, create, message, with_credentials
from tests.traffic import Traffic


@pytest.fixture
def browser(traffic: Traffic) -> Client:
    client = Client()
    client.force_login(traffic.owner)
    return client


def address(traffic: Traffic, rest: str = "") -> str:
    return f"/applications/{traffic.application.id}/push{rest}"


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_message_is_written_previewed_sent_and_shown(
    traffic: Traffic, gateways: Gateways, credentials: dict[str, Any], browser: Client
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    entered = {"name": "Spring", "platforms": "a", "when": "now", "title": "Hi {name|you}", "message": "News"}

    page = browser.post(address(traffic, "/compose"), {**entered, "action": "review"}).content.decode()
    assert "Hi you" in page
    assert documents.messages().count_documents({}) == 0
    refused = browser.post(address(traffic, "/compose"), {**entered, "query": "{", "action": "create"})
    assert (refused.status_code, "Hi {name|you}" in refused.content.decode()) == (200, True)

    saved = browser.post(address(traffic, "/compose"), {**entered, "action": "create"})
    assert saved.status_code == 302
    sending.work()
    assert [one["data"]["title"] for one in gateways.fcm] == ["Hi you"]
    details = text_of(browser, saved["Location"])
    assert "Spring" in details
    assert "Android" in details
    assert "Spring" in text_of(browser, address(traffic))
    assert "Hi {name|you}" in text_of(
        browser, address(traffic, f"/compose?copy={saved['Location'].rpartition('/')[2]}")
    )

    profile = f"/applications/{traffic.application.id}/users/profiles/{traffic.profile('d1')['uid']}?tab=push"
    of_user = text_of(browser, profile)
    assert ("Spring" in of_user, "published" in of_user, "t-d1" in of_user) == (True, True, False)

    gone = browser.post(saved["Location"], {"action": "delete"})
    assert gone["Location"] == address(traffic)
    assert browser.get(saved["Location"]).status_code == 404


def test_a_draft_is_saved_before_there_are_credentials_and_not_sent(traffic: Traffic, browser: Client) -> None:
    traffic.count("d1", begin_session=1)
    entered = {"name": "Spring", "platforms": "a", "when": "now", "title": "Hi", "message": "News"}
    refused = browser.post(address(traffic, "/compose"), {**entered, "action": "create"})
    assert (refused.status_code, "No push credentials for Android" in refused.content.decode()) == (200, True)
    saved = browser.post(address(traffic, "/compose"), {**entered, "action": "draft"})
    assert saved.status_code == 302
    (draft,) = documents.messages().find({})
    assert draft["status"] == "draft"
    path = address(traffic, f"/compose?message={draft['_id']}")
    assert browser.post(path, {**entered, "name": "Autumn", "action": "draft"}).status_code == 302
    assert browser.post(path, {**entered, "action": "create"}).status_code == 200
    (draft,) = documents.messages().find({})
    assert (draft["status"], draft["info"]["title"]) == ("draft", "Autumn")


def test_credentials_are_entered_and_removed(traffic: Traffic, gateways: Gateways, browser: Client) -> None:
    traffic.count("d1", begin_session=1)
    key = SimpleUploadedFile("key.p8", pem_of(KEY).encode())
    entered = {"action": "save", "platform": "i", "type": "apn_token", "keyid": "K1", "team": "T1", "bundle": BUNDLE}
    path = address(traffic, "/credentials")
    no_key = SimpleUploadedFile("key.p8", b"no key")
    refused = browser.post(path, {**entered, "key": no_key, "keyid": 'K"1'})
    text = refused.content.decode()
    assert (refused.status_code, 'role="alert"' in text, 'value="K&quot;1"' in text) == (200, True, True)
    assert BUNDLE in text
    assert browser.post(path, {**entered, "key": key}).status_code == 302
    page = text_of(browser, path)
    assert BUNDLE in page
    assert "PRIVATE KEY" not in page
    browser.post(path, {"action": "limit", "rate": "100", "period": "60", "uids": "1"})
    assert 'value="100"' in text_of(browser, path)
    browser.post(path, {"action": "remove", "platform": "i"})
    assert BUNDLE not in text_of(browser, path)


def test_members_without_the_right_see_and_send_nothing(
    traffic: Traffic, gateways: Gateways, credentials: dict[str, Any]
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    created = create(traffic, message(traffic, "a", status="draft"))
    own = traffic.application.id
    of_push = {own: {"all": False, "allowed": {"push": True}}}
    reader = create_member(
        full_name="Reader", username="reader", email="reader@example.com", password="Correct-Horse-1",
        permission={"_": {"a": [], "u": [[own]]}, "r": of_push},
    )  # fmt: skip
    client = Client()
    client.force_login(reader)
    details = address(traffic, f"/messages/{created['_id']}")
    assert "Delete" not in text_of(client, details)
    assert client.post(details, {"action": "delete"}).status_code == 403
    assert client.post(address(traffic, "/compose"), {"action": "draft"}).status_code == 403
    assert client.post(address(traffic, "/credentials"), {"action": "remove", "platform": "a"}).status_code == 403
    outsider = create_member(
        full_name="Outsider", username="outsider", email="outsider@example.com", password="Correct-Horse-1"
    )
    client.force_login(outsider)
    assert client.get(details).status_code == 404


def test_an_audience_that_cannot_be_asked_here_is_named(
    traffic: Traffic, gateways: Gateways, credentials: dict[str, Any], browser: Client
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    created = create(traffic, message(traffic, "a", triggers=[{"kind": "api", "start": 1}]))
    page, form = address(traffic, f"/messages/{created['_id']}"), address(traffic, f"/compose?copy={created['_id']}")
    words, warning = "cohorts: not kept on this server, so nothing is sent", "was also chosen by cohorts"
    assert words not in text_of(browser, page)
    assert warning not in text_of(browser, form)

    documents.messages().update_one({}, {"$set": {"filter": {"cohorts": ["c1"]}}})

    assert words in text_of(browser, page)
    assert warning in text_of(browser, form)
