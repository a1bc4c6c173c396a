"""From the start of a task to its result, and what becomes of it when something dies."""

import threading
from datetime import timedelta

from django.conf import settings

from apps.accounts import members
from apps.core import clock, mongo
from apps.core.lane import Lane
from apps.plugin_api import configuration
from apps.tasks import long_tasks, records, results, running
from apps.tasks.kinds import Data, File


def test_a_task_is_run_once_and_keeps_what_it_found(start, messages, owner, application):
    task_id = start()
    assert records.get(task_id)["status"] == "running"

    assert (running.run_waiting(), running.run_waiting()) == (1, 0)

    task = records.get(task_id)
    assert messages == ["run"]
    assert {name: task[name] for name in ("status", "app_id", "creator", "report_name", "hasData", "progress")} == {
        "status": "completed",
        "app_id": application.id,
        "creator": str(owner.pk),
        "report_name": "Report",
        "hasData": True,
        "progress": 1.0,
    }
    assert "lease" not in task
    assert results.data_of(task) == "3"


def test_the_same_work_is_not_begun_twice(start, member):
    first = start()

    assert start() == first
    assert start(creator=member) == first
    assert start(arguments={"numbers": [5]}) != first
    running.run_waiting()
    assert start() != first


def test_private_tasks_go_with_who_made_them(start, member):
    private, shared = start(creator=member, is_global=False), start(creator=member, arguments={"numbers": [7]})

    members.delete_member(member)

    assert records.get(private) is None
    assert records.get(shared) is not None


def test_private_work_of_somebody_else_is_no_answer(start, member):
    assert start(is_global=False) != start(creator=member, is_global=False)


def test_an_error_is_told_and_the_next_task_is_run(start, work):
    def do(task):
        if task.arguments["numbers"] == [0]:
            raise ValueError("nothing to add")
        return Data(1)

    work.do = do
    broken, good = start(arguments={"numbers": [0]}), start(arguments={"numbers": [1]})

    running.run_waiting()

    assert (records.get(broken)["status"], records.get(broken)["errormsg"]) == ("errored", "nothing to add")
    assert records.get(good)["status"] == "completed"


def test_a_task_of_a_dead_worker_is_marked_and_can_be_run_again(start, work):
    task_id = start()
    records.claim()  # and the worker dies
    assert records.mark_lost() == 0

    with clock.frozen_at(clock.now_ms() + 31_000):
        assert records.mark_lost() == 1
    task = records.get(task_id)
    assert (task["status"], task["errormsg"]) == ("errored", records.KILLED)
    assert long_tasks.run_again(task)
    running.run_waiting()

    assert records.get(task_id)["status"] == "completed"
    assert work.done == 1


def test_tasks_of_the_original_that_never_ended_are_marked(db):
    mongo.collection("long_tasks").insert_one({"_id": "old", "status": "running", "request": "{}"})

    assert records.mark_lost() == 1
    assert records.get("old")["status"] == "errored"
    assert not long_tasks.run_again(records.get("old"))


def test_a_deleted_task_stops_and_leaves_nothing(start, work, owner):
    def do(task):
        long_tasks.delete(records.get(task.id), by=owner)
        return Data("x" * (results.MAX_IN_TASK_BYTES + 1))

    work.do = do
    task_id = start()
    running.run_waiting()

    assert records.get(task_id) is None
    files = mongo.client()[settings.MONGODB_DATABASE_FS]["task_results.files"]
    assert files.count_documents({"filename": task_id}) == 0


def test_large_results_and_files_are_kept_beside(start, work):
    text = "x" * (results.MAX_IN_TASK_BYTES + 1)
    work.do = lambda task: Data([text])
    large = start(arguments={"numbers": [1]})
    running.run_waiting()
    work.do = lambda task: File([b"a,b\n", b"1,2"], "numbers", "csv", "text/csv")
    file = start(arguments={"numbers": [2]})
    running.run_waiting()

    assert results.data_of(records.get(large)) == f'["{text}"]'
    found = results.file_of(records.get(file))
    assert (b"".join(found.pieces), found.size, found.name) == (b"a,b\n1,2", 7, "numbers")
    assert results.data_of(records.get(file)) == ""


def test_a_new_result_takes_the_place_of_the_old_one(start, work):
    work.do = lambda task: File([b"first"], "n", "csv", "text/csv")
    task_id = start()
    running.run_waiting()
    work.do = lambda task: File([b"second"], "n", "csv", "text/csv")
    long_tasks.run_again(records.get(task_id))
    running.run_waiting()

    assert b"".join(results.file_of(records.get(task_id)).pieces) == b"second"
    files = mongo.client()[settings.MONGODB_DATABASE_FS]["task_results.files"]
    assert files.count_documents({"filename": task_id}) == 1


def test_progress_is_written(start, work):
    seen = []

    def do(task):
        task.progress(0.5)
        seen.append(records.get(task.id)["progress"])
        return Data(None)

    work.do = do
    start()
    running.run_waiting()

    assert seen == [0.5]


def test_reports_are_kept_fresh(start):
    task_id = start(is_refreshed=True)
    running.run_waiting()
    interval_ms = configuration.read("api")["reports_regenerate_interval"] * 1000

    assert long_tasks.refresh_due() == 0
    with clock.frozen_at(clock.now_ms() + interval_ms):
        assert long_tasks.refresh_due() == 1
    assert records.get(task_id)["status"] == "rerunning"


def test_old_tasks_that_nobody_made_by_hand_go(start):
    by_itself, by_hand = start(), start(arguments={"numbers": [1]}, is_made_by_hand=True)
    running.run_waiting()

    assert long_tasks.remove_old() == 0
    with clock.frozen_at(clock.now_ms() + round(timedelta(days=91).total_seconds() * 1000)):
        assert long_tasks.remove_old() == 1
    assert records.get(by_itself) is None
    assert records.get(by_hand) is not None


def test_they_go_with_their_application(start, application):
    task_id = start()
    running.run_waiting()

    long_tasks.remove_of_application(application.id)

    assert records.get(task_id) is None


def test_a_lane_does_one_thing_at_a_time_and_looks_again_when_asked_meanwhile():
    begun, go_on, done = threading.Semaphore(0), threading.Semaphore(0), []

    def work():
        begun.release()
        go_on.acquire(timeout=5)
        done.append(1)

    lane = Lane("test", work)
    for _ in range(3):
        lane.go()
    assert begun.acquire(timeout=5)
    lane.go()
    lane.go()
    go_on.release()
    assert begun.acquire(timeout=5)
    assert done == [1]
    go_on.release()
