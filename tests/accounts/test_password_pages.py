import re
from itertools import pairwise

import pytest
from django.test import Client

from apps.accounts import members, password_resets, second_factor
from apps.accounts.models import Member
from apps.core import background, clock, mongo
from apps.plugin_api import configuration
from tests.accounts.calls import SUCCESS, Caller
from tests.accounts.conftest import PASSWORD, person

pytestmark = pytest.mark.django_db

NEW = "Another-Horse-2"
NOW_MS = 1_741_780_800_000


def ask(client, email="member@example.com"):
    return client.post("/forgot", {"email": email})["Location"]


def link(mailbox):
    return mailbox.mails[-1].link("/reset/")


def send(client, path, password=NEW, again=None, **more):
    prid = path.rpartition("/")[2]
    answer = client.post("/reset", {"prid": prid, "password": password, "again": again or password, **more})
    return answer["Location"].replace(prid, "PRID")


def log_in(client, name, password=PASSWORD):
    return client.post("/login", {"username": name, "password": password})["Location"]


def test_forgotten_password_is_chosen_anew_by_mail(client, member, mailbox):
    elsewhere = Client()
    log_in(elsewhere, "member")

    assert ask(client, " Member@Example.com ") == "/forgot?message=forgot.result"
    [mail] = mailbox.mails
    assert (mail.to, mail.subject) == (["member@example.com"], "Reset your Tally password")
    assert client.get(link(mailbox)).status_code == 200
    assert send(client, link(mailbox)) == "/login?message=reset.done"

    assert elsewhere.get("/session").content == b"login"
    assert log_in(client, "member") == "/login?message=login.result"
    assert log_in(client, "member", NEW) == "/dashboard"


def test_asking_looks_alike_for_every_address(client, member, mailbox):
    answers = [client.post("/forgot", {"email": email}) for email in ("member@example.com", "nobody@example.com")]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/forgot?message=forgot.result")}
    assert len(mailbox.mails) == 1


def test_asking_does_not_wait_for_what_depends_on_the_account(client, member, monkeypatch):
    begun = []
    monkeypatch.setattr(background, "run_soon", lambda name, work, *arguments: begun.append(arguments))

    ask(client), ask(client, "nobody@example.com")

    assert begun == [("member@example.com",), ("nobody@example.com",)]
    assert mongo.collection("password_reset").count_documents({}) == 0


def test_addresses_that_ask_too_often_are_banned(client, member, mailbox):
    assert [ask(client, f"{number}@example.com") for number in range(4)] == [
        *["/forgot?message=forgot.result"] * 3,
        "/forgot?message=login.blocked",
    ]
    assert "Too many failed attempts" in client.get("/forgot?message=login.blocked").content.decode()


def test_made_up_forwarding_does_not_lift_a_ban(client, member):
    for number in range(3):
        client.post("/forgot", {"email": "x@example.com"}, headers={"x-forwarded-for": f"192.0.2.{number}"})

    assert ask(client) == "/forgot?message=login.blocked"


def test_mailbox_is_not_flooded(member, mailbox):
    for _ in range(6):
        password_resets.send_soon("member@example.com")

    assert len(mailbox.mails) <= password_resets.MAX_OPEN_LINKS + 1  # two may look at the same time


def test_link_is_for_the_configured_address_whatever_the_request_says(settings, member, mailbox):
    settings.ALLOWED_HOSTS = ["*"]
    configuration.write("api", {"domain": "https://stats.example"})
    Client(headers={"host": "evil.example", "x-forwarded-host": "evil.example"}).post(
        "/forgot", {"email": "member@example.com"}
    )

    assert re.findall(r"https?://[^/\s]+", mailbox.mails[0].text) == ["https://stats.example"]


def test_link_is_stored_as_a_hash_only(client, member, mailbox):
    ask(client)
    prid = link(mailbox).rpartition("/")[2]

    [document] = mongo.collection("password_reset").find({})
    assert len(prid) == len(document["prid"]) == 64
    assert document["prid"] != prid
    assert send(client, f"/reset/{document['prid']}") == "/forgot"


def test_link_works_once_and_for_ten_minutes(client, member, mailbox):
    with clock.frozen_at(NOW_MS):
        ask(client)
        background.wait_for_all()
    with clock.frozen_at(NOW_MS + 601_000):
        assert client.get(link(mailbox))["Location"] == "/forgot"
        assert send(client, link(mailbox)) == "/forgot"
    with clock.frozen_at(NOW_MS + 600_000):
        assert send(client, link(mailbox)) == "/login?message=reset.done"
        assert send(client, link(mailbox), "Third-Horse-3") == "/forgot"


@pytest.mark.parametrize(
    ("password", "again", "key"),
    [
        ("short", None, "management-users.password.length"),
        ("another-horse-2", None, "management-users.password.has-char"),
        ("Another-Horse", None, "management-users.password.has-number"),
        ("AnotherHorse2", None, "management-users.password.has-special"),
        ("P@ssw0rd", None, "management-users.password.common"),
        (NEW, "Other-Horse-2", "user-settings.passwords-differ"),
        (PASSWORD, None, "user-settings.password-not-old"),
    ],
)
def test_password_that_cannot_be_taken_leaves_the_link(client, member, mailbox, password, again, key):
    ask(client)

    location = send(client, link(mailbox), password, again)
    assert location == f"/reset/PRID?message={key}"
    assert 'role="alert"' in client.get(f"{link(mailbox)}?message={key}").content.decode()
    assert send(client, link(mailbox)) == "/login?message=reset.done"


