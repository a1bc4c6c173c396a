"""What the log is told, under the names and in the shapes of the protocol."""

import json

import pytest

from apps.plugin_api import audit
from tests.accounts.calls import Caller
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_pictures import picture, upload

pytestmark = pytest.mark.django_db

NEW = {"full_name": "Ada", "username": "ada", "password": "Secret-Word-1", "email": "ada@example.com"}


@pytest.fixture
def log():
    kept = []

    def keep(action, data, member, application_id, address, **_):
        kept.append((action, getattr(member, "username", None), application_id, address, data))

    audit.action_recorded.connect(keep)
    yield kept
    audit.action_recorded.disconnect(keep)


@pytest.fixture
def admin(client, owner):
    return Caller(client, owner)


def names(log):
    return [entry[0] for entry in log]


def test_members_are_noted_without_their_secrets(admin, log):
    _, made = admin.post("/i/users/create", NEW)
    admin.post("/i/users/update", {"user_id": made["_id"], "full_name": "Ada L", "password": "Other-Word-2"})
    admin.post("/i/users/delete", {"user_ids": [made["_id"]]})

    assert names(log) == ["user_created", "user_updated", "user_deleted"]
    assert {entry[1:4] for entry in log} == {("owner", "", "127.0.0.1")}
    changed = log[1][4]
    assert (changed["before"]["full_name"], changed["update"]["full_name"]) == ("Ada", "Ada L")
    assert changed["update"]["password"] is True
    text = json.dumps([entry[4] for entry in log], default=str)
    assert "Word" not in text
    assert made["api_key"] not in text


def test_refused_actions_are_not_noted(client, member, admin, log):
    Caller(client, member).post("/i/users/create", NEW)
    admin.post("/i/users/create", {**NEW, "password": "short"})
    admin.post("/i/users/update", {"user_id": "0" * 24, "full_name": "x"})

    assert log == []


def test_own_deletion_has_a_name_of_its_own(client, owner, admin, log):
    from tests.accounts.conftest import person

    person("second", global_admin=True)
    admin.post("/i/users/deleteOwnAccount", password=PASSWORD)

    assert names(log) == ["user_account_deleted"]


def test_applications_are_noted(admin, log):
    _, made = admin.post("/i/apps/create", {"name": "Shop"})
    application_id = made["_id"]
    admin.post("/i/apps/update", {"app_id": application_id, "name": "Store"}, app_id=application_id)
    admin.post("/i/apps/update/plugins", {"api": {"event_limit": 5}}, app_id=application_id)
    admin.post("/i/apps/reset", {"app_id": application_id, "period": "1month"})
    admin.post("/i/apps/reset", {"app_id": application_id, "period": "all"})
    admin.post("/i/apps/reset", {"app_id": application_id, "period": "reset"})
    admin.post("/i/apps/delete", {"app_id": application_id})

    assert names(log) == [
        "app_created",
        "app_updated",
        "app_config_updated",
        "app_clear_old_data",
        "clear_all",
        "app_reset",
        "app_deleted",
    ]
    assert {entry[2] for entry in log} == {application_id}
    assert (log[1][4]["before"]["name"], log[1][4]["update"]) == ("Shop", {"name": "Store"})
    assert log[2][4]["update"] == {"api": {"event_limit": 5}}


def test_ways_in_are_noted_with_the_address(client, member, log):
    client.post("/login", {"username": "member", "password": "wrong"})
    client.post("/login", {"username": "member", "password": PASSWORD})
    client.post("/user/settings", {"full_name": "New"})
    client.post("/logout")
    client.get("/api-key")
    client.get("/login/token/none")
    client.post("/mobile/login", {"username": "member", "password": "wrong"})
    client.post("/forgot", {"email": "x@example.com"})

    assert [entry[:2] for entry in log] == [
        ("login_failed", None),
        ("login_success", "member"),
        ("account_settings_updated", "member"),
        ("logout", "member"),
        ("token_login_failed", None),
        ("mobile_login_failed", None),
        ("password_request", None),
    ]
    assert {entry[3] for entry in log} == {"127.0.0.1"}
    assert "wrong" not in json.dumps([entry[4] for entry in log])


def test_forgotten_failures_are_noted(admin, log):
    assert admin.get("/o/users/reset_timeban", username="somebody") == (200, True)

    assert [(entry[0], entry[1], entry[4]) for entry in log] == [
        ("failed_logins_reset", "owner", {"username": "somebody"})
    ]


def test_new_api_keys_are_noted_and_not_shown(client, owner, member, log):
    client.force_login(owner)
    client.post(
        "/admin/accounts/member/",
        {"action": "reset_api_key", "_selected_action": [str(member.pk)], "confirmed": "yes"},
    )

    assert [(*entry[:2], entry[4]["update"]) for entry in log] == [("user_updated", "owner", {"api_key": True})]


def test_pictures_of_applications_are_noted(client, owner, application, log):
    client.force_login(owner)
    upload(client, "/apps/icon", picture(), app_image_id=application.id)

    about = {"_id": application.id, "update": {"has_image": True}}
    assert log == [("app_updated", "owner", application.id, "127.0.0.1", about)]


def test_administration_of_applications_is_noted(client, owner, application, log):
    client.force_login(owner)
    base = "/admin/applications/application/"
    chosen = {"_selected_action": [application.id]}
    fields = {"type": "mobile", "category": "6", "country": "DE", "timezone": "Europe/Berlin"}
    empty = dict.fromkeys(("salt", "redirect_url", "app_domain", "description", "key"), "")

    assert client.post(base + "add/", {**fields, **empty, "name": "New"}).status_code == 302
    assert client.post(f"{base}{application.id}/change/", {**fields, **empty, "name": "Named"}).status_code == 302
    client.post(base, {"action": "pause", **chosen})
    client.post(base, {"action": "reset_key", "confirmed": "yes", **chosen})
    client.post(base, {"action": "delete_with_data", "confirmed": "yes", **chosen})

    expected = ["app_created", "app_updated", "app_updated", "app_updated", "app_deleted"]
    assert [entry[:2] for entry in log] == [(name, "owner") for name in expected]
    assert (log[1][4]["before"]["name"], log[1][4]["update"]["name"]) == ("Shop", "Named")
    assert log[2][4] == {"_id": application.id, "update": {"paused": True}}
    assert {entry[2] for entry in log[1:]} == {application.id}


def test_administration_pages_note_the_same(client, owner, member, log):
    client.force_login(owner)
    client.post(f"/admin/accounts/member/{member.pk}/delete/", {"post": "yes"})

    assert [entry[:2] for entry in log] == [("user_deleted", "owner")]
