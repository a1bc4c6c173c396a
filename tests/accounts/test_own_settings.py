import base64
import json

import pytest
from django.test import Client

from apps.accounts.models import Member
from apps.core import mongo
from apps.plugin_api import configuration
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

KEY = "abcdefgh12345678" * 2


@pytest.fixture
def browser(client, member):
    client.force_login(member)
    return client


def send(client, path="/user/settings", **fields):
    return client.post(path, fields).content.decode()


def stored(member):
    return mongo.collection("members").find_one({"_id": member.pk})


def test_members_change_their_own_account(browser, member):
    sent = {"username": " ada ", "full_name": "Ada", "email": "Ada@Example.com", "api_key": KEY, "lang": "de"}

    assert send(browser, **sent) == "true"
    changed = stored(member)
    assert {name: changed[name] for name in sent} == {
        "username": "ada", "full_name": "Ada", "email": "ada@example.com", "api_key": KEY, "lang": "de",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"username": " "}, "management-users.username-required"),
        ({"username": "outsider"}, "username-exists"),
        ({"email": "outsider@example.com"}, "user-settings.email-invalid"),
        ({"email": "x"}, "user-settings.email-invalid"),
        ({"full_name": "x" * 201}, "user-settings.name-required"),
        ({"api_key": "short1"}, "user-settings.api-key-length"),
        ({"api_key": "a" * 32}, "user-settings.api-key-restrict"),
        ({"api_key": "1" * 32}, "user-settings.api-key-restrict"),
        ({"api_key": "a1-" + "b" * 29}, "user-settings.api-key-restrict"),
        ({"old_pwd": "wrong", "new_pwd": "Another-Horse-2"}, "user-settings.old-password-not-match"),
        ({"old_pwd": PASSWORD, "new_pwd": "short"}, "management-users.password.length"),
        ({"old_pwd": PASSWORD, "new_pwd": PASSWORD}, "user-settings.password-not-old"),
    ],
)
def test_what_cannot_be_taken_changes_nothing(browser, member, outsider, sent, reason):
    before = stored(member)

    assert send(browser, **{"full_name": "New", **sent}) == reason
    assert stored(member) == before


def test_key_of_somebody_else_is_not_confirmed(browser, member, outsider):
    assert send(browser, api_key=outsider.api_key) in ("user-settings.api-key-exists", "user-settings.api-key-restrict")
    assert stored(member)["api_key"] == member.api_key


def test_fields_that_are_not_theirs_stay(browser, member):
    sent = {"global_admin": "true", "locked": "true", "permission": "{}", "_id": "0" * 24, "password": "x", "$set": "x"}

    assert send(browser, **sent, **{"permission._.a": "x", "password_changed": "1"}) == "true"
    changed = Member.objects.get(pk=member.pk)
    assert (changed.global_admin, changed.locked, changed.permission) == (False, False, member.permission)
    assert changed.check_password(PASSWORD)


def test_nobody_is_told_to_log_in_first(client, member):
    for path in ("/user/settings", "/dashboard/settings", "/users/check/email"):
        assert client.post(path, {}).status_code == 401


def test_small_settings(browser, member, application):
    other = "f" * 24
    assert send(browser, "/user/settings/lang", lang="tr") == "true"
    assert send(browser, "/user/settings/lang", lang="<script>") == "false"
    assert send(browser, "/user/settings/active-app", appId=application.id) == "true"
    assert send(browser, "/user/settings/active-app", appId=other) == "false"
    assert send(browser, "/dashboard/settings", **{"app_sort_list[]": [other, application.id]}) == "true"
    assert send(browser, "/dashboard/settings", app_sort_list=json.dumps(["x"])) == "false"
    order = json.dumps({"c": 1})
    assert send(browser, "/user/settings/column-order", columnOrderKey="users", tableSortMap=order) == "true"

    found = stored(member)
    assert (found["lang"], found["active_app_id"]) == ("tr", application.id)
    assert found["appSortList"] == [other, application.id]
    assert found["columnOrder"] == {"users": {"tableSortMap": {"c": 1}}}


@pytest.mark.parametrize(
    "sent",
    [
        {"columnOrderKey": "a.b", "tableSortMap": "{}"},
        {"columnOrderKey": "$a", "tableSortMap": "{}"},
        {"columnOrderKey": "a"},
        {"columnOrderKey": "a", "tableSortMap": '{"$set":1}'},
        {"columnOrderKey": "a", "tableSortMap": "["},
    ],
)
def test_column_orders_that_cannot_be_stored_are_refused(browser, member, sent):
    assert send(browser, "/user/settings/column-order", **sent) == "false"
    assert "columnOrder" not in stored(member)


def test_only_global_administrators_learn_which_names_are_taken(client, owner, member):
    client.force_login(owner)
    assert send(client, "/users/check/email", email="Member@example.com") == "false"
    assert send(client, "/users/check/email", email="free@example.com") == "true"
    assert send(client, "/users/check/username", username="member") == "false"
    assert send(client, "/users/check/username", username="free") == "true"
    client.force_login(member)
    assert send(client, "/users/check/email", email="free@example.com") == "false"
    assert send(client, "/users/check/username", username="free") == "false"


def basic(name, password):
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def test_api_key_for_name_and_password(client, member):
    assert client.get("/api-key", headers=basic("member", PASSWORD)).content.decode() == member.api_key
    for headers in (
        {},
        basic("member", "wrong"),
        basic("nobody", "x"),
        {"authorization": "Basic é"},
        {"authorization": "x"},
    ):
        answer = client.get("/api-key", headers=headers)
        assert (answer.status_code, answer.content) == (401, b"-1")
        assert answer["WWW-Authenticate"] == "Basic realm=Authorization Required"


def test_guessing_by_api_key_ends_in_a_ban(client, member):
    for _ in range(3):
        client.get("/api-key", headers=basic("member", "wrong"))

    assert client.get("/api-key", headers=basic("member", PASSWORD)).status_code == 401
    assert Client().post("/login", {"username": "member", "password": PASSWORD})["Location"].endswith("login.blocked")


def test_mobile_login_shows_the_key(client, member):
    assert member.api_key in client.post("/mobile/login", {"username": "member", "password": PASSWORD}).content.decode()
    wrong = client.post("/mobile/login", {"username": "member", "password": "x"})
    assert wrong["Location"] == "/login?message=login.result"


def test_plain_pages(client, db):
    assert client.get("/ping").content == b"Success"
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /"
    configuration.write("security", {"robotstxt": "User-agent: x"})
    assert client.get("/robots.txt").content == b"User-agent: x"


def test_script_in_a_name_is_text_on_every_page(client, owner):
    mongo.collection("members").update_one({"_id": owner.pk}, {"$set": {"full_name": "<script>alert(1)</script>"}})
    client.force_login(Member.objects.get(pk=owner.pk))

    page = client.get("/dashboard", follow=True).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