@pytest.mark.parametrize("prid", ["none", "0" * 64, "é", "%00", "$ne"])
def test_unknown_links_lead_to_the_form(client, member, prid):
    assert client.get(f"/reset/{prid}")["Location"] == "/forgot"
    assert send(client, f"/reset/{prid}") == "/forgot"


def test_locked_members_get_no_link_and_lose_those_they_have(client, member, mailbox):
    ask(client)
    path = link(mailbox)
    members.set_locked([member], True)
    ask(client)

    assert len(mailbox.mails) == 1
    assert send(client, path) == "/forgot"


def test_changed_email_makes_links_to_the_old_one_worthless(client, member, mailbox):
    ask(client)
    path = link(mailbox)
    client.force_login(member)
    assert client.post("/user/settings", {"email": "new@example.com"}).content == b"true"

    assert send(client, path) == "/forgot"


def test_second_factor_is_asked_for_a_new_password_too(client, member, mailbox):
    configuration.write("plugins", {"two-factor-auth": True})
    secret = second_factor.new_secret()
    with clock.frozen_at(NOW_MS):
        assert second_factor.enable(member, secret, code_at(secret, NOW_MS))
        ask(client)
        assert 'name="auth_code"' in client.get(link(mailbox)).content.decode()
        assert send(client, link(mailbox), auth_code="000000") == "/reset/PRID?message=reset.code"
    with clock.frozen_at(NOW_MS + 30_000):
        code = code_at(secret, NOW_MS + 30_000)
        assert send(client, link(mailbox), auth_code=code) == "/login?message=reset.done"


def code_at(secret, ms):
    import pyotp

    return pyotp.TOTP(secret).at(ms // 1000)


def test_invitation_leads_to_a_first_password(client, owner, mailbox):
    args = {"full_name": "Ada <b>", "username": "ada", "email": "ada@example.com", "password": "Given-Word-1"}
    with clock.frozen_at(NOW_MS):
        status, _ = Caller(client, owner).post("/i/users/create", args)
    [mail] = mailbox.mails

    assert (status, mail.to, mail.subject) == (200, ["ada@example.com"], "Your Tally account")
    assert "Given-Word-1" not in mail.text + mail.html
    assert "Ada &lt;b&gt;" in mail.html
    with clock.frozen_at(NOW_MS + 2 * 86_400_000):
        assert send(client, link(mailbox)) == "/login?message=reset.done"
        assert log_in(client, "ada", NEW) == "/dashboard"
        assert client.get("/dashboard").status_code == 200
        assert b"old_pwd" not in client.get("/dashboard").content


def test_notice_of_a_new_password_does_not_say_it(client, owner, member, mailbox):
    args = {"user_id": str(member.pk), "password": "Given-Word-1", "send_notification": True}

    assert Caller(client, owner).post("/i/users/update", args) == SUCCESS
    [mail] = mailbox.mails
    assert (mail.to, mail.subject) == (["member@example.com"], "Your Tally password was changed")
    assert "Given-Word-1" not in mail.text + mail.html
    assert send(client, link(mailbox)) == "/login?message=reset.done"


def test_password_that_somebody_else_chose_must_be_changed_first(client, db):
    person("ada", chose_password=False)
    assert log_in(client, "ada") == "/dashboard"

    page = client.get("/dashboard")
    assert (page.status_code, "old_pwd" in page.content.decode()) == (200, True)
    assert client.get("/applications/new")["Location"] == "/dashboard"
    assert client.post("/applications/new", {"name": "x"})["Location"] == "/dashboard"
    answer = client.get("/applications/new", headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (403, "/dashboard")

    changed = client.post("/account/password", {"old_pwd": PASSWORD, "new_pwd": NEW, "again": NEW})
    assert changed["Location"] == "/dashboard"
    assert "old_pwd" not in client.get("/dashboard").content.decode()


def test_old_password_must_be_changed_when_the_settings_say_so(client, member):
    configuration.write("security", {"password_expiration": 30})
    log_in(client, "member")
    assert "old_pwd" not in client.get("/dashboard", follow=True).content.decode()

    mongo.collection("members").update_one({"_id": member.pk}, {"$inc": {"password_changed": -31 * 86_400}})
    assert "old_pwd" in client.get("/dashboard").content.decode()


def test_old_passwords_are_remembered_as_hashes(client, member):
    configuration.write("security", {"password_rotation": 2})
    log_in(client, "member")

    def change(old, new):
        answer = client.post("/account/password", {"old_pwd": old, "new_pwd": new, "again": new})
        return answer.status_code

    words = [PASSWORD, "Word-Number-2", "Word-Number-3", "Word-Number-4"]
    assert [change(old, new) for old, new in pairwise(words)] == [302, 302, 302]
    assert change(words[3], words[2]) == 422
    assert change(words[3], words[1]) == 422
    assert len(Member.objects.get(pk=member.pk).password_history) == 2
    assert change(words[3], words[0]) == 302  # older than what is remembered


def test_wrong_present_password_counts_as_a_failed_login(client, member):
    log_in(client, "member")
    sent = {"old_pwd": "wrong", "new_pwd": NEW, "again": NEW}

    assert [client.post("/account/password", sent).status_code for _ in range(3)] == [422] * 3
    assert client.post("/account/password", {**sent, "old_pwd": PASSWORD}).status_code == 422
    assert log_in(Client(), "member") == "/login?message=login.blocked"


@pytest.mark.parametrize("name", ["member", "member@example.com"])
def test_new_password_by_link_lifts_the_ban_of_both_names(client, member, mailbox, name):
    for _ in range(3):
        log_in(client, name, "wrong")
    assert log_in(client, name) == "/login?message=login.blocked"

    ask(client)
    assert send(client, link(mailbox)) == "/login?message=reset.done"
    assert log_in(client, name, NEW) == "/dashboard"
