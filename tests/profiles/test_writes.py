"""`/i/app_users/create`, `update` and `delete`: for administrators of the application, and beside running flushes."""

import json
import re
import threading
from datetime import UTC, datetime

import pytest

from apps.aggregation import documents
from apps.aggregation.user_data import USER_DATA, UserData
from apps.core import keys, mongo
from apps.pipeline import flush
from apps.plugin_api.audit import action_recorded
from apps.profiles import profiles as users
from apps.profiles import updates
from tests.accounts.calls import NO_RIGHT
from tests.profiles.conftest import AT_S, accept, everything_of, profiles

pytestmark = pytest.mark.django_db

UPDATED = (200, {"result": "User Updated"})
NOBODY = (400, {"result": "No users matching criteria"})


def call(caller, application, path, **sent):
    parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in sent.items()}
    return caller.post(f"/i/app_users/{path}", app_id=str(application.pk), **parameters)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("create", {"data": {"did": "new"}}),
        ("update", {"query": {"did": "d1"}, "update": {"$set": {"name": "x"}}}),
        ("delete", {"query": {"did": "d1"}}),
        ("export", {"query": {"did": "d1"}}),
        ("import", {"data": [{"_col": "app_users", "did": "new"}]}),
        ("deleteExport/appUser_x", {}),
    ],
)
def test_only_administrators_of_the_application_may(counted, other, reader, outsider, shop_admin, path, sent):
    before = everything_of(counted), everything_of(other)
    for caller in (reader, outsider):
        assert call(caller, counted, path, **sent) == NO_RIGHT
    assert call(shop_admin, other, path, **sent) == NO_RIGHT
    assert (everything_of(counted), everything_of(other)) == before
    assert call(shop_admin, counted, path, **sent)[0] == 200
    assert everything_of(other) == before[1]


def test_a_created_user_has_the_ids_that_requests_will_lead_to(counted, shop_admin):
    status, answer = call(shop_admin, counted, "create", data={"did": "new", "name": "New", "custom": {"age": 3}})

    stored = profiles(counted)["new"]
    assert status == 200
    assert answer["result"].startswith("User Created: {")
    assert stored == {
        "_id": keys.user_id(counted.key, "new"),
        "uid": stored["uid"],
        "did": "new",
        "name": "New",
        "custom": {"age": 3},
        "fac": AT_S,
        "lac": AT_S,
        "lu": datetime.fromtimestamp(AT_S, UTC).replace(tzinfo=None),
    }
    exists = (400, {"result": "User with this device id already exists"})
    assert call(shop_admin, counted, "create", data={"did": "new"}) == exists
    accept(counted, "new")
    flush.flush_all()
    after = profiles(counted)["new"]
    assert (after["uid"], after["sc"], after["name"]) == (stored["uid"], 1, "New")
    assert len({profile["uid"] for profile in profiles(counted).values()}) == 4


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, 'Missing parameter "data"'),
        ({"data": "{"}, 'Could not parse parameter "data": '),
        ({"data": {}}, 'Parameter "data" cannot be empty'),
        ({"data": {"name": "x"}}, "Provide device_id as did property for data"),
        ({"data": {"did": {"$ne": 1}}}, "Provide device_id as did property for data"),
        (
            {"data": {"did": "n", "_id": "x"}},
            "Wrong _id: it is the SHA-1 of the application's key and the device id",
        ),
        ({"data": {"did": "n", "uid": "1"}}, "The field 'uid' cannot be changed"),
        ({"data": {"did": "n", "sc": "many"}}, "The field 'sc' takes a number"),
        ({"data": {"did": "n", "$set": {}}}, "The field '$set' cannot be changed"),
        ({"data": {"did": "n", "custom": {"$x": 1}}}, "The object of custom cannot be stored"),
    ],
)
def test_users_that_cannot_be_created(stored, shop_admin, sent, error):
    status, answer = call(shop_admin, stored, "create", **sent)

    assert (status, answer["result"][: len(error)]) == (400, error)
    assert set(profiles(stored)) == {"d1", "d2", "d3"}


