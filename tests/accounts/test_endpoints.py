"""`/i/users/*` and `/o/users/*` for the global administrator, a member and nobody."""

import pytest
from bson import ObjectId

from apps.accounts import failed_logins, members
from apps.accounts.models import Member
from apps.core import clock, mongo
from apps.plugin_api import features
from tests.accounts.calls import NO_RIGHT, SUCCESS, Caller
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW = {"full_name": "Ada", "username": "ada", "password": PASSWORD, "email": "Ada@Example.com"}


@pytest.fixture
def admin(client, owner):
    return Caller(client, owner)


def stored(member_id):
    return mongo.collection("members").find_one({"_id": ObjectId(str(member_id))})


WRITES = {
    "/i/users/create": NEW,
    "/i/users/update": {"user_id": "a" * 24},
    "/i/users/delete": {"user_ids": ["a" * 24]},
    "/i/users/deleteOwnAccount": {},
    "/i/users/updateHomeSettings": {},
}
READS = ("/o/users/all", "/o/users/id", "/o/users/reset_timeban")


@pytest.mark.parametrize("path", [*WRITES, *READS])
def test_only_global_administrators_deal_with_members(client, member, outsider, path):
    before = list(mongo.collection("members").find({}))

    assert Caller(client, member).post(path, WRITES.get(path)) == NO_RIGHT
    assert Caller(client, outsider).post(path, WRITES.get(path)) == NO_RIGHT
    missing = (400, {"result": 'Missing parameter "api_key" or "auth_token"'})
    assert Caller(client).post(path, WRITES.get(path)) == missing
    assert list(mongo.collection("members").find({})) == before


def test_locked_administrator_is_refused(client, owner):
    members.set_locked([owner], True)

    assert Caller(client, owner).get("/o/users/all") == (401, {"result": "User is locked"})


def test_created_member_is_answered_and_stored_without_what_was_not_asked_for(admin):
    status, answer = admin.post("/i/users/create", {**NEW, "api_key": "x" * 32, "locked": True, "created_at": 1})

    created = stored(answer["_id"])
    assert status == 200
    assert answer == {
        "_id": answer["_id"],
        "full_name": "Ada",
        "username": "ada",
        "email": "ada@example.com",
        "permission": {"_": {"a": [], "u": []}, "c": {}, "r": {}, "u": {}, "d": {}},
        "password_changed": 0,
        "created_at": created["created_at"],
        "locked": False,
        "api_key": created["api_key"],
    }
    assert clock.now_s() - 60 < created["created_at"] <= clock.now_s()
    assert {**answer, "_id": created["_id"], "password": created["password"]} == created
    assert created["password"].startswith("$argon2id$")
    assert len(created["api_key"]) == 32


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"password": "short"}, None),
        ({"full_name": 5, "email": None}, ["Invalid type for full_name", "Invalid type for email"]),
        ({"username": {"$ne": ""}}, ["Invalid type for username"]),
        ({"permission": "all"}, ["Invalid type for permission"]),
        ({"admin_of": {"$gt": ""}}, ["Invalid type for admin_of"]),
        ({"full_name": "x" * 201}, ["Length of full_name is greater than max length value"]),
        ({"username": "owner"}, ["Email or username already exists"]),
        ({"email": "owner@example.com"}, ["Email or username already exists"]),
        ({"email": "OWNER@example.com"}, ["Error creating user"]),
    ],
)
def test_wrong_fields_are_named(admin, change, errors):
    short = [
        "Length of password is lower than min length value",
        "password should have number",
        "password should have upchar",
        "password should have special character",
    ]
    assert admin.post("/i/users/create", {**NEW, **change}) == (400, {"result": errors or short})
    assert Member.objects.count() == 1


