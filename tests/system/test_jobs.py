"""Jobs: when they are due, that one worker runs each, and how they are shown."""

from datetime import UTC, datetime

import pytest

from apps.accounts import permissions
from apps.core import clock, mongo
from apps.core.version import VERSION
from apps.plugin_api import configuration, states
from apps.plugin_api.jobs import JOBS, Job
from apps.system import job_records, scheduling, versions
from tests.accounts.calls import NO_RIGHT, Caller
from tests.accounts.conftest import application, member, owner, person

__all__ = ["application", "member", "owner"]

NAME = "tests:work"
MIDNIGHT = round(datetime(2025, 3, 12, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000


@pytest.fixture
def ran(db, monkeypatch):
    """What the job has done; it is due at the beginning of every hour and the only one."""
    monkeypatch.setattr(JOBS, "_offers", {})
    done = []
    JOBS.register(NAME, Job("0 * * * *", lambda: done.append(clock.now_ms()), "Work"), plugin="tests")
    yield done
    JOBS.withdraw("tests")


def at(ms):
    return clock.frozen_at(MIDNIGHT + ms)


def test_a_job_runs_when_it_is_due_and_not_again(ran):
    with at(60_000):
        assert scheduling.run_due() == 0  # the first look plans it
    with at(HOUR - 1):
        assert scheduling.run_due() == 0
    with at(HOUR):
        assert scheduling.run_due() == 1
        assert scheduling.run_due() == 0
        assert job_records.current(NAME)["next"] == MIDNIGHT + 2 * HOUR
    done = mongo.collection("jobs").find_one({"name": NAME, "status": job_records.DONE})
    assert (done["started"], done["finished"], done["error"]) == (MIDNIGHT + HOUR, MIDNIGHT + HOUR, None)
    assert len(ran) == 1


def test_what_was_missed_is_run_once(ran):
    with at(0):
        scheduling.run_due()
    with at(30 * HOUR):
        assert (scheduling.run_due(), scheduling.run_due()) == (1, 0)
    assert len(ran) == 1


def test_only_one_worker_runs_it(ran):
    with at(0):
        scheduling.run_due()
    with at(HOUR):
        assert job_records.claim(NAME) is not None  # another worker
        assert scheduling.run_due() == 0
        job_records.schedule(NAME, "0 * * * *", MIDNIGHT)  # planned twice: the second one does nothing
        assert mongo.collection("jobs").count_documents({"name": NAME, "current": True}) == 1


def test_a_run_of_a_dead_worker_is_ended_and_the_next_one_comes(ran):
    with at(0):
        scheduling.run_due()
    with at(HOUR):
        job_records.claim(NAME)
    with at(HOUR + 31_000):
        scheduling.run_due()
        aborted = mongo.collection("jobs").find_one({"name": NAME, "status": job_records.ABORTED})
        assert (aborted["error"], "current" in aborted) == (job_records.KILLED, False)
    with at(2 * HOUR):
        assert scheduling.run_due() == 1


def test_an_error_is_kept_and_the_next_run_comes(ran):
    JOBS.withdraw("tests")
    JOBS.register(NAME, Job("0 * * * *", lambda: 1 / 0, "Work"), plugin="tests")
    with at(0):
        scheduling.run_due()
    with at(HOUR):
        assert scheduling.run_due() == 1
    assert mongo.collection("jobs").find_one({"status": job_records.ABORTED})["error"] == "division by zero"
    assert job_records.current(NAME)["status"] == job_records.SCHEDULED


def test_a_job_of_a_plugin_that_is_off_does_not_run(ran):
    with at(0):
        scheduling.run_due()
    states.switch("tests", False)
    try:
        with at(HOUR):
            assert scheduling.run_due() == 0
        states.switch("tests", True)
        with at(HOUR):
            assert scheduling.run_due() == 1
    finally:
        configuration.forget()


def test_another_schedule_holds_at_once(ran):
    with at(0):
        scheduling.run_due()
        JOBS.withdraw("tests")
        JOBS.register(NAME, Job("30 * * * *", lambda: ran.append(1), "Work"), plugin="tests")
        scheduling.run_due()
    assert job_records.current(NAME)["next"] == MIDNIGHT + HOUR // 2


def test_finished_runs_are_forgotten_after_a_day(ran):
    with at(0):
        scheduling.run_due()
    with at(HOUR):
        scheduling.run_due()
    with at(20 * HOUR):
        assert job_records.remove_old() == 0
    with at(26 * HOUR):
        assert job_records.remove_old() == 1
    assert job_records.current(NAME) is not None


def test_jobs_are_shown_and_suspended_by_global_administrators(client, ran, application, owner, member):
    with at(0):
        scheduling.run_due()
    with at(HOUR):
        scheduling.run_due()
    caller = Caller(client, owner)

    status, table = caller.get("/o", method="jobs", app_id=application.id, sEcho="3")
    (row,) = table["aaData"]
    assert (status, table["sEcho"], table["iTotalRecords"]) == (200, "3", 1)
    assert {name: row[name] for name in ("_id", "status", "schedule", "next", "finished", "total")} == {
        "_id": NAME,
        "status": "SCHEDULED",
        "schedule": "0 * * * *",
        "next": MIDNIGHT + 2 * HOUR,
        "finished": MIDNIGHT + HOUR,
        "total": 2,
    }
    runs = caller.get("/o", method="jobs", app_id=application.id, name=NAME, iSortCol_0="3")[1]
    assert [run["status"] for run in runs["aaData"]] == ["DONE", "SCHEDULED"]

    asked = {"method": "suspend_job", "app_id": application.id, "id": row["rowId"]}
    assert caller.get("/o", **asked, suspend="true")[1] == {"result": True, "message": "Job suspended successfully"}
    with at(2 * HOUR):
        assert scheduling.run_due() == 0
    assert caller.get("/o", **asked, suspend="false")[1] == {"result": True, "message": "Job scheduled successfully"}
    with at(2 * HOUR):
        assert scheduling.run_due() == 1
    administrator = person("boss", permission=permissions.with_applications(None, {application.id}, set()))
    for other in (member, administrator):
        assert Caller(client, other).get("/o", method="jobs", app_id=application.id) == NO_RIGHT
        assert Caller(client, other).get("/o", **asked, suspend="true") == NO_RIGHT


def test_what_the_server_is(client, owner, member, application):
    assert Caller(client, member).get("/o/system/version") == (200, {"version": "25.03"})
    versions.note()
    versions.note()
    result = Caller(client, member).get("/o/countly_version")[1]["result"]
    assert (result["pkg"], [each["version"] for each in result["db"]]) == ("25.03.0", ["25.03.0"])
    assert [each["version"] for each in result["fs"]] == [VERSION]
    assert Caller(client, member).get("/o/system/plugins") == NO_RIGHT
    assert Caller(client, owner).get("/o/system/plugins")[0] == 200
    assert Caller(client, owner).get("/o/system/nothing") == (400, {"result": "Invalid path"})
    missing = (400, {"result": 'Missing parameter "api_key" or "auth_token"'})
    assert Caller(client).get("/o/system/version") == missing