def test_every_modifier_changes_the_profile(stored, shop_admin):
    def update(**operators):
        sent = {f"${name}": paths for name, paths in operators.items()}
        assert call(shop_admin, stored, "update", query={"did": "d1"}, update=sent) == UPDATED

    update(set={"name": "Ann", "custom.tags": ["a"], "custom.score": 2, "custom.old": True})
    update(unset={"custom.old": 1}, inc={"custom.score": 3}, push={"custom.tags": "b"})
    update(mul={"custom.score": 2}, addToSet={"custom.tags": {"$each": ["b", "c"]}})
    update(max={"custom.score": 99}, pull={"custom.tags": "a"})
    update(min={"custom.score": 50}, set={"consent": {"push": False}})

    user = profiles(stored)["d1"]
    assert (user["name"], user["custom"], user["consent"]) == (
        "Ann",
        {"tags": ["b", "c"], "score": 50},
        {"push": False},
    )


@pytest.mark.parametrize(
    ("update", "error"),
    [
        ({"$where": "1"}, "Unkown modifier $where in "),
        ({"$rename": {"a": "b"}}, "Unkown modifier $rename in "),
        ({"name": "x"}, "Unkown modifier name in "),
        ({"$set": {}}, "$set takes an object with 1 to 100 fields"),
        ({"$set": "x"}, "$set takes an object with 1 to 100 fields"),
        ({"$set": {"_id": "x"}}, "The field '_id' cannot be changed"),
        ({"$set": {"uid": "x"}}, "The field 'uid' cannot be changed"),
        ({"$set": {"req_hashes": "x"}}, "The field 'req_hashes' cannot be changed"),
        ({"$set": {"unknown": "x"}}, "The field 'unknown' cannot be changed"),
        ({"$set": {"custom.$x": 1}}, "The field 'custom.$x' cannot be changed"),
        ({"$set": {"custom.a.b": 1}}, "The field 'custom.a.b' cannot be changed"),
        ({"$set": {"name.x": 1}}, "The field 'name.x' cannot be changed"),
        ({"$set": {"name": {"$gt": 1}}}, "A value is no object"),
        ({"$set": {"ls": "yesterday"}}, "The field 'ls' takes a number"),
        ({"$inc": {"sc": "1"}}, "The field 'sc' takes a number"),
        ({"$push": {"name": "x"}}, "The field 'name' is no list"),
        ({"$pull": {"custom.tags": {"$where": "1"}}}, "A value is no object"),
        ({}, 'Parameter "update" cannot be empty'),
        ("{", 'Could not parse parameter "update"'),
        ([1], 'Could not parse parameter "update"'),
    ],
)
def test_updates_that_are_refused(update, error):
    with pytest.raises(updates.InvalidUpdate) as refused:
        updates.read(update if isinstance(update, str) else json.dumps(update))
    assert str(refused.value).startswith(error)


@pytest.mark.parametrize("field", sorted(documents.IDENTITY_FIELDS | documents.INTERNAL_FIELDS))
def test_no_modifier_says_who_a_user_is_or_what_was_counted_of_him(field):
    for modifier in updates.MODIFIERS:
        for path in (field, f"{field}.0"):
            with pytest.raises(updates.InvalidUpdate, match=re.escape(f"The field '{path}' cannot be changed")):
                updates.read(json.dumps({modifier: {path: 1}}))


def test_refusals_change_nothing(stored, shop_admin):
    before = everything_of(stored)
    update = {"$set": {"name": "x"}}

    assert call(shop_admin, stored, "update", query={"$where": "1"}, update=update)[0] == 400
    assert call(shop_admin, stored, "update", query={"password": "1"}, update=update)[0] == 400
    assert call(shop_admin, stored, "update", query={"did": "nobody"}, update=update) == NOBODY
    assert call(shop_admin, stored, "update", query={}, update=update) == (
        400,
        {"result": "This query would update more than one user"},
    )
    assert call(shop_admin, stored, "update", query={"did": "d1"}, update={"$inc": {"custom.x.y": 1}})[0] == 400
    conflict = {"$set": {"custom": {}}, "$inc": {"custom.x": 1}}
    assert call(shop_admin, stored, "update", query={"did": "d1"}, update=conflict)[0] == 400
    assert call(shop_admin, stored, "update", query={"did": "d1"}) == (400, {"result": 'Missing parameter "update"'})
    assert call(shop_admin, stored, "update", update=update) == (400, {"result": 'Missing parameter "query"'})
    assert everything_of(stored) == before


def test_several_users_change_together_when_that_is_wanted(counted, other, shop_admin):
    query, update = {"did": {"$in": ["d1", "d2"]}}, {"$set": {"name": "Same"}}

    assert call(shop_admin, counted, "update", query=query, update=update, force="true") == UPDATED

    assert {did: user["name"] for did, user in profiles(counted).items()} == {"d1": "Same", "d2": "Same", "d3": "N d3"}
    assert profiles(other)["d1"]["name"] == "N d1"