def test_permission_keeps_nothing_but_rights(admin, application):
    sent = {
        "_": {"a": ["x", {"$gt": ""}], "u": [[application.id, 5]], "x": 1},
        "r": {application.id: {"all": 0, "allowed": {"core": 1, "$where": True}, "more": 1}, "a.b": {"all": True}},
        "$set": {"global_admin": True},
    }

    _, answer = admin.post("/i/users/create", {**NEW, "permission": sent})

    assert stored(answer["_id"])["permission"] == {
        "_": {"a": [], "u": [[application.id]]},
        "c": {},
        "r": {application.id: {"all": False, "allowed": {"core": True}}},
        "u": {},
        "d": {},
    }


def test_feature_brings_the_features_it_needs(admin, application, monkeypatch):
    monkeypatch.setattr(features, "_needs", {})
    features.register("redaction", {"c": {"redaction": ["u"], "manager": ["u"]}})
    rights = {application.id: {"all": False, "allowed": {"redaction": True}}}

    _, answer = admin.post("/i/users/create", {**NEW, "permission": {"c": rights}})

    needed = {application.id: {"all": False, "allowed": {"redaction": True, "manager": True}}}
    assert answer["permission"] == {"_": {"a": [], "u": []}, "c": rights, "r": needed, "u": needed, "d": {}}


def test_change_of_rights_and_lock_holds_from_the_next_request_on(client, admin, application, outsider):
    caller = Caller(client, outsider)
    question = {"method": "users", "app_id": application.id}
    assert caller.get("/o", **question) == NO_RIGHT

    assert admin.post("/i/users/update", {"user_id": str(outsider.pk), "user_of": [application.id]}) == SUCCESS
    assert caller.get("/o", **question) == (200, {})

    assert admin.post("/i/users/update", {"user_id": str(outsider.pk), "locked": True}) == SUCCESS
    assert caller.get("/o", **question) == (401, {"result": "User is locked"})


def test_api_key_that_was_reset_is_refused_at_once(client, member):
    caller = Caller(client, member)
    assert caller.get("/o/users/me")[0] == 200

    members.reset_api_key(member)

    assert caller.get("/o/users/me") == (401, {"result": "User does not exist"})


def test_changed_password_ends_sessions_and_their_tokens(client, admin, member):
    client.force_login(member)
    tokens = mongo.collection("auth_tokens")
    tokens.insert_many(
        [
            {"_id": "1", "owner": str(member.pk), "purpose": "LoggedInAuth"},
            {"_id": "2", "owner": str(member.pk), "purpose": "a script"},
        ]
    )
    assert not client.get("/dashboard").headers["Location"].startswith("/login")

    assert admin.post("/i/users/update", {"user_id": str(member.pk), "password": "Other-Word-2"}) == SUCCESS

    assert client.get("/dashboard").headers["Location"].startswith("/login")
    assert [token["_id"] for token in tokens.find({"owner": str(member.pk)})] == ["2"]
    changed = Member.objects.get(pk=member.pk)
    assert (changed.check_password("Other-Word-2"), changed.password_changed) == (True, 0)


def test_update_changes_nothing_but_what_it_may(admin, member):
    before = stored(member.pk)
    sent = {"full_name": "New", "api_key": "0" * 32, "created_at": 1, "password_changed": 5, "$set": {"locked": True}}

    assert admin.post("/i/users/update", {"user_id": str(member.pk), **sent}) == SUCCESS

    assert stored(member.pk) == {**before, "full_name": "New"}


@pytest.mark.parametrize("user_id", ["short", "a" * 24])
def test_unknown_member_cannot_be_updated(admin, user_id):
    assert admin.post("/i/users/update", {"user_id": user_id}) == (500, {"result": "Error updating user"})


@pytest.mark.parametrize("user_id", [{"$ne": None}, 5, ["a"]])
def test_operator_in_place_of_an_id_is_refused(admin, user_id):
    refused = (400, {"result": ["Invalid type for user_id"]})
    assert admin.post_json("/i/users/update", {"args": {"user_id": user_id, "locked": True}}) == refused


