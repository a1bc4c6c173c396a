"""`/o/tasks/*` and `/i/tasks/*`: what is seen, and by whom."""

import json

import pytest

from apps.accounts import permissions
from apps.applications import lifecycle
from apps.tasks import records, running
from tests.accounts.calls import NO_RIGHT, SUCCESS, Caller
from tests.accounts.conftest import person

GONE = (400, {"result": "Task does not exist"})


@pytest.fixture
def admin(application):
    return person("admin", permission=permissions.with_applications(None, {application.id}, set()))


@pytest.fixture
def finished(start):
    def make(**more):
        task_id = start(**more)
        running.run_waiting()
        return task_id

    return make


def test_three_people(client, finished, application, owner, member, outsider):
    task_id = finished()
    asked = {"task_id": task_id, "app_id": application.id}

    for person_ in (owner, member):
        status, task = Caller(client, person_).get("/o/tasks/task", **asked)
        assert (status, task["_id"], task["data"]) == (200, task_id, "3")
        assert Caller(client, person_).get("/o/tasks/check", **asked) == (200, {"result": "completed"})
        assert [row["_id"] for row in Caller(client, person_).get("/o/tasks/all", **asked)[1]] == [task_id]
    for path in ("/o/tasks/task", "/o/tasks/check", "/o/tasks/all", "/o/tasks/count", "/o/tasks/list"):
        assert Caller(client, outsider).get(path, **asked) == NO_RIGHT


def test_an_application_of_ones_own_opens_no_task_of_another(client, finished, outsider):
    task_id = finished()
    own = outsider.permission["_"]["a"][0]
    caller = Caller(client, outsider)

    assert caller.get("/o/tasks/task", task_id=task_id, app_id=own) == GONE
    assert caller.get("/o/tasks/check", task_id=task_id, app_id=own) == GONE
    listed = caller.get("/o/tasks/check", task_id=json.dumps([task_id]), app_id=own)
    assert listed == (200, {"result": [{"_id": task_id, "result": "deleted"}]})
    assert caller.get("/o/tasks/all", app_id=own, query=json.dumps({"_id": task_id})) == (200, [])
    assert caller.get("/o/tasks/list", app_id=own, data_source="all")[1]["aaData"] == []
    for action in ("update", "delete", "edit", "name"):
        status, answer = caller.post(f"/i/tasks/{action}", task_id=task_id, app_id=own, name="mine")
        refused = "No permission to run this task" if action == "update" else "Not allowed"
        assert (status, answer["result"]) == (403, refused)
    assert records.get(task_id)["report_name"] == "Report"


def test_private_tasks_are_seen_by_who_made_them(client, finished, application, owner, admin):
    task_id = finished(is_global=False)
    asked = {"task_id": task_id, "app_id": application.id}

    assert Caller(client, owner).get("/o/tasks/check", **asked) == (200, {"result": "completed"})
    assert Caller(client, admin).get("/o/tasks/check", **asked) == GONE
    assert Caller(client, admin).get("/o/tasks/all", app_id=application.id) == (200, [])
    for action in ("update", "delete", "edit", "name"):
        refused = Caller(client, admin).post(f"/i/tasks/{action}", **asked, name="n", **{"global": "true"})
        assert refused[0] == 403
    assert (records.get(task_id)["global"], records.get(task_id)["report_name"]) == (False, "Report")
    assert Caller(client, owner).post("/i/tasks/edit", **asked, **{"global": "true"}) == SUCCESS
    assert Caller(client, admin).get("/o/tasks/check", **asked) == (200, {"result": "completed"})


def test_nobody_is_shown_what_a_task_was_asked_with(client, finished, application, owner, member):
    task_id = finished()
    request = {"uri": "/o", "method": "GET", "json": {"api_key": owner.api_key, "method": "sessions"}}
    records.change(task_id, {"request": json.dumps(request)})  # as the original stores it

    for person_ in (owner, member):
        caller = Caller(client, person_)
        one = caller.get("/o/tasks/task", app_id=application.id, task_id=task_id)[1]
        every = caller.get("/o/tasks/all", app_id=application.id)[1]
        rows = caller.get("/o/tasks/list", app_id=application.id)[1]["aaData"]
        for shown in (one, *every, *rows):
            assert shown["_id"] == task_id
            assert "request" not in shown
            assert owner.api_key not in json.dumps(shown)


