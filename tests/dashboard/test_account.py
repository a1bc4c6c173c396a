import re

import pyotp
import pytest

from apps.accounts import pictures, second_factor, tokens
from apps.accounts.models import Member
from apps.applications.lifecycle import create_application
from apps.core import clock, mongo
from apps.plugin_api import audit, configuration
from tests.accounts.test_pictures import picture
from tests.dashboard.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NOW_MS = 1_741_780_800_000


@pytest.fixture
def browser(as_member, reader):
    return as_member(reader)


@pytest.fixture
def log():
    kept = []

    def keep(action, data, member, **_):
        kept.append((action, getattr(member, "username", None), data))

    audit.action_recorded.connect(keep)
    yield kept
    audit.action_recorded.disconnect(keep)


def send(client, action, path="/account", **fields):
    return client.post(path, {"action": action, **fields})


def fresh(member):
    return Member.objects.get(pk=member.pk)


def page(client, path="/account"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", ["/account", "/account/tokens"])
def test_pages_are_for_members(client, db, path):
    assert client.get(path)["Location"] == f"/login?next={path}"
    assert client.post(path, {"action": "delete"})["Location"] == f"/login?next={path}"


def test_page_shows_the_account_and_no_secret_of_it(browser, reader):
    shown = page(browser)

    assert 'value="bob@example.com"' in shown
    assert reader.password not in shown
    assert 'href="/account/tokens"' in shown


def test_profile_is_changed(browser, reader, log):
    sent = {"full_name": "Bobby", "username": "bobby", "email": "Bobby@example.com", "lang": "en"}
    assert send(browser, "profile", **sent, present=PASSWORD, global_admin="1")["Location"] == "/account"

    changed = fresh(reader)
    assert (changed.full_name, changed.username, changed.email) == ("Bobby", "bobby", "bobby@example.com")
    assert (changed.lang, changed.global_admin) == ("en", False)
    [(action, who, data)] = log
    assert (action, who, data["before"]["username"], data["update"]["username"]) == (
        "account_settings_updated", "bobby", "bob", "bobby",
    )  # fmt: skip


def test_the_address_for_password_links_needs_the_present_password(browser, reader):
    sent = {"full_name": "Bobby", "username": "bob"}
    for password in ("", "Wrong-Horse-1"):
        send(browser, "profile", **sent, email="thief@example.com", present=password)
        assert "The present password is not right." in page(browser)
        assert (fresh(reader).email, fresh(reader).full_name) == ("bob@example.com", "Bob")

    send(browser, "profile", **sent, email="new@example.com", present=PASSWORD)
    assert fresh(reader).email == "new@example.com"


def test_what_cannot_be_taken_is_said(browser, reader, owner):
    send(browser, "profile", full_name="X", username="ada", email="bob@example.com")

    assert "Somebody else has this user name." in page(browser)
    assert fresh(reader).full_name == "Bob"


def test_picture_is_put_in_place_and_taken_away(browser, reader):
    from django.core.files.uploadedfile import SimpleUploadedFile

    send(browser, "picture", member_image=SimpleUploadedFile("x.png", picture()))
    assert fresh(reader).member_image == f"memberimages/{reader.pk}.png"
    assert f'src="/memberimages/{reader.pk}.png"' in page(browser)
    send(browser, "picture", member_image=SimpleUploadedFile("x.png", b"<script>"))
    assert "Choose a PNG" in page(browser)
    send(browser, "picture", remove="1")
    assert fresh(reader).member_image is None
    assert pictures.read(pictures.Bucket.MEMBERS, f"{reader.pk}.png") is None


def test_password_is_changed_and_the_session_goes_on(browser, as_member, reader):
    other = as_member(reader)
    send(browser, "password", old_pwd=PASSWORD, new_pwd="Another-Horse-2", again="Another-Horse-2")

    assert fresh(reader).check_password("Another-Horse-2")
    assert "Your password was changed" in page(browser)
    assert other.get("/account").status_code == 302


def test_sessions_elsewhere_end_on_demand(browser, as_member, reader, log):
    other = as_member(reader)
    send(browser, "end_other_sessions")

    assert "You are logged out everywhere else." in page(browser)
    assert other.get("/account").status_code == 302
    assert [action for action, *_ in log] == ["sessions_ended"]


def test_second_factor_ends_sessions_that_began_without_it(browser, as_member, reader):
    configuration.write("plugins", {second_factor.PLUGIN: True})
    other = as_member(reader)
    with clock.frozen_at(NOW_MS):
        secret = re.findall(r"<code>([A-Z2-7]{32})</code>", send(browser, "start_second_factor").content.decode())[0]
        send(browser, "enable_second_factor", auth_code=pyotp.TOTP(secret).at(NOW_MS // 1000))
        assert page(browser)
        assert other.get("/account").status_code == 302
        after = as_member(fresh(reader))
        send(browser, "disable_second_factor", old_pwd=PASSWORD)
        assert page(browser)
        assert after.get("/account").status_code == 302


def test_api_key_is_replaced(browser, reader):
    send(browser, "reset_key")

    assert fresh(reader).api_key != reader.api_key


def test_account_is_deleted_with_the_password_only(browser, reader):
    send(browser, "delete", old_pwd="wrong")
    assert "The present password is not right." in page(browser)
    assert send(browser, "delete", old_pwd=PASSWORD)["Location"] == "/login"
    assert not Member.objects.filter(pk=reader.pk).exists()
    assert browser.get("/account").status_code == 302


def test_last_global_administrator_stays(as_member, owner):
    browser = as_member(owner)
    send(browser, "delete", old_pwd=PASSWORD)

    assert "last global administrator" in page(browser)
    assert Member.objects.filter(pk=owner.pk).exists()


def test_second_factor_is_not_offered_while_it_is_off(browser, reader):
    assert "Two-factor" not in page(browser)
    assert "qr-code" not in send(browser, "start_second_factor").content.decode()


def test_second_factor_is_set_up_renewed_and_switched_off(browser, reader, log):
    configuration.write("plugins", {second_factor.PLUGIN: True})
    with clock.frozen_at(NOW_MS):
        browser.get("/account")
        shown = send(browser, "start_second_factor").content.decode()
        secret = shown.split("<code>")[1].split("</code>")[0]
        assert "data:image/svg+xml" in shown
        assert secret not in str(dict(browser.session.items()))
        assert "not right" in send(browser, "enable_second_factor", auth_code="000000").content.decode()
        code = pyotp.TOTP(secret).at(NOW_MS // 1000)
        assert send(browser, "enable_second_factor", auth_code=code).content.decode().count("<li><code>") == 10
        assert second_factor.is_enabled(reader)
        assert "10 recovery codes left" in page(browser)
        assert "<li><code>" not in page(browser)
        send(browser, "renew_recovery_codes", old_pwd="wrong")
        assert send(browser, "renew_recovery_codes", old_pwd=PASSWORD).content.decode().count("<li><code>") == 10
        send(browser, "disable_second_factor", old_pwd=PASSWORD)
    assert not second_factor.is_enabled(reader)
    assert [action for action, *_ in log] == ["two_factor_auth_enabled", "two_factor_auth_disabled"]


def test_running_second_factor_cannot_be_replaced_by_a_page_left_open(browser, reader):
    configuration.write("plugins", {second_factor.PLUGIN: True})
    with clock.frozen_at(NOW_MS):
        secret = second_factor.new_secret()
        send(browser, "start_second_factor")
        second_factor.enable(reader, secret, pyotp.TOTP(secret).at(NOW_MS // 1000))
        stored = mongo.collection("members").find_one({"_id": reader.pk})["two_factor_auth"]
        send(browser, "enable_second_factor", auth_code="000000")

    assert mongo.collection("members").find_one({"_id": reader.pk})["two_factor_auth"] == stored


def test_token_is_made_shown_and_deleted(browser, reader, application, owner):
    foreign = tokens.create(str(owner.pk))
    sent = {"purpose": "<b>mine</b>", "count": "2", "unit": "weeks", "endpoints": "^/o/analytics/\n/o$\n"}
    send(browser, "create", "/account/tokens", **sent, applications=[application.id, "f" * 24])

    [made] = tokens.of_owner(str(reader.pk))
    assert (made["ttl"], made["multi"], made["app"]) == (1_209_600, False, [application.id])
    assert (made["endpoint"], made["purpose"]) == (["^/o/analytics/", "/o$"], "<b>mine</b>")
    shown = page(browser, "/account/tokens")
    assert "&lt;b&gt;mine" in shown
    assert "<b>mine" not in shown
    assert foreign not in shown
    send(browser, "delete", "/account/tokens", token=foreign)
    send(browser, "delete", "/account/tokens", token=made["_id"])
    assert tokens.of_owner(str(reader.pk)) == []
    assert len(tokens.of_owner(str(owner.pk))) == 1


@pytest.mark.parametrize("sent", [{"count": "x"}, {"count": "0"}, {"count": "1", "endpoints": "("}])
def test_unusable_tokens_are_not_made(browser, reader, sent):
    send(browser, "create", "/account/tokens", **sent)

    assert "No token was made" in page(browser, "/account/tokens")
    assert tokens.of_owner(str(reader.pk)) == []


def test_own_settings_are_those_that_the_server_allows(browser, reader):
    assert "Own settings" not in page(browser)
    configuration.write("frontend", {"_user": {"session_timeout": True, "production": False}})
    assert 'name="frontend.session_timeout" value="30"' in page(browser)

    send(browser, "settings", **{"frontend.session_timeout": "90", "frontend.production": "true", "security.x": "1"})

    assert mongo.collection("members").find_one({"_id": reader.pk})["settings"] == {"frontend": {"session_timeout": 90}}
    assert 'name="frontend.session_timeout" value="90"' in page(browser)


# The order of the applications ---------------------------------------------------------------------------------------
@pytest.fixture
def three(db):
    return [str(create_application(name).pk) for name in ("Alpha", "Beta", "Gamma")]


def test_applications_stand_in_the_order_of_the_member(as_member, owner, three):
    browser = as_member(owner)
    wanted = [three[place] for place in (2, 0, 1)]
    assert send(browser, "order_applications", application=[*wanted, three[2], "no such"]).status_code == 302
    assert mongo.collection("members").find_one({"_id": owner.pk})["appSortList"] == wanted
    shown = page(browser)
    assert re.findall(r'name="application" value="(\w+)"', shown) == wanted
    assert re.findall(r'class="menu-item" href="/applications/(\w{24})"', shown) == wanted  # where one switches
    assert browser.get("/dashboard")["Location"] == f"/applications/{wanted[0]}"


def test_one_application_has_no_order(browser):
    assert "order_applications" not in page(browser)


def test_a_new_log_in_begins_with_the_application_that_was_looked_at_last(as_member, owner, three):
    as_member(owner).get(f"/applications/{three[1]}/overview")
    assert as_member(owner).get("/dashboard")["Location"] == f"/applications/{three[1]}"
    mongo.collection("members").update_one({"_id": owner.pk}, {"$set": {"active_app_id": "gone"}})
    assert as_member(owner).get("/dashboard")["Location"] == f"/applications/{three[0]}"
