from collections.abc import Callable

import pytest

from apps.aggregation.records import Record
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.pipeline import backlog, dead_letters
from apps.pipeline.flush import flush_all, flush_shard
from apps.pipeline.signals import batch_written

MakeRecord = Callable[..., Record]
Accept = Callable[[list[Record]], None]


def sessions(application: ApplicationInfo) -> int:
    return sum(
        day.get("t", 0)
        for document in mongo.collection("users").find({"a": application.id, "m": "2025:3"})
        for day in document["d"].values()
    )


def test_flush_counts_what_waits_and_trims(application: ApplicationInfo, record: MakeRecord, accept: Accept) -> None:
    accept([record("begin_session=1", device_id=f"d{number}") for number in range(3)])
    assert backlog.waiting(0) == 3

    result = flush_shard(0)

    assert (result.requests, result.batches, result.application_ids) == (3, 1, {application.id})
    assert sessions(application) == 3
    assert backlog.waiting(0) == 0
    assert backlog.oldest_waiting_ms(0) is None
    uids = {user["uid"] for user in mongo.collection(f"app_users{application.id}").find()}
    assert uids == {"1", "2", "3"}


def test_flush_twice_counts_once(application: ApplicationInfo, record: MakeRecord, accept: Accept) -> None:
    accept([record("begin_session=1")])

    flush_all()
    second = flush_all()

    assert second.requests == 0
    assert sessions(application) == 1


def test_repeated_request_counts_once(application: ApplicationInfo, record: MakeRecord, accept: Accept) -> None:
    accept([record("begin_session=1"), record("begin_session=1")])
    flush_all()
    accept([record("begin_session=1")])
    flush_all()

    assert sessions(application) == 1
    drop = mongo.collection("ingest_drops").find_one({"a": application.id})
    assert drop is not None
    assert (drop["reason"], drop["c"]) == ("Duplicate request", 2)


def test_batch_written_tells_the_application_after_the_commit(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    heard = []

    def hear(sender: object, application_ids: set[str], accepted: dict[str, int], **_: object) -> None:
        heard.append((application_ids, accepted, sessions(application)))

    batch_written.connect(hear, dispatch_uid="test")
    try:
        accept([record("begin_session=1")])
        flush_all()
    finally:
        batch_written.disconnect(dispatch_uid="test")

    assert heard == [({application.id}, {application.id: 1}, 1)]


def test_unreadable_record_becomes_a_dead_letter_and_the_others_count(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.pipeline import stream

    accept([record("begin_session=1")])
    with monkeypatch.context() as patch:
        patch.setattr(stream, "encode", lambda record: b"\xc1")
        accept([record("begin_session=1", device_id="d2")])
    accept([record("begin_session=1", device_id="d3")])

    flush_all()

    assert sessions(application) == 2
    assert dead_letters.count() == 1
