"""Who sees which databases, collections and documents."""

import json

import pytest
from bson import ObjectId
from pymongo.collection import Collection
from pymongo.errors import ExecutionTimeout

from apps.accounts import permissions
from apps.core import mongo
from apps.plugin_api import configuration, states
from apps.tasks import records, running, tasks
from plugins.dbviewer import reports
from tests.accounts.calls import Caller
from tests.accounts.conftest import person

NO_RIGHT = (401, {"result": "User does not have right to view this collection"})


@pytest.fixture
def viewer(application):
    rights = {**permissions.empty(), "r": {application.id: {"all": False, "allowed": {"dbviewer": True}}}}
    return person("viewer", permission=rights)


@pytest.fixture
def users(application):
    name = f"app_users{application.id}"
    documents = [{"_id": str(number), "did": f"d{number}", "n": number} for number in range(3)]
    mongo.collection(name).insert_many([*documents, {"_id": ObjectId("a" * 24), "did": "<b>", "n": 9}])
    return name


def look(client, member, collection="", **more):
    asked = {"dbs": "countly", "collection": collection} if collection else {}
    return Caller(client, member).get("/o/db", **asked, **more)


def test_four_people(client, users, owner, viewer, member, outsider):
    for person_ in (owner, viewer):
        status, page = look(client, person_, users, sort='{"n":1}', limit="2", skip="2")
        assert (status, page["total"], page["pages"], page["curPage"], page["start"], page["end"]) == (
            200,
            4,
            2,
            2,
            3,
            4,
        )
        shown = [{"_id": "2", "did": "d2", "n": 2}, {"_id": f"ObjectId({'a' * 24})", "did": "<b>", "n": 9}]
        assert page["collections"] == shown
    for person_ in (member, outsider):
        assert look(client, person_, users) == NO_RIGHT


def test_the_list_names_what_one_may_see(client, users, application, owner, viewer, outsider):
    def named(person_, **more):
        status, databases = look(client, person_, **more)
        assert (status, databases[0]["name"]) == (200, "countly")
        return databases[0]["collections"]

    assert named(viewer)["app_users(Shop)"] == users
    assert "members" not in named(viewer)
    assert named(owner)["members"] == "members"
    assert users in named(owner, app_id=application.id).values()
    assert users not in named(outsider).values()


def test_one_document(client, users, owner, viewer, member):
    assert look(client, viewer, users, document="a" * 24)[1]["did"] == "<b>"
    assert look(client, viewer, users, document="none") == (200, {})
    refused = (401, {"result": "User does not have right to view this document"})
    assert look(client, member, users, document="1") == refused


def test_documents_of_shared_collections_are_those_of_ones_applications(client, application, viewer):
    mongo.collection("events_data").insert_many([{"_id": "x", "a": application.id}, {"_id": "y", "a": "other"}])

    assert [one["_id"] for one in look(client, viewer, "events_data")[1]["collections"]] == ["x"]
    assert look(client, viewer, "events_data", document="y") == (200, {})
    found = look(client, viewer, "events_data", aggregation='[{"$project":{"a":1}}]')[1]["aaData"]
    assert [one["_id"] for one in found] == ["x"]


def test_credentials_are_never_shown(client, owner):
    pipeline = json.dumps([{"$project": {"p": "$password", "k": "$api_key", "username": 1, "all": "$$ROOT"}}])
    (row,) = look(client, owner, "members", aggregation=pipeline)[1]["aaData"]

    assert row["username"] == "owner"
    assert owner.api_key not in json.dumps(row)
    assert "p" not in row
    assert look(client, owner, "members", filter='{"api_key":{"$regex":"^a"}}')[0] == 400
    mongo.collection("auth_tokens").insert_one({"_id": "t" * 40, "owner": str(owner.pk)})
    assert look(client, owner, "auth_tokens")[1]["collections"][0]["_id"] == "***redacted***"
    assert look(client, owner, "auth_tokens", document="t" * 40) == (200, {})
    assert look(client, owner, "auth_tokens", sSearch="t")[1]["total"] == 1
    grouped = look(client, owner, "auth_tokens", aggregation='[{"$group":{"_id":"$_id"}}]')[1]["aaData"]
    assert grouped == [{"_id": "***redacted***"}]


