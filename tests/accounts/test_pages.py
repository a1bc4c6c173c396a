import pytest
from django.test import Client

from apps.accounts import bootstrap, members
from apps.accounts.models import Member
from apps.core import clock, mongo
from apps.plugin_api.demo_data import DEMO_DATA, DemoData
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

ACCOUNT = {"full_name": "Ada Lovelace", "username": "ada", "email": "ada@example.com", "password": PASSWORD}


def post_login(client, name="member", password=PASSWORD, **more):
    return client.post("/login", {"username": name, "password": password, **more})


def test_right_password_leads_to_the_dashboard_with_a_new_session(client, member):
    client.get("/login")
    session = client.session
    session["probe"] = 1
    session.save()
    before = client.session.session_key

    answer = post_login(client)

    assert (answer.status_code, answer["Location"]) == (302, "/dashboard")
    assert client.session["_auth_user_id"] == str(member.pk)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("name", "password", "location"),
    [
        ("member", "wrong", "/login?message=login.result"),
        ("nobody", "wrong", "/login?message=login.result"),
        ("", "", "/login?message=login.result"),
    ],
)
def test_wrong_credentials_lead_back_and_look_alike(client, member, name, password, location):
    answer = post_login(client, name, password)

    assert (answer.status_code, answer["Location"]) == (302, location)
    assert "_auth_user_id" not in client.session
    assert "Wrong user name or password." in client.get(location).content.decode()


def test_the_name_that_was_typed_stands_in_the_form_once_more(client, member):
    answer = post_login(client, 'Zoë "x" <b>', "wrong")
    assert answer["Location"] == "/login?message=login.result"
    cookie = answer.cookies["login_name"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/login", True, "Lax")
    assert 'value="Zoë &quot;x&quot; &lt;b&gt;"' in client.get("/login").content.decode()
    assert 'name="username"' in client.get("/login").content.decode()
    assert "Zoë" not in client.get("/login").content.decode()


def test_the_language_is_chosen_before_anybody_is_logged_in(client, member, settings):
    page = client.get("/login?next=%2Fadmin%2F").content.decode()
    assert ('value="de"' in page, "Log in" in page, 'value="/login?next=%2Fadmin%2F"' in page) == (True, True, True)
    answer = client.post("/language", {"language": "de", "next": "/login"})
    assert (answer.status_code, answer["Location"]) == (302, "/login")
    assert "Anmelden" in client.get("/login").content.decode()
    assert client.post("/language", {"language": "de", "next": "https://elsewhere.example/"})["Location"] == "/"
    assert client.get("/language").status_code == 302
    protected = Client(enforce_csrf_checks=True)
    assert protected.post("/language", {"language": "de"}).status_code == 403


def test_banned_and_locked_are_told_so(client, member):
    members.set_locked([member], True)
    assert post_login(client)["Location"] == "/login?message=login.locked"
    for _ in range(3):
        post_login(client, password="wrong")

    assert post_login(client)["Location"] == "/login?message=login.blocked"


def test_unknown_message_is_not_shown(client, member):
    assert "<b>x</b>" not in client.get("/login?message=<b>x</b>").content.decode()
    assert 'role="alert"' not in client.get("/login?message=anything").content.decode()


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/dashboard?x=1", "/dashboard?x=1"),
        ("/admin/", "/admin/"),
        ("//evil.example/", "/dashboard"),
        ("https://evil.example/", "/dashboard"),
        ("/\\evil.example", "/dashboard"),
        ("javascript:alert(1)", "/dashboard"),
        ("", "/dashboard"),
    ],
)
def test_next_leads_only_to_this_server(client, member, target, location):
    assert post_login(client, next=target)["Location"] == location
    assert client.get("/login", {"next": target})["Location"] == location


def test_next_survives_a_failure(client, member):
    answer = post_login(client, password="wrong", next="/admin/?a=1&b=2")

    assert answer["Location"] == "/login?message=login.result&next=%2Fadmin%2F%3Fa%3D1%26b%3D2"
    assert 'name="next" value="/admin/?a=1&amp;b=2"' in client.get(answer["Location"]).content.decode()


def test_locked_member_is_out_at_once(client, member):
    post_login(client)
    assert client.get("/login").status_code == 302

    members.set_locked([member], True)

    assert client.get("/login").status_code == 200


def test_changed_password_ends_other_sessions(client, member):
    post_login(client)
    changed = Member.objects.get(pk=member.pk)
    changed.set_password("Another-Horse-2")
    changed.save()

    assert client.get("/login").status_code == 200


def test_logout_needs_a_post(client, member):
    post_login(client)
    assert client.get("/logout")["Location"] == "/login"
    assert "_auth_user_id" in client.session

    assert client.post("/logout")["Location"] == "/login"
    assert "_auth_user_id" not in client.session