def test_the_list_speaks_the_protocol_of_tables(client, finished, application, member):
    for name in ("Beta", "Alpha", "Gamma"):
        finished(name=name, arguments={"numbers": [len(name), ord(name[0])]})
    caller = Caller(client, member)

    def listed(**asked):
        status, answer = caller.get("/o/tasks/list", app_id=application.id, sEcho="7", **asked)
        assert (status, answer["sEcho"]) == (200, "7")
        return [row["report_name"] for row in answer["aaData"]], answer["iTotalDisplayRecords"], answer["iTotalRecords"]

    assert listed(iSortCol_0="0", sSortDir_0="asc") == (["Alpha", "Beta", "Gamma"], 3, 3)
    assert listed(iSortCol_0="0", sSortDir_0="asc", iDisplayStart="1", iDisplayLength="1") == (["Beta"], 3, 3)
    assert listed(sSearch="amm") == (["Gamma"], 1, 3)
    assert listed(sSearch=".*") == ([], 0, 3)
    assert listed(query='{"status":"errored"}') == ([], 0, 0)
    assert listed(period="yesterday") == ([], 0, 0)
    assert caller.get("/o/tasks/count", app_id=application.id) == (200, [{"_id": application.id, "c": 3}])
    assert caller.get("/o/tasks/all", app_id=application.id, query='{"data":{"$regex":"x"}}')[0] == 400


def test_changes(client, finished, application, owner, admin):
    task_id = finished()
    caller = Caller(client, admin)
    asked = {"task_id": task_id, "app_id": application.id}

    edited = caller.post(
        "/i/tasks/edit", **asked, report_name="<b>", report_desc="d", autoRefresh="true", **{"global": "true"}
    )
    assert edited == SUCCESS
    task = records.get(task_id)
    assert (task["report_name"], task["report_desc"], task["global"], task["autoRefresh"]) == ("<b>", "d", True, True)
    assert caller.post("/i/tasks/name", **asked, name="n") == SUCCESS
    assert caller.post("/i/tasks/update", **asked) == SUCCESS
    assert records.get(task_id)["status"] == "rerunning"
    assert caller.post("/i/tasks/update", **asked) == (400, {"result": "This task cannot be run again"})
    running.run_waiting()
    assert caller.post("/i/tasks/delete", **asked) == SUCCESS
    assert caller.post("/i/tasks/delete", **asked) == (404, {"result": "Task not found"})


def test_what_cannot_be_asked(client, application, owner, member):
    caller = Caller(client, owner)

    assert caller.post("/i/tasks/delete", app_id=application.id) == (400, {"result": 'Missing parameter "task_id"'})
    assert caller.get("/o/tasks/task", app_id=application.id) == (400, {"result": 'Missing parameter "task_id"'})
    assert caller.post("/i/tasks/rubbish", app_id=application.id) == (400, {"result": "Invalid path"})
    assert Caller(client, member).post("/i/tasks/delete", app_id=application.id, task_id="x") == NO_RIGHT
    assert caller.post_json("/o/tasks/task", {"app_id": application.id, "task_id": {"$gt": ""}}) == GONE


def test_only_readers_of_an_application_see_its_tasks_under_all_of_them(client, finished, member, owner):
    other = lifecycle.create_application("Third", key="third")
    finished(application_id=str(other.pk))
    mine = finished()

    def seen(person_):
        return {
            row["_id"]
            for row in Caller(client, person_).get("/o/tasks/list", app_id=app, data_source="all")[1]["aaData"]
        }

    app = records.get(mine)["app_id"]
    assert seen(member) == {mine}
    assert len(seen(owner)) == 2