def test_filters_and_search(client, users, viewer):
    assert look(client, viewer, users, filter='{"n":{"$gt":0,"$lt":9}}')[1]["total"] == 2
    assert [one["_id"] for one in look(client, viewer, users, sSearch="1")[1]["collections"]] == ["1"]
    assert look(client, viewer, users, sSearch=".")[1]["total"] == 0
    assert look(client, viewer, users, filter='{"$where":"1"}')[0] == 400
    assert "did_1" in {index["name"] for index in look(client, viewer, users, action="get_indexes")[1]["collections"]}


def test_aggregations(client, users, viewer, member):
    pipeline = [
        {"$lookup": {"from": "members", "as": "m", "pipeline": []}},
        {"$group": {"_id": None, "n": {"$sum": 1}}},
    ]
    answer = look(client, viewer, users, aggregation=json.dumps(pipeline), sEcho="2")[1]

    assert answer == {
        "sEcho": "2", "iTotalRecords": 0, "iTotalDisplayRecords": 0,
        "aaData": [{"_id": None, "n": 4}], "removed": {"$lookup": True},
    }  # fmt: skip
    assert look(client, viewer, users, aggregation="{broken") == (500, {"result": "Aggregation object is not valid."})
    refused = (401, {"result": "User does not have right tot view this colleciton"})
    assert look(client, member, users, aggregation="[]") == refused


def test_a_kept_aggregation_asks_for_the_rights_when_it_runs(client, users, application, viewer, monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)
    asked = {"aggregation": '[{"$count":"n"}]', "save_report": "true", "report_name": "All", "app_id": application.id}

    task_id = look(client, viewer, users, **asked)[1]["result"]["task_id"]
    running.run_waiting()
    assert json.loads(records.get(task_id)["data"]) == {"aaData": [{"n": 4}], "removed": {}}

    mongo.collection("members").update_one({"_id": viewer.pk}, {"$set": {"permission": {}}})
    records.begin_again(task_id)
    running.run_waiting()
    assert records.get(task_id)["status"] == "errored"


def test_a_slow_aggregation_becomes_a_task(client, users, application, viewer, monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)
    configuration.write("api", {"request_threshold": 7})
    run, waited = Collection.aggregate, []

    def slow(collection, pipeline, **options):
        if "maxTimeMS" not in options:  # of Django
            return run(collection, pipeline, **options)
        waited.append(options["maxTimeMS"])
        if options["maxTimeMS"] < 60_000:
            raise ExecutionTimeout("operation exceeded time limit")
        return run(collection, pipeline, **options)

    monkeypatch.setattr(Collection, "aggregate", slow)
    status, answer = look(client, viewer, users, aggregation='[{"$count":"n"}]', app_id=application.id)
    running.run_waiting()

    task = records.get(answer["task_id"])
    assert (status, set(answer), waited) == (200, {"task_id"}, [7_000, reports.MOST_MS])
    assert json.loads(task["data"]) == {"aaData": [{"n": 4}], "removed": {}}
    assert (task["manually_create"], task["global"], task["type"]) == (False, False, "dbviewer")


def test_what_is_not_there(client, owner):
    nothing = Caller(client, owner).get("/o/db", dbs="nothing", collection="x")
    assert nothing == (404, {"result": "Database not found."})
    assert Caller(client, owner).get("/o/db/nothing") == (404, {"result": "Invalid endpoint"})
    assert look(client, owner, "a$b")[0] == 400


def test_off_means_silent(client, owner):
    states.switch("dbviewer", False)
    assert Caller(client, owner).get("/o/db") == (400, {"result": "Invalid path"})
