import json

import pyotp
import pytest
from django.test import Client

from apps.accounts import second_factor
from apps.core import clock, mongo
from apps.plugin_api import configuration
from tests.accounts.calls import NO_RIGHT, Caller
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NOW_MS = 1_741_780_800_000
STEP_MS = 30_000
PATH = "/i/two-factor-auth"


def at(steps):
    return clock.frozen_at(NOW_MS + steps * STEP_MS)


def code(secret, steps):
    return pyotp.TOTP(secret).at((NOW_MS + steps * STEP_MS) // 1000)


@pytest.fixture
def on(db):
    configuration.write("plugins", {second_factor.PLUGIN: True})


@pytest.fixture
def secret(on, member):
    made = second_factor.new_secret()
    with at(0):
        assert second_factor.enable(member, made, code(made, 0))
    return made


def stored(member):
    return mongo.collection("members").find_one({"_id": member.pk}).get("two_factor_auth")


def first_step(client, **more):
    return client.post("/login", {"username": "member", "password": PASSWORD, **more})


def second_step(client, sent):
    return client.post("/login", {"auth_code": sent})


def is_in(client):
    return client.get("/session").content == b"success"


@pytest.mark.parametrize("method", ["enable", "disable", "generate-qr-code", "admin_check", "admin_disable", "x"])
def test_nothing_is_there_while_it_is_off(client, owner, method):
    assert Caller(client, owner).post(PATH, method=method) == (400, {"result": "Invalid path"})


def test_member_enables_it_over_the_api(client, on, member):
    caller = Caller(client, member)
    status, made = caller.post(PATH, method="generate-qr-code")
    assert (status, set(made)) == (200, {"secret", "qrCode"})
    assert made["qrCode"].startswith("data:image/svg+xml")

    with at(0):
        wrong = caller.post(PATH, method="enable", secret_token=made["secret"], auth_code="000000")
        right = caller.post(PATH, method="enable", secret_token=made["secret"], auth_code=code(made["secret"], 0))
    assert wrong == (400, {"result": "Invalid 2FA code"})
    assert right == (200, {"result": "Enabled 2FA for user"})
    assert stored(member)["enabled"] is True


@pytest.mark.parametrize("sent", [{}, {"secret_token": "x"}, {"secret_token": "!", "auth_code": "123456"}])
def test_enabling_with_nonsense_is_refused(client, on, member, sent):
    assert Caller(client, member).post(PATH, method="enable", **sent) == (400, {"result": "Invalid 2FA code"})


def test_secret_and_recovery_codes_cannot_be_read_in_the_database(member, secret):
    codes = second_factor.new_recovery_codes(member)

    text = json.dumps(stored(member))
    assert secret not in text
    assert not any(code in text or code.replace("-", "") in text for code in codes)
    assert second_factor.decrypt(stored(member)["secret_token"]) == secret


def test_secret_of_another_server_lets_nobody_in(client, member, secret, settings):
    settings.SECRET_KEY = "another"
    with at(1):
        first_step(client)
        assert second_step(client, code(secret, 1)).status_code == 200
    assert not is_in(client)


def test_members_disable_it_unless_everybody_needs_it(client, member, secret):
    configuration.write(second_factor.NAMESPACE, {"globally_enabled": True})
    refused = (403, {"result": "Can not disable 2FA for user when it is globally enabled"})
    assert Caller(client, member).post(PATH, method="disable") == refused
    configuration.write(second_factor.NAMESPACE, {"globally_enabled": False})
    assert Caller(client, member).post(PATH, method="disable") == (200, {"result": "Disabled 2FA for user"})
    assert stored(member) == {"enabled": False}


def test_administrators_check_and_disable_it(client, owner, member, secret):
    admin, uid = Caller(client, owner), str(member.pk)

    assert admin.post(PATH, method="admin_check", uid=str(owner.pk)) == (200, {"result": "false"})
    assert admin.post(PATH, method="admin_check", uid=uid) == (200, {"result": "true"})
    assert admin.post(PATH, method="admin_check") == (400, {"result": "User id required"})
    assert admin.post(PATH, method="admin_check", uid="0" * 24) == (404, {"result": "User does not exist"})
    assert admin.post(PATH, method="admin_disable", uid="0" * 24) == (404, {"result": "User does not exist"})
    assert admin.post(PATH, method="x") == (400, {"result": "Invalid method"})
    assert admin.post(PATH, method="admin_disable", uid=uid) == (200, {"result": "Disabled 2FA for user"})
    assert admin.post(PATH, method="admin_check", uid=uid) == (200, {"result": "false"})
    for method in ("admin_check", "admin_disable"):
        assert Caller(client, member).post(PATH, method=method, uid=uid) == NO_RIGHT


def test_login_takes_two_steps(client, secret):
    with at(1):
        page = first_step(client, next="/admin/")
        assert (page.status_code, 'name="auth_code"' in page.content.decode()) == (200, True)
        assert not is_in(client)
        answer = client.post("/login", {"auth_code": code(secret, 1), "next": "/admin/"})
        assert answer["Location"] == "/admin/"
        assert is_in(client)


def test_login_takes_one_step_with_the_code_beside_the_password(client, secret):
    with at(1):
        assert first_step(client, auth_code=code(secret, 1))["Location"] == "/dashboard"
        assert is_in(client)


def test_code_without_a_first_step_leads_nowhere(client, secret):
    with at(1):
        assert second_step(client, code(secret, 1))["Location"] == "/login?message=login.token-expired"


def test_second_step_must_come_soon_and_for_the_same_password(client, member, secret):
    with at(0):
        first_step(client)
    with at(11):
        assert second_step(client, code(secret, 11))["Location"] == "/login?message=login.token-expired"
        first_step(client)
        member.set_password("Another-Horse-2")
        member.save()
        assert second_step(client, code(secret, 11))["Location"] == "/login?message=login.token-expired"


def test_session_key_changes_at_both_steps(client, secret):
    client.get("/login")
    with at(1):
        first_step(client)
        between = client.cookies["sessionid"].value
        second_step(client, code(secret, 1))

    other = Client()
    other.cookies["sessionid"] = between
    assert not is_in(other)


def test_code_serves_once_and_earlier_ones_are_over(client, secret):
    with at(1):
        first_step(client), second_step(client, code(secret, 1))
        assert is_in(client)
        other = Client()
        first_step(other)
        assert second_step(other, code(secret, 1)).status_code == 200
        assert second_step(other, code(secret, 0)).status_code == 200
        assert not is_in(other)


@pytest.mark.parametrize("sent", ["", "12345", "1234567", "abcdef", "१२३४५६", "0" * 5000])
def test_other_texts_are_no_codes(client, secret, sent):
    with at(1):
        first_step(client)
        assert second_step(client, sent).status_code == 200
    assert not is_in(client)


def test_wrong_codes_lead_to_a_ban_that_right_passwords_do_not_lift(client, secret):
    with at(1):
        for _ in range(3):
            first_step(client)
            assert second_step(client, "000000").status_code == 200
        first_step(client)
        assert second_step(client, code(secret, 1))["Location"] == "/login?message=login.blocked"


def test_administrator_lifts_that_ban(client, owner, secret):
    with at(1):
        first_step(client)
        for _ in range(3):
            second_step(client, "000000")
        assert Caller(client, owner).get("/o/users/reset_timeban", username="member") == (200, True)
        assert second_step(client, code(secret, 1))["Location"] == "/dashboard"


def test_recovery_codes_serve_once_each(client, member, secret):
    codes = second_factor.new_recovery_codes(member)
    assert len(set(codes)) == 10
    with at(1):
        first_step(client)
        assert second_step(client, f" {codes[0].upper()} ")["Location"] == "/dashboard"
        assert second_factor.recovery_codes_left(member) == 9
        other = Client()
        first_step(other)
        assert second_step(other, codes[0]).status_code == 200
        second_factor.new_recovery_codes(member)
        assert second_step(other, codes[1]).status_code == 200
    assert not is_in(other)


def test_everybody_sets_it_up_at_login_when_it_is_asked_of_everybody(client, on, member):
    configuration.write(second_factor.NAMESPACE, {"globally_enabled": True})
    with at(0):
        page = first_step(client).content.decode()
        made = page.split("<code>")[1].split("</code>")[0]
        assert "data:image/svg+xml" in page
        assert made not in json.dumps(dict(client.session.items()))
        assert second_step(client, "000000").status_code == 200
        assert not is_in(client)
        shown = second_step(client, code(made, 0)).content.decode()
        assert (shown.count("<li><code>"), is_in(client)) == (10, True)
    assert stored(member)["enabled"] is True


def test_switching_it_off_lets_members_in_by_password(client, secret):
    configuration.write("plugins", {second_factor.PLUGIN: False})

    assert first_step(client)["Location"] == "/dashboard"


def test_other_ways_to_the_api_key_ask_for_the_code_too(client, member, secret):
    import base64

    basic = "Basic " + base64.b64encode(f"member:{PASSWORD}".encode()).decode()
    credentials = {"username": "member", "password": PASSWORD}
    with at(1):
        assert client.get("/api-key", headers={"authorization": basic}).status_code == 401
        assert client.post("/mobile/login", credentials)["Location"] == "/login?message=login.result"
        answer = client.get("/api-key", {"auth_code": code(secret, 1)}, headers={"authorization": basic})
        assert answer.content.decode() == member.api_key
    with at(2):
        page = client.post("/mobile/login", {**credentials, "auth_code": code(secret, 2)})
        assert member.api_key in page.content.decode()
