"""Exports as long tasks: from the question to the downloaded file."""

import json
from collections import defaultdict

import pytest
from pymongo.errors import ExecutionTimeout

from apps.accounts import permissions, tokens
from apps.aggregation import documents
from apps.core import mongo
from apps.exports import collections
from apps.tasks import records, running, tasks
from tests.accounts.calls import Caller
from tests.accounts.conftest import person


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)


@pytest.fixture
def begin(client, application):
    def begin(person, path, data, **more):
        asked = {"path": path, "data": json.dumps(data), "app_id": application.id, **more}
        return Caller(client, person).post("/o/export/requestQuery", **asked)

    return begin


def download(client, person, task_id, app_id):
    answer = client.get(f"/o/export/download/{task_id}", {"api_key": person.api_key, "app_id": app_id})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body.decode()


def test_a_collection_as_a_file(client, begin, application, member, outsider):
    name = documents.profiles_collection(application.id)
    mongo.collection(name).insert_many([{"_id": str(number), "did": f"d{number}"} for number in range(3)])
    data = {"collection": name, "projection": '{"did":1}', "sort": '{"_id":1}', "api_key": member.api_key}

    _, answer = begin(member, "/o/export/db", data, type="csv", filename="users")
    task_id = answer["result"]["task_id"]
    assert member.api_key not in json.dumps(records.get(task_id), default=str)
    running.run_waiting()

    expected = '"_id","did"\r\n"0","d0"\r\n"1","d1"\r\n"2","d2"\r\n'
    assert download(client, member, task_id, application.id) == (200, expected)
    own = outsider.permission["_"]["a"][0]
    assert download(client, outsider, task_id, own) == (403, '{"result":"Not allowed"}')
    assert download(client, outsider, task_id, application.id)[0] == 401


def test_an_answer_as_a_file_leaves_no_token_behind(client, begin, application, member):
    data = {"api_key": member.api_key, "app_id": application.id, "period": "7days"}

    _, answer = begin(member, "/o/analytics/sessions", data, type="csv")
    running.run_waiting()

    status, body = download(client, member, answer["result"]["task_id"], application.id)
    assert (status, body.splitlines()[0]) == (200, '"_id","t","n","u","d","e"')
    assert mongo.collection("auth_tokens").count_documents({}) == 0


def test_rights_are_checked_at_the_start_and_when_it_runs(client, begin, application, owner, member, outsider):
    name = documents.profiles_collection(application.id)
    no_access = (401, {"result": "User does not have access right for this collection"})
    assert begin(owner, "/o/export/db", {"collection": name, "api_key": outsider.api_key}) == no_access
    missing = (400, {"result": 'Missing parameter "api_key" or "auth_token"'})
    assert begin(owner, "/o/export/db", {"collection": name}) == missing

    _, answer = begin(member, "/o/export/db", {"collection": name, "api_key": member.api_key})
    mongo.collection("members").update_one({"_id": member.pk}, {"$set": {"permission": {}}})
    running.run_waiting()

    task = records.get(answer["result"]["task_id"])
    assert (task["status"], task["errormsg"]) == ("errored", "User does not have access right for this collection")


def test_administrators_of_the_named_application_get_nobody_elses_file(client, begin, application, owner):
    admin = person("admin", permission=permissions.with_applications(None, {application.id}, set()))
    asked = {"collection": "members", "projection": '{"username":1}', "api_key": owner.api_key}
    task_id = begin(owner, "/o/export/db", asked)[1]["result"]["task_id"]
    running.run_waiting()

    assert download(client, admin, task_id, application.id) == (403, '{"result":"Not allowed"}')
    assert "owner" in download(client, owner, task_id, application.id)[1]
    records.change(task_id, {"global": True})
    assert "owner" in download(client, admin, task_id, application.id)[1]


def test_a_task_belongs_to_no_application_that_the_caller_may_not_read(client, application, owner, outsider):
    asked = {"path": "/o/apps/all", "data": json.dumps({"api_key": outsider.api_key}), "app_id": application.id}
    refused = (401, {"result": "User does not have right"})

    assert Caller(client, outsider).post("/o/export/requestQuery", **asked) == refused
    asked["data"] = json.dumps({"api_key": outsider.api_key, "app_id": asked.pop("app_id")})
    assert Caller(client, outsider).post("/o/export/requestQuery", **asked) == refused
    assert mongo.collection("long_tasks").count_documents({}) == 0


@pytest.fixture
def asked(monkeypatch):
    """What is given to `find`, which breaks off after the first document."""
    asked = []

    class Collection:
        def find(self, *question, **options):
            asked.append(options["max_time_ms"])
            yield {"_id": "1", "did": "d1"}
            raise ExecutionTimeout("operation exceeded time limit", 50)

        def estimated_document_count(self):
            return 2

    monkeypatch.setattr(collections, "database", lambda name: defaultdict(Collection))
    return asked


def test_what_breaks_off_later_is_told_and_tasks_have_more_time(client, begin, application, owner, asked):
    sent = {"collection": documents.profiles_collection(application.id), "api_key": owner.api_key}
    for kind in ("csv", "xlsx"):
        answer = client.get("/o/export/db", {**sent, "type": kind})
        assert (answer.status_code, answer.json()) == (400, {"result": "Failed to parse query. It takes too long"})

    task_id = begin(owner, "/o/export/db", sent)[1]["result"]["task_id"]
    running.run_waiting()

    task = records.get(task_id)
    assert (task["status"], task["errormsg"]) == ("errored", "It takes too long")
    assert asked == [30_000, 30_000, 3_600_000]


def test_files_that_are_not_there(client, application, owner):
    assert download(client, owner, "", application.id) == (400, '{"result":"Missing filename"}')
    assert download(client, owner, "none", application.id) == (404, '{"result":"Export not found"}')


def test_an_address_that_cannot_be_asked_starts_no_task(begin, owner):
    for path in (f"/o/apps/all?api_key={owner.api_key}", "/i/apps/create", "/o/export/data"):
        assert begin(owner, path, {"api_key": owner.api_key})[0] == 400
    assert mongo.collection("long_tasks").count_documents({}) == 0


def test_a_token_with_limits_starts_no_task_that_would_not_know_them(begin, application, owner):
    limited = tokens.create(str(owner.pk), applications=[application.id])
    for path in ("/o/apps/all", "/o/export/db"):
        assert begin(owner, path, {"auth_token": limited, "collection": "members"})[0] == 403
    free = tokens.create(str(owner.pk))
    assert begin(owner, "/o/apps/all", {"auth_token": free})[0] == 200
