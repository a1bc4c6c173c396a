from collections.abc import Callable
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, OperationFailure
from pytest_django import Settings

from apps.aggregation import counting
from apps.aggregation.profiles import Profile
from apps.aggregation.records import Record
from apps.aggregation.requests import IngestRequest
from apps.aggregation.sessions import count_session
from apps.applications.info import ApplicationInfo
from apps.applications.lookup import fresh_by_ids
from apps.core import mongo, redis_client
from apps.pipeline import backlog, dead_letters, drops, stream, surroundings
from apps.pipeline.flush import flush_all, flush_shard
from apps.pipeline.replay import Gone, StillDead, replay
from apps.plugin_api.signals import batch_written
from tests.pipeline.conftest import AT_MS

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


def test_batch_written_tells_the_application_after_all_is_written(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    heard = []

    def hear(sender: object, application_ids: set[str], accepted: dict[str, int], **_: object) -> None:
        has_had_data = fresh_by_ids([application.id])[application.id].last_data > 0
        heard.append((application_ids, accepted, sessions(application), has_had_data))

    batch_written.connect(hear, dispatch_uid="test")
    try:
        accept([record("begin_session=1")])
        flush_all()
    finally:
        batch_written.disconnect(dispatch_uid="test")

    assert heard == [({application.id}, {application.id: 1}, 1, True)]


def test_made_up_traffic_counts_and_is_no_last_day_with_data(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    accept([record("begin_session=1&populator=true")])
    flush_all()
    assert (sessions(application), fresh_by_ids([application.id])[application.id].last_data) == (1, 0)

    accept([record("begin_session=1&populator=true", device_id="d2"), record("begin_session=1", device_id="d3")])
    flush_all()
    assert sessions(application) == 3
    assert fresh_by_ids([application.id])[application.id].last_data > 0


def test_unreadable_record_becomes_a_dead_letter_and_the_others_count(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept([record("begin_session=1")])
    with monkeypatch.context() as patch:
        patch.setattr(stream, "encode", lambda record: b"\xc1")
        accept([record("begin_session=1", device_id="d2")])
    accept([record("begin_session=1", device_id="d3")])

    flush_all()

    assert sessions(application) == 2
    assert dead_letters.count() == 1


def test_request_that_makes_the_counting_raise_is_set_aside_and_replay_counts_it_once(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        break_counting_of(patch, "d2")
        accept([record("begin_session=1", device_id=f"d{number}") for number in (1, 2, 3)])
        flush_all()
    assert sessions(application) == 2
    (letter,) = dead_letters.find()
    assert (letter["application"], letter["reason"]) == (application.id, "RuntimeError: broken on purpose")
    assert "broken on purpose" in letter["traceback"]
    with monkeypatch.context() as patch:
        break_counting_of(patch, "d2")
        with pytest.raises(StillDead, match="broken on purpose"):
            replay(letter["_id"])
    assert (sessions(application), dead_letters.count()) == (2, 1)

    replay(letter["_id"])
    with pytest.raises(Gone):
        replay(letter["_id"])

    assert (sessions(application), dead_letters.count()) == (3, 0)


def break_counting_of(patch: pytest.MonkeyPatch, device_id: str) -> None:
    def broken(request: IngestRequest, *args: Any, **kwargs: Any) -> Any:
        if request.record.device_id == device_id:
            raise RuntimeError("broken on purpose")
        return count_session(request, *args, **kwargs)

    patch.setattr(counting, "count_session", broken)


def test_batch_that_cannot_be_written_is_halved_until_the_request_is_found(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritable(request: IngestRequest, profile: Profile, *args: Any, **kwargs: Any) -> Any:
        if request.record.device_id == "d5":
            profile.set("too_big", 2**70)
        return count_session(request, profile, *args, **kwargs)

    monkeypatch.setattr(counting, "count_session", unwritable)
    accept([record("begin_session=1", device_id=f"d{number}") for number in range(8)])

    flush_all()

    assert sessions(application) == 7
    (letter,) = dead_letters.find()
    assert letter["reason"].startswith("OverflowError")
    assert backlog.waiting(0) == 0


def test_nothing_is_trimmed_or_counted_when_the_commit_fails(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept([record("begin_session=1")])
    with monkeypatch.context() as patch:

        def die(*args: Any) -> int:
            raise AutoReconnect("the server went away")

        patch.setattr(dead_letters, "put", die)
        with pytest.raises(AutoReconnect):
            flush_all()
    assert (sessions(application), backlog.waiting(0)) == (0, 1)

    flush_all()

    assert (sessions(application), backlog.waiting(0)) == (1, 0)


def test_entries_left_behind_after_the_commit_are_not_counted_again(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept([record("events=" + '[{"key":"a"}]')])
    with monkeypatch.context() as patch:
        patch.setattr(backlog, "trim", lambda *args: None)
        flush_shard(0, max_batches=1)

    accept([record("begin_session=1")])
    flush_all()

    assert event_count(application, "a") == 1
    assert sessions(application) == 1


def event_count(application: ApplicationInfo, key: str) -> int:
    documents = mongo.collection("events_data").find({"a": application.id, "e": key, "s": "no-segment", "m": "2025:3"})
    return sum(day.get("c", 0) for document in documents for day in document["d"].values())


def test_stream_that_was_created_anew_is_counted_from_its_beginning(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    accept([record("begin_session=1")])
    flush_all()
    redis_client.client().flushdb()
    # An id far below the one that was counted, as after a clock that was set back.
    redis_client.client().xadd(stream.stream_key(0), {"seq": 0, "bytes": 0}, id="1-1")
    accept([record("begin_session=1", device_id="d2")])

    flush_all()

    assert sessions(application) == 2


def test_stream_that_lost_its_end_begins_a_new_epoch(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    accept([record("begin_session=1")])
    flush_all()
    mongo.collection("ingest_offsets").update_one({"_id": 0}, {"$set": {"entry": "99999999999999-0"}})
    before = backlog.epoch_of(0)
    accept([record("begin_session=1", device_id="d2")])

    flush_all()

    assert sessions(application) == 2
    assert backlog.epoch_of(0) != before


def test_two_shards_and_then_one_count_everything_once(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, settings: Settings
) -> None:
    settings.INGEST_SHARDS = 4
    accept([record("begin_session=1", device_id=f"d{number}") for number in range(40)])
    assert sum(backlog.waiting(shard) > 0 for shard in range(4)) == 4
    settings.INGEST_SHARDS = 1
    accept([record("begin_session=1&ignore_cooldown=1", device_id="d1", at_ms=AT_MS + 1_000)])

    flush_all()

    assert sessions(application) == 41
    assert [backlog.waiting(shard) for shard in range(4)] == [0, 0, 0, 0]


def test_application_that_is_gone_is_a_counted_drop(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    accept([record("begin_session=1")])
    mongo.collection("apps").delete_many({})

    flush_all()

    assert backlog.waiting(0) == 0
    assert drops.by_reason(application.id, "2000-01-01") == {"App does not exist": 1}


def test_trouble_of_the_database_condemns_no_request(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept([record("begin_session=1")])
    with monkeypatch.context() as patch:

        def interrupted(*args: Any) -> int:
            raise OperationFailure("operation was interrupted", 11601)

        patch.setattr(dead_letters, "put", interrupted)
        with pytest.raises(OperationFailure):
            flush_all()

    flush_all()

    assert (sessions(application), dead_letters.count()) == (1, 0)


def test_batch_is_announced_though_what_follows_the_commit_fails(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[set[str]] = []

    def hear(sender: object, application_ids: set[str], **_: object) -> None:
        heard.append(application_ids)

    def fails(*args: Any) -> None:
        raise AutoReconnect("the server went away")

    monkeypatch.setattr(surroundings, "note_data", fails)
    batch_written.connect(hear, dispatch_uid="test")
    try:
        accept([record("begin_session=1")])
        with pytest.raises(AutoReconnect):
            flush_all()
    finally:
        batch_written.disconnect(dispatch_uid="test")

    assert heard == [{application.id}]


def test_json_body_that_is_sent_again_with_a_shorter_queue_counts_once(
    application: ApplicationInfo, accept: Accept
) -> None:
    def sent(waiting: int) -> Record:
        body = f'{{"device_id":"d1","timestamp":{AT_MS},"rr":{waiting},"begin_session":1}}'.encode()
        return Record(
            application.id, application.key, "d1", AT_MS, "127.0.0.1", body=body, content_type="application/json"
        )

    accept([sent(5)])
    flush_all()
    accept([sent(0)])
    flush_all()

    assert drops.by_reason(application.id, "2000-01-01") == {"Duplicate request": 1}
    assert sessions(application) == 1
