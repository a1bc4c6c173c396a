import datetime

import pytest

from apps.accounts import members, permissions
from apps.accounts.models import Member
from apps.core import clock, mongo
from apps.core.stored_model import Gone
from tests.accounts.conftest import PASSWORD, person

pytestmark = pytest.mark.django_db

NOW_S = 1_741_780_800


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(NOW_S * 1000):
        yield


def stored(member):
    return mongo.collection("members").find_one({"_id": member.pk})


def test_created_member_has_the_stored_layout():
    member = members.create_member(
        full_name=" Ada Lovelace ", username=" ada ", email=" Ada@Example.COM ", password=PASSWORD
    )

    assert stored(member) == {
        "_id": member.pk,
        "full_name": "Ada Lovelace",
        "username": "ada",
        "email": "ada@example.com",
        "password": member.password,
        "api_key": member.api_key,
        "global_admin": False,
        "locked": False,
        "created_at": NOW_S,
        "password_changed": NOW_S,
        "permission": {"c": {}, "r": {}, "u": {}, "d": {}, "_": {"a": [], "u": [[]]}},
    }
    assert member.password.startswith("$argon2id$")
    assert len(member.api_key) == 32
    assert set(member.api_key) <= set("0123456789abcdef")


def test_who_chose_the_password_need_not_change_it():
    assert person("ada", chose_password=False).password_changed == 0


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"full_name": " "}, {"full_name": ["A name is needed."]}),
        ({"username": ""}, {"username": ["A user name is needed."]}),
        ({"email": "nowhere"}, {"email": ["A valid e-mail is needed."]}),
        ({"username": "taken"}, {"username": ["It is already in use."]}),
        ({"email": "TAKEN@example.com"}, {"email": ["It is already in use."]}),
        ({"api_key": "short"}, {"api_key": ["It has 32 letters and digits."]}),
        ({"password": "NoSymbol123"}, {"password": ["It needs a symbol."]}),
        (
            {"password": "short"},
            {
                "password": [
                    "It needs at least 8 characters.",
                    "It needs an upper-case letter.",
                    "It needs a digit.",
                    "It needs a symbol.",
                ]
            },
        ),
    ],
)
def test_what_cannot_be_used_is_refused(changes, errors):
    person("taken")
    given = {"full_name": "Ada", "username": "ada", "email": "ada@example.com", "password": PASSWORD}

    with pytest.raises(members.InvalidMember) as error:
        members.create_member(**{**given, **changes})

    assert error.value.errors == errors
    assert [member.username for member in Member.objects.all()] == ["taken"]


def test_email_taken_in_the_meantime_is_refused(monkeypatch):
    person("ada")
    monkeypatch.setattr(members, "is_taken", lambda field, value: False)

    with pytest.raises(members.InvalidMember) as error:
        person("bob", api_key="b" * 32) and members.create_member(
            full_name="x", username="x", email="ada@example.com", password=PASSWORD
        )

    assert error.value.errors == {"email": ["The e-mail or the API key is already in use."]}


def test_unknown_fields_of_an_adopted_document_survive_and_missing_ones_do_not_crash():
    adopted = {
        "full_name": "Old",
        "username": "old",
        "email": "old@example.com",
        "api_key": "k" * 32,
        "settings": {"frontend": {"theme": "x"}},
        "two_factor_auth": {"enabled": True},
        "group_id": ["g"],
        "dashboards": {"at": datetime.datetime(2025, 1, 1)},  # noqa: DTZ001  as MongoDB gives dates
        "session_count": 7,
    }
    _id = mongo.collection("members").insert_one(dict(adopted)).inserted_id
    member = Member.objects.get(pk=_id)
    assert (member.global_admin, member.permission, member.is_active, str(member)) == (None, None, True, "old")

    member.full_name = "Renamed"
    member.save()

    assert stored(member) == {**adopted, "_id": _id, "full_name": "Renamed"}


def test_reset_api_key_replaces_the_old_one():
    member = person("ada")
    old = member.api_key

    new = members.reset_api_key(member)

    assert stored(member)["api_key"] == new != old


def test_lock_and_unlock():
    ada, bob = person("ada"), person("bob")

    members.set_locked([ada, bob], True)
    members.set_locked([bob], False)

    assert (stored(ada)["locked"], stored(bob)["locked"]) == (True, False)


def test_read_without_the_query_compiler_gives_the_same_object():
    member = person("ada")
    fields = {"permission": {"_": {"u": [["a"]]}}, "appSortList": ["a", "b"], "unknown": "kept"}
    mongo.collection("members").update_one({"_id": member.pk}, {"$set": fields})

    read, usual = Member.read_one("api_key", member.api_key), Member.objects.get(pk=member.pk)

    assert vars(read) | {"_state": None} == vars(usual) | {"_state": None}
    assert (read.app_sort_list, read._state.adding, read._state.db) == (["a", "b"], False, usual._state.db)
    before = stored(member)
    read.full_name = "Changed"
    read.save()
    assert stored(member) == before | {"full_name": "Changed"}


def test_nobody_is_read_for_a_value_that_nobody_has():
    person("ada")
    assert Member.read_one("api_key", "0" * 32) is None
    assert Member.read_one("api_key", {"$ne": ""}) is None


@pytest.mark.parametrize("change", [{"full_name": "Changed"}, {}], ids=["changed", "unchanged"])
def test_deleted_member_does_not_come_back_with_a_late_change(change):
    member = person("ada")
    late = Member.objects.get(pk=member.pk)
    members.delete_member(member)

    for name, value in change.items():
        setattr(late, name, value)
    with pytest.raises(Gone):
        members.store(late)

    assert mongo.collection("members").count_documents({}) == 0


def test_rights_given_while_an_application_is_forgotten_stay(monkeypatch):
    gone, kept, given = ("a" * 24, "b" * 24, "c" * 24)
    ada = person("ada", permission=permissions.with_applications(None, {gone, kept}, set()))
    bob = person("bob", permission=permissions.with_applications(None, {kept}, {gone}))
    older = {"admin_of": [gone, kept], "user_of": [gone], "appSortList": [kept, gone], f"homeSettings.{gone}": {"a": 1}}
    mongo.collection("members").update_one({"_id": bob.pk}, {"$set": older})
    without = permissions.without_application

    def meanwhile(permission, application_id):
        monkeypatch.setattr(permissions, "without_application", without)
        changed = permissions.with_applications(permission, {gone, kept, given}, set())
        mongo.collection("members").update_one({"_id": ada.pk}, {"$set": {"permission": changed}})
        return without(permission, application_id)

    monkeypatch.setattr(permissions, "without_application", meanwhile)
    members.forget_application(gone)

    assert set(permissions.administered(stored(ada)["permission"])) == {kept, given}
    left = stored(bob)
    assert gone not in str(left)
    assert (left["admin_of"], left["user_of"], left["appSortList"]) == ([kept], [], [kept])


def test_name_of_somebody_is_no_email_of_another():
    ada = person("ada")
    members.create_member(full_name="Bob", username="bob@example.net", email="bob@example.com", password=PASSWORD)

    assert members.is_taken("username", "ADA@example.com")
    assert members.is_taken("email", "bob@example.net")
    assert not members.is_taken("username", "ada@example.com", by_other_than=ada)
