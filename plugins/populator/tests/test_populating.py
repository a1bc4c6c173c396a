"""Made-up traffic on the road of real one: a task, counted to the last request, stopped, refused."""

import io
import json

import pytest
from bson import ObjectId
from django.core.management import call_command
from django.core.management.base import CommandError
from django.http import HttpResponse

from apps.accounts import members
from apps.applications import data, lookup
from apps.core import mongo
from apps.pipeline.flush import flush_all
from apps.plugin_api import intake, states
from apps.tasks import long_tasks, records, running, tasks
from plugins.populator import demo, environments, populating
from plugins.populator.generation.sessions import FEATURES
from plugins.populator.populating import NotPopulated, Order, generate, plan_of
from plugins.populator.stock import FIRST

ORDER = Order(
    template_id=FIRST, users=12, days=16, features=(*FEATURES, "dashboards", "notes"), environment_name="Regulars"
)


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)


def change(application, **fields):
    mongo.collection("apps").update_one({"_id": ObjectId(application.id)}, {"$set": fields})
    lookup.forget_all()
    return lookup.by_id(application.id)


def test_a_task_fills_an_application(traffic):
    application = change(traffic.application, salt="a salt")
    task_id = populating.start(ORDER, application, traffic.owner)
    assert running.run_waiting() == 1
    task = records.get(task_id)
    assert (task["status"], task["progress"], task["report_name"]) == ("completed", 1.0, "Demo data: E-commerce")
    made = json.loads(task["data"])
    flush_all()

    users = list(mongo.collection(f"app_users{application.id}").find())
    sent = {environments.device_of(one["_id"]) for one in mongo.collection("populator_environment_users").find()}
    assert {user["did"] for user in users} <= sent
    assert 8 < len(users) <= len(sent) == made["users"] == 12
    # Nothing was dropped: each session was counted, and the rest of it too.
    assert sum(user["sc"] for user in users) == made["sessions"] > 12
    assert list(mongo.collection("ingest_drops").find({"a": application.id})) == []
    assert mongo.collection("dead_letters").count_documents({}) == 0
    events = mongo.collection("events").find_one({"_id": ObjectId(application.id)})
    assert {"Search", "Product Viewed"} <= set(events["list"])
    views = {one["view"] for one in mongo.collection(f"app_viewsmeta{application.id}").find()}
    assert {"Home", "Product Details"} <= views
    # What only real data does is left undone, and the screens show what is there all the same.
    assert mongo.collection("apps").find_one({"_id": ObjectId(application.id)}).get("last_data") is None
    traffic.client.force_login(traffic.owner)
    overview = traffic.client.get(f"/applications/{application.id}/overview").content.decode()
    assert "Waiting for the first request" not in overview
    # The objects beside the traffic.
    (widget,) = traffic.read("/o/feedback/widgets")
    assert widget["popup_header_text"] == "How do you like Traffic?"
    texts = {one["note"] for one in mongo.collection("notes").find({"app_id": application.id})}
    assert texts == {"Version 4.1.0", "Version 4.1.1", "Version 4.2.0", "Spring Sale"}
    (board,) = traffic.read("/o/dashboards/all")
    assert [one["data_type"] for one in board["widgets"]] == ["session", "user-analytics", "technology", "geo"]

    again = Order(template_id=FIRST, days=3, environment_id=environments.of_application(application.id)[0]["_id"])
    plan = plan_of(again, application)
    assert {one["device_id"] for one in generate(plan)} <= sent
    assert len(plan.saved) == 12


def test_locked_and_paused_applications_take_nothing(traffic):
    locked = change(traffic.application, locked=True)
    with pytest.raises(NotPopulated, match="is locked"):
        populating.start(ORDER, locked, traffic.owner)
    note = {"note": "Made up", "ts": 1_741_775_400_000, "noteType": "public", "color": 1}
    assert traffic.ask("/i/notes/save", args=note, populator=True) == (403, {"result": "App is locked"})
    assert traffic.ask("/i/notes/save", args=note) == (200, {"result": "Success"})
    assert traffic.ask("/o/notes", populator=True, period=[0, 2_000_000_000_000])[0] == 200
    open_again = change(traffic.application, locked=False)
    task_id = populating.start(ORDER, open_again, traffic.owner)
    change(traffic.application, paused=True)
    running.run_waiting()
    task = records.get(task_id)
    assert (task["status"], task["errormsg"]) == ("errored", "The application is paused: it takes no data.")
    assert mongo.collection("populator_environments").count_documents({}) == 0


