import hashlib
import hmac

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from apps.accounts import authentication, members, passwords
from apps.accounts.models import Member
from apps.core import clock, mongo
from apps.plugin_api import configuration
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NOW_S = 1_741_780_800


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(NOW_S * 1000):
        yield


def outcome(name, password=PASSWORD):
    try:
        return authentication.verify(name, password).username
    except authentication.Refused as refusal:
        return type(refusal)


def failures():
    return {record.pop("_id"): record for record in mongo.collection("failed_logins").find({})}


@pytest.mark.parametrize("name", ["member", "member@example.com", "Member@Example.COM"])
def test_member_is_found_by_user_name_or_email(member, name):
    assert outcome(name) == "member"
    assert authenticate(username=name, password=PASSWORD) == member


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("member", "wrong"),
        ("member", ""),
        ("MEMBER", PASSWORD),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("a" * 300, PASSWORD),
        ("\0", PASSWORD),
        ("\ud800", PASSWORD),
        ("member", "\ud800"),
        ("member", "x" * 5000),
    ],
)
def test_wrong_credentials_are_refused(member, name, password):
    assert outcome(name, password) is authentication.WrongCredentials
    assert authenticate(username=name, password=password) is None


def test_unknown_names_cost_as_much_as_wrong_passwords(member, monkeypatch):
    checked = []
    hasher = passwords._hasher
    passwords._nobodys_hash()

    class Counting:
        def verify(self, stored, password):
            checked.append(stored[:10])
            return hasher.verify(stored, password)

        check_needs_rehash = hasher.check_needs_rehash

    monkeypatch.setattr(passwords, "_hasher", Counting())
    outcome("nobody", "wrong"), outcome("member", "wrong"), outcome("member")

    assert checked == ["$argon2id$"] * 3


def test_locked_member_learns_it_only_with_the_right_password(member):
    members.set_locked([member], True)

    assert outcome("member", "wrong") is authentication.WrongCredentials
    assert outcome("member") is authentication.Locked


@pytest.mark.parametrize("digest", ["sha1", "sha512"])
def test_older_password_forms_are_accepted_and_upgraded(member, digest, settings):
    settings.PASSWORD_SECRET = "pepper"
    stored = hmac.new(b"", (PASSWORD + "pepper").encode(), getattr(hashlib, digest)).hexdigest()
    mongo.collection("members").update_one({"_id": member.pk}, {"$set": {"password": stored, "password_changed": 5}})

    assert outcome("member", "wrong") is authentication.WrongCredentials
    assert outcome("member") == "member"

    upgraded = Member.objects.get(pk=member.pk)
    assert upgraded.password.startswith("$argon2id$")
    assert upgraded.password_changed == 5
    assert outcome("member") == "member"


def test_secret_of_the_installation_is_part_of_the_password(member, settings):
    settings.PASSWORD_SECRET = "pepper"

    assert outcome("member") is authentication.WrongCredentials


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$broken", "!unusable", "pbkdf2_sha256$1$a$b"])
def test_unusable_stored_passwords_let_nobody_in(member, stored):
    mongo.collection("members").update_one({"_id": member.pk}, {"$set": {"password": stored}})

    assert outcome("member", stored or "") is authentication.WrongCredentials


def test_bans_grow_with_every_series_of_failures(member):
    key = '["login","member"]'

    def at(second, password="wrong"):
        with clock.frozen_at((NOW_S + second) * 1000):
            return outcome("member", password)

    assert [at(0), at(1), at(2)] == [authentication.WrongCredentials] * 3
    assert at(3, PASSWORD) is authentication.Banned
    assert failures() == {key: {"fails": 3, "lastFail": NOW_S + 2}}
    assert at(2 + 299, PASSWORD) is authentication.Banned
    assert [at(2 + 300), at(400), at(400)] == [authentication.WrongCredentials] * 3
    assert at(400 + 599, PASSWORD) is authentication.Banned
    assert at(400 + 600, PASSWORD) == "member"
    assert failures() == {}


def test_unknown_names_are_banned_as_well(db):
    found = [outcome("nobody") for _ in range(4)]

    assert found == [authentication.WrongCredentials] * 3 + [authentication.Banned]


def test_spellings_of_an_email_share_one_count(member):
    names = ["member@example.com", "MEMBER@example.com", "Member@Example.com"]

    assert [outcome(name, "wrong") for name in names] == [authentication.WrongCredentials] * 3
    assert outcome("member@EXAMPLE.com") is authentication.Banned
    assert failures() == {'["login","member@example.com"]': {"fails": 3, "lastFail": NOW_S}}


def test_settings_say_how_many_failures(member):
    configuration.write("security", {"login_tries": 1, "login_wait": 10})

    assert outcome("member", "wrong") is authentication.WrongCredentials
    assert outcome("member") is authentication.Banned
    configuration.write("security", {"login_tries": 0})
    assert outcome("member") == "member"


def test_login_stores_unix_seconds(member):
    client = Client()
    mongo.collection("members").update_one({"_id": member.pk}, {"$unset": {"password_changed": ""}})
    client.post("/login", {"username": "member", "password": PASSWORD})

    document = mongo.collection("members").find_one({"_id": member.pk})
    assert (document["last_login"], document["password_changed"]) == (NOW_S, NOW_S)