def test_every_form_needs_its_token(member):
    client = Client(enforce_csrf_checks=True)

    assert post_login(client)["Location"] == "/login?message=login.token-expired"
    assert client.post("/logout").status_code == 403
    assert client.post("/setup", ACCOUNT).status_code == 403
    token = {"csrfmiddlewaretoken": client.get("/login").cookies["csrftoken"].value}
    assert post_login(client, **token)["Location"] == "/dashboard"


def test_who_is_logged_in_sees_the_login_page_only_where_it_is_asked_for(client, member):
    client.force_login(member)
    assert client.get("/login")["Location"] == "/dashboard"
    assert client.get("/login?landing=1").status_code == 200


def test_pages_are_not_cached(client, member):
    for path in ("/login", "/logout", "/setup"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_setup_makes_the_first_global_administrator_and_logs_in(client, settings, db):
    settings.FIRST_ADMIN = "web"
    assert client.get("/login")["Location"] == "/setup"
    assert client.get("/setup").status_code == 200

    with clock.frozen_at(1_741_780_800_000):
        answer = client.post("/setup", ACCOUNT)

    assert (answer.status_code, answer["Location"]) == (302, "/dashboard")
    [member] = Member.objects.all()
    assert (member.full_name, member.username, member.email) == ("Ada Lovelace", "ada", "ada@example.com")
    assert member.global_admin is True
    assert (member.created_at, member.password_changed, member.last_login) == (1_741_780_800,) * 3
    assert client.session["_auth_user_id"] == str(member.pk)


def test_setup_fills_a_demo_application_where_that_is_asked(client, settings, db, monkeypatch):
    settings.FIRST_ADMIN = "web"
    started = []
    monkeypatch.setattr(DEMO_DATA, "entries", lambda: [DemoData(started.append)])
    assert 'name="createDemoApp"' in client.get("/setup").content.decode()

    answer = client.post("/setup", {**ACCOUNT, "createDemoApp": "on"})

    assert (answer.status_code, answer["Location"]) == (302, "/dashboard?create_demo_app=1")
    assert started == list(Member.objects.all())
    assert len(started) == 1


def test_setup_offers_no_demo_where_nothing_can_make_one(client, settings, db, monkeypatch):
    settings.FIRST_ADMIN = "web"
    monkeypatch.setattr(DEMO_DATA, "entries", list)

    assert "createDemoApp" not in client.get("/setup").content.decode()
    assert client.post("/setup", {**ACCOUNT, "createDemoApp": "on"})["Location"] == "/dashboard"


def test_setup_says_what_is_wrong_with_an_account(client, settings, db):
    settings.FIRST_ADMIN = "web"

    answer = client.post("/setup", {**ACCOUNT, "password": "short"})

    assert answer.status_code == 422
    assert "It needs at least 8 characters." in answer.content.decode()
    assert "short" not in answer.content.decode()
    assert Member.objects.count() == 0


@pytest.mark.parametrize(("first_admin", "has_member"), [("web", True), ("", True), ("", False)])
def test_setup_is_closed_with_members_or_without_the_setting(client, settings, request, first_admin, has_member):
    settings.FIRST_ADMIN = first_admin
    if has_member:
        request.getfixturevalue("member")

    assert client.get("/setup")["Location"] == "/login"
    assert client.post("/setup", ACCOUNT)["Location"] == "/login"
    assert Member.objects.count() == int(has_member)
    assert ("createadmin" in client.get("/login").content.decode()) is not has_member


def test_first_admin_comes_from_the_environment():
    given = {
        "ADMIN_USERNAME": "ada-lovelace",
        "ADMIN_EMAIL": "Ada@Example.com",
        "ADMIN_PASSWORD": PASSWORD,
        "ADMIN_API_KEY": "0123456789abcdef" * 2,
    }

    credentials = bootstrap.ensure_first_admin(given)

    assert credentials == bootstrap.NewAdmin("ada-lovelace", "ada@example.com", PASSWORD, "0123456789abcdef" * 2)
    [member] = Member.objects.all()
    assert (member.api_key, member.global_admin, member.check_password(PASSWORD)) == (credentials.api_key, True, True)
    assert PASSWORD not in str(mongo.collection("members").find_one({}))


def test_first_admin_is_made_up_when_nothing_is_given(client):
    credentials = bootstrap.ensure_first_admin({})

    assert all(len(part) >= 8 for part in (credentials.username, credentials.email, bootstrap.FULL_NAME))
    assert post_login(client, credentials.username, credentials.password)["Location"] == "/dashboard"
    assert bootstrap.ensure_first_admin({}) is None


def test_first_admin_is_left_to_the_web(settings):
    settings.FIRST_ADMIN = "web"
    assert bootstrap.ensure_first_admin({}) is None
    assert Member.objects.count() == 0


def test_first_admin_with_a_weak_password_is_refused():
    with pytest.raises(members.InvalidMember) as error:
        bootstrap.ensure_first_admin({"ADMIN_PASSWORD": "weak"})

    assert list(error.value.errors) == ["password"]