def test_an_update_beside_a_flush_loses_nothing(counted, monkeypatch):
    """The update comes after the flush has read the profile and before it writes it."""
    from apps.pipeline import transaction

    aggregate, done = transaction.aggregate, []

    def with_update_in_between(*args, **more):
        outcome = aggregate(*args, **more)
        if not done:
            done.append(True)
            thread = threading.Thread(
                target=users.change,
                args=(str(counted.pk), {"did": "d1"}, {"$inc": {"sc": 10}}),
                kwargs={"several": False},
            )
            thread.start()
            thread.join(20)
        return outcome

    monkeypatch.setattr(transaction, "aggregate", with_update_in_between)
    before = profiles(counted)["d1"]["sc"]
    accept(counted, "d1", AT_S + 100)

    flush.flush_all()

    assert profiles(counted)["d1"]["sc"] == before + 11


def test_a_deleted_user_leaves_nothing_but_what_was_counted(counted, other, shop_admin):
    heard = []

    def hear(action, data, **_):
        heard.append((action, data))

    asked = []
    USER_DATA.register("test", UserData("test", delete=lambda *args: asked.append(args)), plugin="test")
    action_recorded.connect(hear)
    try:
        user = profiles(counted)["d1"]
        mongo.collection(f"app_user_aliases{counted.pk}").insert_one({"_id": "old", "into": user["_id"]})
        counters = list(mongo.collection("users").find({"a": str(counted.pk)}))
        neighbour = everything_of(other)
        assert [one["uid"] for one in everything_of(counted)["metric_changes"]] == [user["uid"]]
        call(shop_admin, counted, "export", query={"did": "d1"})
        call(shop_admin, counted, "export", query={})
        assert mongo.collection("exports").count_documents({}) > 0

        assert call(shop_admin, counted, "delete", query={"did": "d1"}) == (200, {"result": "User deleted"})
    finally:
        action_recorded.disconnect(hear)
        USER_DATA.withdraw("test")

    left = everything_of(counted)
    assert ({one["did"] for one in left["app_users"]}, left["metric_changes"], left["app_user_aliases"]) == (
        {"d2", "d3"},
        [],
        [],
    )
    assert mongo.collection("exports").count_documents({}) == 0
    assert list(mongo.collection("users").find({"a": str(counted.pk)})) == counters
    assert everything_of(other) == neighbour
    assert asked == [(str(counted.pk), [user["uid"]])]
    assert heard[-1] == ("app_user_deleted", {"uids": [user["uid"]]})


def test_deleting_everybody_takes_more_than_an_empty_query(stored, shop_admin):
    empty = 'Parameter "query" cannot be empty, it would delete all users. Use clear app instead'
    assert call(shop_admin, stored, "delete", query={}) == (400, {"result": empty})
    assert call(shop_admin, stored, "delete", query={"sc": {"$gt": 0}}) == (
        400,
        {"result": "This query would delete more than one user"},
    )
    assert call(shop_admin, stored, "delete", query={"did": "nobody"}) == NOBODY
    assert len(profiles(stored)) == 3
    assert call(shop_admin, stored, "delete", query={"did": {"$ne": "d3"}}, force="1")[0] == 200
    assert list(profiles(stored)) == ["d3"]


def test_requests_that_could_not_be_counted_go_with_their_user(counted, shop_admin, monkeypatch):
    from apps.aggregation import batch

    def fail(*args, **more):
        raise RuntimeError("no")

    with monkeypatch.context() as broken:
        broken.setattr(batch, "count_request", fail)
        accept(counted, "d1", AT_S + 5)
        accept(counted, "d2", AT_S + 5)
        flush.flush_all()
    assert mongo.collection("dead_letters").count_documents({}) == 2

    call(shop_admin, counted, "delete", query={"did": "d1"})

    assert [b"d2" in letter["record"] for letter in mongo.collection("dead_letters").find({})] == [True]


def test_other_paths_say_what_the_original_says(stored, shop_admin):
    for path in ("/i/app_users", "/i/app_users/nothing", "/o/app_users/nothing"):
        assert shop_admin.get(path, app_id=str(stored.pk)) == (
            400,
            {"result": "Invalid path, must be one of /all or /me"},
        )
