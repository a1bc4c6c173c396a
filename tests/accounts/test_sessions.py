import pytest
from django.test import Client

from apps.accounts import members, sessions
from apps.core import clock, mongo
from apps.plugin_api import configuration
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NOW_MS = 1_741_780_800_000
MINUTE_MS = 60_000


def at(minutes):
    return clock.frozen_at(NOW_MS + minutes * MINUTE_MS)


@pytest.fixture
def logged_in(client, member):
    with at(0):
        client.post("/login", {"username": "member", "password": PASSWORD})
    return client


def state(client, minutes, query="?check_session=1"):
    with at(minutes):
        return client.get(f"/session{query}").content.decode()


def test_session_ends_when_nothing_happens(logged_in):
    assert state(logged_in, 29) == "success"
    assert state(logged_in, 31) == "logout"
    assert state(logged_in, 31) == "login"


def test_activity_extends_a_session_and_looking_does_not(logged_in):
    with at(20):
        logged_in.get("/dashboard")
    assert state(logged_in, 49) == "success"
    with at(49):
        logged_in.get("/dashboard", headers={"hx-request": "true"})
    assert state(logged_in, 51) == "logout"


def test_asking_for_the_session_plainly_extends_it(logged_in):
    assert state(logged_in, 29, "") == "success"
    assert state(logged_in, 58) == "success"


def test_pages_after_the_end_lead_to_login_with_the_reason(logged_in):
    with at(31):
        assert logged_in.get("/dashboard")["Location"] == "/login?message=logout.inactivity"
        assert "nothing happened" in logged_in.get("/login?message=logout.inactivity").content.decode()


def test_parts_of_pages_after_the_end_make_the_page_load_anew(logged_in):
    with at(31):
        answer = logged_in.get("/dashboard", headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (401, "true")


def test_settings_say_how_long(logged_in):
    configuration.write("frontend", {"session_timeout": 0})
    assert state(logged_in, 60 * 24 * 20) == "success"
    configuration.write("frontend", {"session_timeout": 1})
    assert state(logged_in, 60 * 24 * 20) == "logout"


def test_members_have_their_own_time_only_where_they_may(logged_in, member):
    mongo.collection("members").update_one(
        {"_id": member.pk}, {"$set": {"settings": {"frontend": {"session_timeout": 120}}}}
    )
    configuration.write("frontend", {"_user": {"session_timeout": True}})
    assert state(logged_in, 100) == "success"
    configuration.write("frontend", {"_user": {"session_timeout": False}})
    assert state(logged_in, 101) == "logout"


def test_cookie_cannot_be_read_by_scripts_and_stays_on_this_site(logged_in):
    cookie = logged_in.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_key_of_a_session_from_before_the_login_is_worth_nothing(client, member):
    client.get("/login")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key

    client.cookies["sessionid"] = before
    client.post("/login", {"username": "member", "password": PASSWORD})

    other = Client()
    other.cookies["sessionid"] = before
    assert other.get("/session").content == b"login"
    assert client.get("/session").content == b"success"


def test_locked_and_deleted_members_are_out_at_once(logged_in, member):
    members.set_locked([member], True)
    assert state(logged_in, 1) == "login"
    members.set_locked([member], False)
    assert state(logged_in, 1) == "success"
    member.delete()
    assert state(logged_in, 1) == "login"


def test_own_password_change_ends_the_other_sessions(logged_in, member):
    other = Client()
    other.post("/login", {"username": "member", "password": PASSWORD})
    with at(1):
        answer = logged_in.post("/user/settings", {"old_pwd": PASSWORD, "new_pwd": "Another-Horse-2"})

    assert answer.content.decode() == str(NOW_MS // 1000 + 60)
    assert state(logged_in, 2) == "success"
    assert state(other, 2) == "login"


def test_token_opens_a_session_if_it_was_made_for_that(client, member):
    from apps.accounts import tokens

    usable = tokens.create(str(member.pk), purpose=tokens.LOG_IN, is_reusable=False)
    other = tokens.create(str(member.pk), purpose="mine")

    assert client.get(f"/login/token/{other}")["Location"] == "/login?message=login.result"
    assert client.get("/login/token/none")["Location"] == "/login?message=login.result"
    assert client.get(f"/login/token/{usable}?ssr=true")["Location"] == "/dashboard?ssr=true"
    assert client.get("/session").content == b"success"
    assert Client().get(f"/login/token/{usable}")["Location"] == "/login?message=login.result"


def test_chosen_headers_are_on_pages_and_not_on_the_api(client, member):
    configuration.write(
        "security", {"dashboard_additional_headers": "X-Test: one\nbroken\nBad Name: x\nX-Frame-Options:SAMEORIGIN"}
    )

    page, api = client.get("/login"), client.get("/o/users/me")
    assert (page["X-Test"], page["X-Frame-Options"]) == ("one", "SAMEORIGIN")
    assert "Bad Name" not in page.headers
    assert "X-Test" not in api.headers


def test_pages_are_limited_in_production_only(client, member):
    limits = {"dashboard_rate_limit_requests": 2, "dashboard_rate_limit_window": 60}
    configuration.write("security", limits)
    with at(0):
        assert [client.get("/ping").status_code for _ in range(4)] == [200] * 4
        configuration.write("frontend", {"production": True})
        assert [client.get("/ping").status_code for _ in range(4)] == [200, 200, 429, 429]
        assert client.get("/o/users/me").status_code == 400
    with at(1):
        assert client.get("/ping").status_code == 200


@pytest.mark.parametrize("way", ["field", "header", "query"])
def test_form_token_has_the_names_of_the_protocol(member, way):
    client = Client(enforce_csrf_checks=True)
    token = client.get("/login").cookies["csrftoken"].value
    sent = {"username": "member", "password": PASSWORD}
    answer = client.post(
        "/login" + (f"?_csrf={token}" if way == "query" else ""),
        sent | ({"_csrf": token} if way == "field" else {}),
        headers={"x-csrf-token": token} if way == "header" else {},
    )

    assert answer["Location"] == "/dashboard"


def test_every_form_of_accounts_needs_the_token(member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    for path in (
        "/logout", "/forgot", "/reset", "/setup", "/account/password", "/user/settings", "/user/settings/lang",
        "/user/settings/active-app", "/user/settings/column-order", "/dashboard/settings", "/users/check/email",
        "/users/check/username", "/apps/icon", "/member/icon", "/mobile/login",
    ):  # fmt: skip
        answer = client.post(path, {"_csrf": "0" * 64})
        assert (path, answer.status_code, answer.content) == (path, 403, b"Forbidden Token")


def test_sessions_of_before_generations_go_on(logged_in, member):
    """As Django alone made their hash."""
    from django.contrib.auth.base_user import AbstractBaseUser

    assert member.get_session_auth_hash() == AbstractBaseUser.get_session_auth_hash(member)
    assert logged_in.session["_auth_user_hash"] == member.get_session_auth_hash()


def test_all_sessions_end_but_the_one_that_is_kept(logged_in, member):
    other = Client()
    with at(0):
        other.post("/login", {"username": "member", "password": PASSWORD})
    sessions.end_all(member)
    sessions.end_all(member)

    assert mongo.collection("members").find_one({"_id": member.pk})["session_generation"] == 2
    assert (state(logged_in, 1), state(other, 1)) == ("login", "login")
    with at(1):
        other.post("/login", {"username": "member", "password": PASSWORD})
    assert state(other, 2) == "success"