def test_email_of_somebody_else_is_refused(admin, owner, member):
    sent = {"user_id": str(member.pk), "email": "OWNER@example.com"}

    refused = (500, {"result": "Error updating user. Please check api logs."})
    assert admin.post("/i/users/update", sent) == refused
    assert stored(member.pk)["email"] == "member@example.com"


def test_deletion_takes_members_and_their_tokens_but_never_the_caller(admin, owner, member, outsider):
    mongo.collection("auth_tokens").insert_one({"_id": "1", "owner": str(member.pk)})

    assert admin.post("/i/users/delete", {"user_ids": [str(member.pk), str(owner.pk), ""]}) == SUCCESS

    assert {found.pk for found in Member.objects.all()} == {owner.pk, outsider.pk}
    assert mongo.collection("auth_tokens").count_documents({}) == 0


def test_deletion_tells_of_ids_that_are_none(admin, owner, member):
    some = "Some users cannot be deleted, please see logs for more detail"
    none = "User deletion failed, please see logs for more detail"
    operator = {"$ne": ""}

    assert admin.post("/i/users/delete", {"user_ids": [operator]}) == (500, {"result": none})
    assert admin.post("/i/users/delete", {"user_ids": [operator, str(member.pk)]}) == (200, {"result": some})
    assert admin.post("/i/users/delete", {"user_ids": operator}) == (
        400,
        {"result": "Error: Invalid type for user_ids"},
    )
    assert [found.pk for found in Member.objects.all()] == [owner.pk]


def test_own_account_goes_with_the_right_password_unless_it_is_the_last_administrator(client, admin, owner):
    path = "/i/users/deleteOwnAccount"
    assert admin.post(path) == (400, {"result": "password mandatory"})
    assert admin.post(path, password="wrong") == (400, {"result": "password not valid"})
    assert admin.post(path, password=PASSWORD) == (400, {"result": "global admin limit"})
    assert admin.post("/i/users/create", {**NEW, "global_admin": True})[0] == 200

    assert admin.post(path, password=PASSWORD) == SUCCESS

    assert [found.username for found in Member.objects.all()] == ["ada"]


@pytest.mark.parametrize("change", [{"global_admin": False}, {"locked": True}])
def test_last_global_administrator_stays_one(admin, owner, change):
    other = members.create_member(
        full_name="Ada", username="ada", email="ada@example.com", password=PASSWORD, global_admin=True
    )
    members.set_locked([other], True)  # who cannot get in does not count

    sent = {"user_id": str(owner.pk), **change}
    assert admin.post("/i/users/update", sent) == (400, {"result": "global admin limit"})
    assert (stored(owner.pk)["global_admin"], stored(owner.pk)["locked"]) == (True, False)

    members.set_locked([other], False)
    assert admin.post("/i/users/update", sent) == SUCCESS


def test_password_cannot_be_guessed_through_the_deletion_of_the_account(admin, owner):
    for _ in range(3):
        admin.post("/i/users/deleteOwnAccount", password="wrong")

    assert admin.post("/i/users/deleteOwnAccount", password=PASSWORD) == (400, {"result": "password not valid"})


def test_list_shows_no_secrets_and_who_is_banned(admin, owner, member):
    mongo.collection("members").update_one(
        {"_id": member.pk}, {"$set": {"password_history": ["x"], "two_factor_auth": {"secret_token": "x"}}}
    )
    for _ in range(3):
        failed_logins.count_attempt("member")

    status, answer = admin.get("/o/users/all")

    shown = {
        "full_name": "member person",
        "username": "member",
        "email": "member@example.com",
        "password_changed": member.password_changed,
        "permission": member.permission,
        "created_at": member.created_at,
        "locked": False,
        "global_admin": False,
        "last_login": 0,
        "is_current_user": False,
        "_id": str(member.pk),
    }
    assert (status, set(answer)) == (200, {str(owner.pk), str(member.pk)})
    assert answer[str(member.pk)] == {**shown, "blocked": True}
    assert answer[str(owner.pk)]["blocked"] is False
    assert answer[str(owner.pk)]["is_current_user"] is True
    assert admin.get("/o/users/id", id=str(member.pk)) == (200, {str(member.pk): shown})

    assert admin.get("/o/users/reset_timeban", username="member") == (200, True)
    assert admin.get("/o/users/all")[1][str(member.pk)]["blocked"] is False


