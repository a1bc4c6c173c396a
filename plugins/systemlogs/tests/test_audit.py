"""The audit log: what is kept of an action, and who reads it."""

import json

import pytest

from apps.core import clock, mongo
from apps.plugin_api import audit, configuration, states
from plugins.systemlogs.recording import details_of
from tests.accounts.calls import NO_RIGHT, SUCCESS, Caller


def entries() -> list[dict]:
    return list(mongo.collection("systemlogs").find({"a": {"$exists": True}}, {"_id": 0, "cd": 0}))


def test_an_action_with_who_did_it_and_from_where(owner, application):
    with clock.frozen_at(1_741_780_800_000):
        audit.record("app_updated", {"name": "x"}, member=owner, application_id=application.id, address="10.0.0.1")

    assert entries() == [
        {
            "a": "app_updated",
            "i": {"name": "x"},
            "ts": 1_741_780_800,
            "u": "owner@example.com",
            "ip": "10.0.0.1",
            "app_id": application.id,
            "user_id": str(owner.pk),
        }
    ]


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"name": "x", "n": 1}, {"name": "x", "n": 1}),
        (
            {"before": {"a": 1, "b": 2}, "update": {"a": 1, "b": 3, "c": 4}, "_id": "7"},
            {"before": {"b": 2}, "after": {"b": 3, "c": 4}, "update": {"a": 1, "b": 3, "c": 4}, "_id": "7"},
        ),
        ({"before": {"a": 1}, "update": {"a": 1}}, None),
        ({"$set": {"a.b": 1}, "x" : "y" * 20_000}, {"set": {"a:b": 1}, "x": "y" * 10_000}),
        ({"n": 2**70, "o": object}, {"n": str(2**70), "o": str(object)}),
    ],
)  # fmt: skip
def test_of_values_before_and_after_those_that_differ_are_kept(data, kept):
    assert details_of(data) == kept


def test_no_change_no_entry_and_no_secrets(owner):
    audit.record("user_updated", {"before": {"a": 1}, "update": {"a": 1}}, member=owner)
    audit.record("user_created", {"password": "hunter2", "deep": [{"api_key": "k"}]}, member=owner)

    assert [entry["i"] for entry in entries()] == [{"password": True, "deep": [{"api_key": True}]}]


def test_addresses_can_be_left_out(owner):
    configuration.write("systemlogs", {"preventIPTracking": True})
    audit.record("logout", {}, member=owner, address="10.0.0.1")

    assert [entry["ip"] for entry in entries()] == [None]


def test_the_log_is_read_by_global_administrators(client, owner, member, application):
    for action in ("app_created", "app_deleted", "user_created"):
        audit.record(action, {"_id": "7", "before": {"a": 1}, "update": {"a": 2}}, member=owner)
    caller = Caller(client, owner)

    def asked(**more):
        return caller.get("/o", method="systemlogs", app_id=application.id, **more)[1]

    table = asked(sEcho="4", iSortCol_0="4", sSortDir_0="asc", iDisplayLength="2")
    assert (table["sEcho"], table["iTotalRecords"], table["iTotalDisplayRecords"]) == ("4", 3, 3)
    assert [row["a"] for row in table["aaData"]] == ["app_created", "app_deleted"]
    assert asked(sSearch="user")["iTotalDisplayRecords"] == 1
    assert asked(sSearch="a.*d")["iTotalDisplayRecords"] == 0
    assert asked(query='{"a":"app_deleted"}')["iTotalRecords"] == 1
    assert asked(period="yesterday")["iTotalRecords"] == 0
    (row,) = asked(export="1", query='{"a":"app_deleted"}')["aaData"]
    assert (row["subject_id"], row["before"], row["after"]) == ("7", '{"a":1}', '{"a":2}')
    assert caller.get("/o", method="systemlogs", app_id=application.id, query='{"$where":"1"}')[0] == 400
    meta = caller.get("/o", method="systemlogs_meta", app_id=application.id)[1]
    assert meta["action"] == ["app_created", "app_deleted", "user_created"]
    assert {user["username"] for user in meta["users"]} == {"owner", "member"}
    for method in ("systemlogs", "systemlogs_meta"):
        assert Caller(client, member).get("/o", method=method, app_id=application.id) == NO_RIGHT


def test_others_may_add_to_it_when_they_are_global_administrators(client, owner, member):
    assert Caller(client, owner).post("/i/systemlogs", action="deployed", data='{"version":"7"}') == SUCCESS
    assert [(entry["a"], entry["i"], entry["u"]) for entry in entries()] == [
        ("deployed", {"version": "7"}, "owner@example.com")
    ]
    # Nobody writes in the name of another one.
    forged = {"u": "someone@example.com", "user_id": "a" * 24, "ip": "192.0.2.7", "ts": "1"}
    Caller(client, owner).post("/i/systemlogs", action="forged", data=json.dumps(forged), **forged)
    entry = entries()[1]
    assert (entry["u"], entry["user_id"]) == ("owner@example.com", str(owner.pk))
    assert (entry["ip"], entry["ts"] > 1) == ("127.0.0.1", True)
    assert Caller(client, member).post("/i/systemlogs", action="x", data="{}") == NO_RIGHT
    assert Caller(client, owner).post("/i/systemlogs", action="a$b", data="{}")[0] == 400
    assert Caller(client, owner).post("/i/systemlogs", action="x", data="[1]")[0] == 400


def test_off_means_silent(client, owner, application):
    states.switch("systemlogs", False)
    audit.record("app_created", {}, member=owner)

    assert entries() == []
    invalid = (400, {"result": "Invalid method"})
    assert Caller(client, owner).get("/o", method="systemlogs", app_id=application.id) == invalid
    assert Caller(client, owner).post("/i/systemlogs", action="x") == (400, {"result": "Invalid path"})
