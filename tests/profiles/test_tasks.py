"""Exports and imports of many users: as long tasks, from the question to the file."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import Member
from apps.aggregation import user_data
from apps.applications import lookup, removal
from apps.core import mongo
from apps.profiles import exports, imports
from apps.tasks import inputs, records, running, tasks
from tests.profiles.conftest import AT_S, profiles

APP_USERS, METRIC_CHANGES = "app_users", "metric_changes"


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)


@pytest.fixture
def _few_are_many(monkeypatch):
    monkeypatch.setattr(exports, "MOST_USERS", 2)
    monkeypatch.setattr(exports, "USERS_PER_STEP", 1)
    monkeypatch.setattr(imports, "MOST_ROWS", 2)


def downloaded(client, credentials, path, app_id):
    answer = client.get(path, {**credentials, "app_id": app_id})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, json.loads(body)


def row_of(number, **more):
    return {"_col": f"{APP_USERS}x", "uid": str(number), "did": f"new{number}", "sc": number, **more}


@pytest.mark.usefixtures("_few_are_many")
def test_many_users_are_exported_by_a_task_and_downloaded_by_its_id(client, stored, other, shop_admin, reader):
    app_id = str(stored.pk)
    asked = {"app_id": app_id, "query": '{"sc":{"$gt":0}}'}

    status, answer = shop_admin.post("/i/app_users/export", **asked)
    task_id = answer["result"]["task_id"]
    assert status == 200
    assert shop_admin.post("/i/app_users/export", **asked) == (200, {"task_id": task_id})
    path = f"/o/app_users/download/{task_id}"
    assert downloaded(client, shop_admin.credentials, path, app_id) == (400, {"result": "Export doesn't exist"})
    running.run_waiting()

    task = records.get(task_id)
    assert (task["status"], task["progress"], task["global"]) == ("completed", 1.0, False)
    for address in (path, f"/o/export/download/{task_id}", f"/o/app_users/download/{task['file']['key']}.json"):
        status, rows = downloaded(client, shop_admin.credentials, address, app_id)
        assert (status, sorted(row["did"] for row in rows)) == (200, ["d1", "d2", "d3"]), address
    refused = {"result": "Not allowed (export belongs to a different app)"}
    assert downloaded(client, reader.credentials, path, app_id) == (403, refused)

    shop_admin.post("/i/tasks/delete", app_id=app_id, task_id=task_id)
    assert mongo.collection("exports").count_documents({}) == 0


@pytest.mark.usefixtures("_few_are_many")
def test_rights_are_those_at_the_time_of_running(stored, shop_admin):
    _, answer = shop_admin.post("/i/app_users/export", app_id=str(stored.pk), query="{}")
    mongo.collection("members").update_one({"api_key": shop_admin.credentials["api_key"]}, {"$set": {"permission": {}}})

    running.run_waiting()

    task = records.get(answer["result"]["task_id"])
    assert task["status"] == "errored"
    assert "may not have it any more" in task["errormsg"]
    assert mongo.collection("exports").count_documents({}) == 0


@pytest.mark.usefixtures("_few_are_many")
def test_users_who_are_deleted_meanwhile_leave_no_half_export(stored, shop_admin, monkeypatch):
    write = exports.storage.write_run

    def write_and_delete(export_id, run, rows):
        number = write(export_id, run, rows)
        user_data.delete_users(str(stored.pk), ["1"])
        return number

    monkeypatch.setattr(exports.storage, "write_run", write_and_delete)
    _, answer = shop_admin.post("/i/app_users/export", app_id=str(stored.pk), query="{}")

    running.run_waiting()

    assert "deleted meanwhile" in records.get(answer["result"]["task_id"])["errormsg"]
    assert mongo.collection("exports").count_documents({}) == 0


@pytest.mark.usefixtures("_few_are_many")
def test_a_file_stays_while_another_task_has_it(client, stored, shop_admin, admin):
    app_id = str(stored.pk)
    asked = {"app_id": app_id, "query": '{"sc":{"$gt":0}}'}
    first, second = (
        caller.post("/i/app_users/export", **asked)[1]["result"]["task_id"] for caller in (shop_admin, admin)
    )
    running.run_waiting()

    shop_admin.post("/i/tasks/delete", app_id=app_id, task_id=first)

    status, rows = downloaded(client, admin.credentials, f"/o/app_users/download/{second}", app_id)
    assert (status, len(rows)) == (200, 3)
    admin.post("/i/tasks/delete", app_id=app_id, task_id=second)
    assert mongo.collection("exports").count_documents({}) == 0


@pytest.mark.usefixtures("_few_are_many")
def test_many_rows_are_imported_by_a_task_and_not_kept(stored, shop_admin):
    app_id = str(stored.pk)
    change = {"_col": f"{METRIC_CHANGES}x", "uid": "1", "ts": AT_S, "cc": {"o": "DE", "n": "FR"}}
    rows = [row_of(1), row_of(2), {**row_of(3), "did": "new2"}, change]

    _, answer = shop_admin.post("/i/app_users/import", app_id=app_id, data=json.dumps(rows))
    task_id = answer["result"]["task_id"]
    key = records.get(task_id)["arguments"]["input"]
    assert "new1" not in profiles(stored)
    running.run_waiting()

    task = records.get(task_id)
    assert (task["status"], json.loads(task["data"])) == ("completed", {"imported": 2, "present": 1, "skipped": 0})
    assert {"new1", "new2"} <= set(profiles(stored))
    changes = list(mongo.collection(f"{METRIC_CHANGES}{app_id}").find({"ts": AT_S}))
    assert [one["uid"] for one in changes] == [profiles(stored)["new1"]["uid"]]
    assert inputs.read(key) is None
    again = shop_admin.post("/i/tasks/update", app_id=app_id, task_id=task_id)
    assert again == (400, {"result": "This task cannot be run again"})


@pytest.mark.parametrize("remove", ["delete", "all"])
@pytest.mark.parametrize("moment", ["between", "within"])
def test_an_import_leaves_nobody_behind_in_data_that_is_removed(stored, monkeypatch, remove, moment):
    app_id, application = str(stored.pk), lookup.by_id(str(stored.pk))
    change = {"_col": f"{METRIC_CHANGES}x", "ts": AT_S, "cc": {"o": "DE", "n": "FR"}}
    rows = [row for n in (1, 2, 3) for row in (row_of(n), {**change, "uid": str(n)})]
    begun = []

    def remove_once(*_told):
        begun.append(remove)
        if len(begun) == 2 and remove == "delete":
            removal.delete_application(stored)
        elif len(begun) == 2:
            removal.reset_application(stored, remove)

    monkeypatch.setattr(imports, "USERS_PER_WRITE", 1)
    look = imports.storage.ids_there
    if moment == "within":
        monkeypatch.setattr(imports.storage, "ids_there", lambda *told: (look(*told), remove_once())[0])
    with pytest.raises(imports.DataRemoved):
        imports.take_over(application, rows, progress=remove_once if moment == "between" else lambda share: None)

    for name in (APP_USERS, METRIC_CHANGES):
        assert mongo.collection(f"{name}{app_id}").count_documents({}) == 0
    if remove == "delete":
        assert f"{APP_USERS}{app_id}" not in mongo.database().list_collection_names()


def test_a_device_that_is_there_twice_is_imported_once(stored, shop_admin):
    rows = [row_of(1), {**row_of(2), "did": "new1"}, {**row_of(3), "did": "new1"}]

    _, answer = shop_admin.post("/i/app_users/import", app_id=str(stored.pk), data=json.dumps(rows))

    assert answer == {"result": {"imported": 1, "present": 2, "skipped": 0}}
    assert profiles(stored)["new1"]["sc"] == 1


def test_a_file_is_imported_as_well(client, stored, shop_admin):
    file = SimpleUploadedFile("export.json", json.dumps([row_of(1)]).encode(), "application/json")
    sent = {**shop_admin.credentials, "app_id": str(stored.pk), "file": file}

    answer = client.post("/i/app_users/import", sent)

    assert answer.json() == {"result": {"imported": 1, "present": 0, "skipped": 0}}
    assert profiles(stored)["new1"]["sc"] == 1


@pytest.mark.usefixtures("_few_are_many")
def test_what_was_sent_goes_with_a_task_that_is_deleted_before_it_ran(stored, shop_admin):
    app_id = str(stored.pk)
    rows = [row_of(number) for number in range(1, 4)]
    _, answer = shop_admin.post("/i/app_users/import", app_id=app_id, data=json.dumps(rows))
    key = records.get(answer["result"]["task_id"])["arguments"]["input"]
    assert inputs.read(key) is not None

    shop_admin.post("/i/tasks/delete", app_id=app_id, task_id=answer["result"]["task_id"])

    assert inputs.read(key) is None
    assert running.run_waiting() == 0


def browser(caller):
    client = Client()
    client.force_login(Member.objects.get(api_key=caller.credentials["api_key"]))
    return client


def test_the_list_exports_whom_it_shows_and_takes_files(stored, shop_admin, reader):
    page = f"/applications/{stored.pk}/users/profiles"
    mongo.collection("apps").update_one({"_id": stored.pk}, {"$set": {"last_data": AT_S}})
    admin = browser(shop_admin)
    assert "Export these users" in admin.get(f"{page}?q=d2").content.decode()
    assert "Import users" not in browser(reader).get(page).content.decode()
    assert browser(reader).post(page, {"action": "export"}).status_code == 403

    answer = admin.post(f"{page}?q=d2", {"action": "export"})
    assert "progress" in admin.get(answer["Location"]).content.decode()
    running.run_waiting()
    done = admin.get(answer["Location"]).content.decode()
    assert ("Download the file" in done, "appUser_" in done) == (True, True)
    assert "<progress" not in done
    file = admin.get(f"{answer['Location']}/file")
    assert [row["did"] for row in json.loads(b"".join(file.streaming_content))] == ["d2"]
    assert browser(reader).get(f"{answer['Location']}/file").status_code == 404

    upload = SimpleUploadedFile("export.json", json.dumps([row_of(1)]).encode(), "application/json")
    answer = admin.post(page, {"action": "import", "file": upload})
    running.run_waiting()
    assert "new1" in profiles(stored)
    answer = admin.post(page, {"action": "import", "file": SimpleUploadedFile("x", b"{")})
    running.run_waiting()
    assert "The file is not JSON" in admin.get(answer["Location"]).content.decode()
    assert "Choose the file" in admin.post(page, {"action": "import"}, follow=True).content.decode()