def test_everybody_sees_their_own_account_with_its_key(client, member):
    status, answer = Caller(client, member).get("/o/users/me")

    document = {name: value for name, value in stored(member.pk).items() if name != "password"}
    assert (status, answer) == (200, {**document, "_id": str(member.pk)})


def test_operators_and_unknown_ids_find_nobody(admin):
    assert admin.post_json("/o/users/id", {"id": {"$ne": None}}) == (200, {})
    assert admin.get("/o/users/id", id="a" * 24) == (200, {})
    assert admin.get("/o/users/id") == (401, {"result": "Missing user id parameter"})
    refused = (401, {"result": "User does not exist"})
    caller = Caller(admin.client)
    assert caller.post_json("/o/users/all", {"api_key": {"$ne": None}}) == refused


def test_features_are_shown_to_readers_of_the_application(client, admin, application, member, outsider):
    assert features.names()[:2] == ["core", "events"]
    shown = (200, {"features": features.names(), "featuresPermissionDependency": features.dependencies()})

    assert Caller(client, member).get("/o/users/permissions", app_id=application.id) == shown
    assert Caller(client, outsider).get("/o/users/permissions", app_id=application.id) == NO_RIGHT
    assert Caller(client, member).get("/o/users/permissions") == (401, {"result": "No app_id provided"})
    assert admin.get("/o/users/permissions") == shown


def test_home_settings_are_the_callers_own(admin, owner, application):
    path = "/i/users/updateHomeSettings"
    assert admin.post(path, app_id=application.id, homeSettings='{"a": {"order": 1}}') == SUCCESS
    refused = (400, {"result": "`homeSettings` should contain stringified object with home settings"})
    for settings in ("", "{broken", '{"$set": 1}', '{"a.b": 1}', "[1]", "5"):
        assert admin.post(path, app_id=application.id, homeSettings=settings) == refused

    assert stored(owner.pk)["homeSettings"] == {application.id: {"a": {"order": 1}}}


def test_acknowledged_notes_are_the_callers_own_and_no_paths_into_other_fields(client, admin, owner, application):
    path = "/i/users/ack"
    assert admin.post(path, app_id=application.id, path="/x/y") == (200, {"notes./x/y": True})
    refused = (400, {"result": 'Invalid parameter "path"'})
    for note in ("$set", "a..b", ".a", "a\0b", "x" * 201, "/x/y.z"):
        assert admin.post(path, app_id=application.id, path=note) == refused

    assert stored(owner.pk)["notes"] == {"/x/y": True}


def test_notes_need_the_right_to_write(client, application, member, outsider):
    for person in (member, outsider):
        assert Caller(client, person).post("/i/users/ack", app_id=application.id, path="x") == NO_RIGHT


def test_other_paths_and_verbs(client, admin):
    invalid = "Invalid path, must be one of /create, /update, /deleteOwnAccount or /delete"
    assert admin.post("/i/users/nothing") == (400, {"result": invalid})
    assert admin.get("/o/users") == (400, {"result": "Invalid path, must be one of /all or /me"})
    assert client.put("/i/users/create").status_code == 405
    assert client.options("/i/users/create").headers["Access-Control-Allow-Methods"] == "POST, GET, OPTIONS"
    assert admin.post("/i/users/create", app_id="short") == (400, {"result": 'Invalid parameter "app_id"'})
