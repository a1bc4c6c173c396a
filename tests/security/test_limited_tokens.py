"""A token of some applications leads to no other one, however the request names them."""

import json

import pytest

from apps.accounts import tokens
from apps.core import mongo
from tests.accounts.calls import NO_RIGHT, parsed
from tests.security.people import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(db):
    return world()


@pytest.fixture
def ask(client, made):
    """As `who`, by a token of the first application."""

    def call(path, who="global admin", /, **parameters):
        token = tokens.create(str(made.people[who].pk), applications=[made.shop.id])
        sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        return client.post(path, {"auth_token": token, **sent})

    return call


def test_it_does_nothing_to_the_whole_server(ask, made):
    fields = {"full_name": "x", "username": "x", "email": "x@example.com", "password": "Correct-Horse-2"}

    assert parsed(ask("/i/users/create", args={**fields, "global_admin": True})) == NO_RIGHT
    assert parsed(ask("/i/apps/delete", args={"app_id": made.other.id})) == NO_RIGHT
    assert parsed(ask("/o/users/all")) == NO_RIGHT
    assert mongo.collection("members").count_documents({"username": "x"}) == 0


@pytest.mark.parametrize("who", ["global admin", "both"])
def test_another_application_is_reached_by_no_other_parameter(ask, made, who):
    from apps.accounts import permissions
    from tests.security.people import person

    both = permissions.with_applications(None, {made.shop.id, made.other.id}, set())
    made.people["both"] = person("both", permission=both)
    shop, other = made.shop.id, made.other.id

    answer = ask("/i/apps/update", who, app_id=shop, args={"app_id": other, "name": "Taken"})
    assert parsed(answer) == (401, {"result": "User does not have admin rights for this app"})
    assert mongo.collection("apps").count_documents({"name": "Taken"}) == 0
    assert ask("/o/compare/apps", who, apps=[shop, other]).status_code == 401
    assert list(parsed(ask("/o/apps/mine", who))[1]["admin_of"]) == [shop]
    collection = f"app_users{other}"
    assert ask("/o/db", who, dbs="countly", collection=collection).status_code == 401
    assert ask("/o/export/db", who, db="countly", collection=collection, type="json").status_code == 401


def test_rights_of_an_older_account_are_narrowed_as_well(ask, made):
    both = [made.shop.id, made.other.id]
    mongo.collection("members").update_one(
        {"_id": made.people["reader"].pk},
        {"$unset": {"permission": ""}, "$set": {"user_of": both, "admin_of": both}},
    )

    assert list(parsed(ask("/o/apps/mine", "reader"))[1]["user_of"]) == [made.shop.id]


def test_the_member_stays_as_it_was(ask, made):
    before = mongo.collection("members").find_one({"_id": made.people["global admin"].pk})

    ask("/o/apps/mine")
    ask("/i/users/ack", app_id=made.shop.id, path="seen")

    assert mongo.collection("members").find_one({"_id": before["_id"]}) == {**before, "notes": {"seen": True}}


def test_it_opens_no_session(client, made):
    owner = str(made.people["global admin"].pk)
    limited = tokens.create(owner, applications=[made.shop.id], purpose=tokens.LOG_IN)
    whole = tokens.create(owner, purpose=tokens.LOG_IN)

    assert client.get(f"/login/token/{limited}")["Location"] == "/login?message=login.result"
    assert client.get(f"/login/token/{whole}")["Location"] == "/dashboard"
