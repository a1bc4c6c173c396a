"""Server health and jobs: global administrators look, replay, drop, suspend."""

import pytest
from django.test import Client

from apps.aggregation.batch import DeadRequest
from apps.core import mongo
from apps.pipeline import dead_letters
from apps.plugin_api.jobs import JOBS
from apps.system import job_records, scheduling, screens
from tests.accounts.conftest import application, member, outsider, owner
from tests.traffic import Traffic

__all__ = ["application", "member", "outsider", "owner"]


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def put_letter(traffic: Traffic) -> str:
    from apps.aggregation.records import encode

    record = encode(traffic.record(begin_session=1))
    with mongo.client().start_session() as session:
        dead_letters.put([(record, DeadRequest(0, "ValueError: <odd>", "Traceback ..."))], session)
    (letter,) = dead_letters.find()
    return str(letter["_id"])


@pytest.mark.parametrize("path", ["/health", "/jobs"])
def test_only_global_administrators(path, owner, member, outsider):
    assert browser(owner).get(path).status_code == 200
    assert browser(member).get(path).status_code == 403
    assert browser(outsider).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_monitoring_reads_the_same_numbers(traffic: Traffic):
    put_letter(traffic)
    traffic.count("d1", begin_session=1)
    traffic.send("d2", begin_session=1)
    answer = Client().get("/o/system/pipeline", {"api_key": traffic.owner.api_key}).json()
    assert (answer["waiting"], answer["dead_letters"], answer["dropped"]) == (1, 1, {})
    assert answer["oldest"] >= 0
    (shard,) = answer["shards"]
    assert (shard["shard"], shard["waiting"], shard["flushed"] > 1_700_000_000_000) == (0, 1, True)


def test_dead_letters_are_shown_replayed_and_dropped(traffic: Traffic, member):
    admin = browser(traffic.owner)
    letter_id = put_letter(traffic)
    page = admin.get("/health").content.decode()
    assert "ValueError: &lt;odd&gt;" in page
    assert "begin_session=1" in page

    assert browser(member).post("/health", {"action": "drop", "id": letter_id}).status_code == 403
    assert dead_letters.count() == 1
    assert (
        "It was counted." in admin.post("/health", {"action": "replay", "id": letter_id}, follow=True).content.decode()
    )
    assert (dead_letters.count(), traffic.profile()["sc"]) == (0, 1)

    letter_id = put_letter(traffic)
    admin.post("/health", {"action": "drop", "id": letter_id})
    assert dead_letters.count() == 0
    gone = admin.post("/health", {"action": "replay", "id": letter_id}, follow=True)
    assert "Somebody else was faster." in gone.content.decode()
    assert "There is nothing of that id." in admin.post("/health", {"action": "drop"}, follow=True).content.decode()


def test_jobs_are_suspended_and_run_now(owner, monkeypatch):
    monkeypatch.setattr(JOBS, "_offers", {name: offer for name, offer in JOBS._offers.items() if name == "api:clear"})
    admin = browser(owner)
    assert "Not planned yet" in admin.get("/jobs").content.decode()
    scheduling.run_due()
    run_id = str(job_records.current("api:clear")["_id"])

    admin.post("/jobs", {"action": "suspend", "id": run_id})
    assert job_records.current("api:clear")["status"] == job_records.SUSPENDED
    offered = admin.get("/jobs").content.decode()
    assert ('value="resume"' in offered, 'value="suspend"' in offered) == (True, False)
    refused = admin.post("/jobs", {"action": "run", "id": run_id}, follow=True)
    assert "or is suspended" in refused.content.decode()
    admin.post("/jobs", {"action": "resume", "id": run_id})
    offered = admin.get("/jobs").content.decode()
    assert ('value="resume"' in offered, 'value="suspend"' in offered) == (False, True)
    admin.post("/jobs", {"action": "run", "id": run_id})
    assert scheduling.run_due() == 1
    shown = admin.get("/jobs").content.decode()
    assert "Done" in shown
    assert "daily at 01:15 UTC" in shown


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        ("* * * * *", "every minute"),
        ("*/15 * * * *", "every 15 minutes"),
        ("1 0 * * *", "daily at 00:01 UTC"),
        ("0 3 * * 1", "0 3 * * 1"),
    ],
)
def test_schedules_are_said_in_words(schedule, text):
    assert screens.schedule_text(schedule) == text