def test_it_stops_when_its_task_is_deleted(traffic, monkeypatch):
    sent = []
    monkeypatch.setattr(populating, "BULK_REQUESTS", 20)
    task_id = populating.start(Order(template_id=FIRST, users=30, days=6), traffic.application, traffic.owner)

    def take(app_key, requests):
        sent.append(len(requests))
        long_tasks.delete(records.get(task_id), by=traffic.owner) if records.get(task_id) else None
        return real(app_key, requests)

    real = intake.take_many
    monkeypatch.setattr(intake, "take_many", take)
    running.run_waiting()
    assert records.get(task_id) is None
    assert len(sent) < 5


def test_who_lost_the_right_makes_no_data(traffic):
    member = members.create_member(
        full_name="A", username="a", email="a@example.com", password="Correct-Horse-1", permission={}
    )
    task_id = populating.start(ORDER, traffic.application, member)
    running.run_waiting()
    assert records.get(task_id)["errormsg"] == "Who began this may not do it any more."


def test_a_full_server_is_waited_for(traffic, monkeypatch):
    answers = iter([503, 503, 200])
    slept = []

    def take(app_key, requests):
        return HttpResponse("full", status=next(answers), headers={"Retry-After": "2"})

    monkeypatch.setattr(intake, "take_many", take)
    monkeypatch.setattr("plugins.populator.populating.time.sleep", slept.append)
    populating.send("key", [{}])
    assert slept == [2.0, 2.0]
    answers = iter([400])
    with pytest.raises(NotPopulated, match="does not take the requests: full"):
        populating.send("key", [{}])


def test_newcomers_get_one_application_and_one_task(traffic):
    application_id = demo.start(traffic.owner)
    assert demo.start(traffic.owner) == application_id
    waiting = list(records.find({"app_id": application_id}))
    assert [one["arguments"]["template_id"] for one in waiting] == [FIRST]
    assert mongo.collection("apps").count_documents({"name": "Demo"}) == 1


def test_the_offer_goes_with_the_plugin(traffic):
    traffic.client.force_login(traffic.owner)
    overview = f"/applications/{traffic.application.id}/overview"
    assert "/demo" in traffic.client.get(overview).content.decode()
    states.switch("populator", False)
    page = traffic.client.get(overview).content.decode()
    assert "Waiting for the first request" in page
    assert "/demo" not in page
    assert traffic.client.post("/demo").status_code == 404
    assert traffic.ask("/o/populator/templates") == (400, {"result": "Invalid path"})
    with pytest.raises(CommandError, match="The plugin populator is off"):
        call_command("populate", stdout=io.StringIO())


def test_the_command_fills_an_application(traffic):
    output = io.StringIO()
    asked = ["--app", traffic.application.key, "--template", "social", "--users=5", "--days=3", "--without=crashes"]
    call_command("populate", *asked, stdout=output)
    assert f"requests of 5 users over 3 days in 0 s to app key {traffic.application.key}." in output.getvalue()
    flush_all()
    events = mongo.collection("events").find_one({"_id": ObjectId(traffic.application.id)})
    assert "Story Watched" in events["list"] or "Post Liked" in events["list"]


def test_the_command_refuses_nonsense(traffic):
    for arguments, message in (
        (["--days=0"], "--days and --users must be at least 1."),
        (["--users=0"], "--days and --users must be at least 1."),
        (["--seed=-1"], "--seed must be between 0 and"),
        (["--users=10001", f"--app={traffic.application.id}"], "At most 10000 users."),
        (["--app=nobody"], "No application has the key or id 'nobody'."),
        (["--template=nothing"], "No template is named 'nothing'. There are: Entertainment, Finance, B2B SaaS"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("populate", *arguments, stdout=io.StringIO())


def test_environments_go_with_their_application(traffic):
    application_id = traffic.application.id
    user = {"deviceId": "d1", "templateId": FIRST, "environmentName": "Regulars"}
    environments.save_users(application_id, environments.read_users([user], application_id))
    environments.create(application_id, "Regulars", FIRST)
    data.clear(application_id)
    assert len(environments.of_application(application_id)) == 1
    data.reset(application_id)
    assert environments.of_application(application_id) == []
    assert mongo.collection("populator_environment_users").count_documents({}) == 0
