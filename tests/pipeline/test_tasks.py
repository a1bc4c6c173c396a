import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from celery.signals import worker_shutting_down
from pymongo.errors import AutoReconnect
from pytest_django import Settings

from apps.aggregation.records import Record
from apps.applications.info import ApplicationInfo
from apps.core import mongo, redis_client
from apps.pipeline import backlog, stream, tasks
from apps.pipeline.status import pipeline_status
from apps.plugin_api.signals import batch_written
from tests.faults import counters

MakeRecord = Callable[..., Record]
Accept = Callable[[list[Record]], None]


def test_task_clears_the_flag_and_drains(application: ApplicationInfo, record: MakeRecord, accept: Accept) -> None:
    accept([record("begin_session=1")])
    assert redis_client.client().exists(stream.flag_key(0)) == 1

    tasks.task_flush(shard=0)

    assert redis_client.client().exists(stream.flag_key(0)) == 0
    assert counters.totals(mongo.database(), application.id) == {"sessions": 1, "new users": 1}


def test_long_drain_gives_others_their_turn(
    application: ApplicationInfo,
    record: MakeRecord,
    accept: Accept,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.FLUSH_MAX_REQUESTS = 1
    sent: list[dict[str, int]] = []
    monkeypatch.setattr(tasks, "BATCHES_PER_TASK", 2)
    monkeypatch.setattr(tasks.task_flush, "delay", lambda **arguments: sent.append(arguments))
    for number in range(3):
        accept([record("begin_session=1", device_id=f"d{number}")])

    tasks.task_flush(shard=0)
    assert (sent, backlog.waiting(0)) == ([{"shard": 0}], 1)

    tasks.task_flush(shard=0)
    assert (sent, backlog.waiting(0)) == ([{"shard": 0}], 0)


def test_sweep_finds_what_nobody_sent_a_message_for(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, settings: Settings
) -> None:
    settings.INGEST_SHARDS = 3
    accept([record("begin_session=1", device_id=f"d{number}") for number in range(20)])
    settings.INGEST_SHARDS = 1

    tasks.task_sweep()

    assert counters.totals(mongo.database(), application.id) == {"sessions": 20, "new users": 20}


def test_lost_store_is_told_once(
    application: ApplicationInfo,
    record: MakeRecord,
    accept: Accept,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    accept([record("begin_session=1")])

    def lost(*args: Any, **kwargs: Any) -> None:
        raise AutoReconnect("the server went away")

    with caplog.at_level(logging.WARNING, "apps.pipeline.tasks"):
        with monkeypatch.context() as patch:
            patch.setattr(tasks, "flush_shard", lost)
            tasks.task_flush(shard=0)
            tasks.task_flush(shard=0)
        tasks.task_flush(shard=0)
        tasks.task_flush(shard=0)

    assert caplog.messages == [
        "shard 0 waits for a store that does not answer: the server went away",
        "shard 0 goes on",
    ]


def test_status_says_what_waits_and_for_how_long(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    accept([record("begin_session=1"), record("end_session=1")])

    before = pipeline_status()
    tasks.task_flush(shard=0)
    after = pipeline_status()

    (shard,) = before.shards
    assert (before.waiting, shard.waiting, shard.last_flush, before.dead_letters) == (2, 2, None, 0)
    assert 0 <= before.oldest_waiting_seconds < 60
    (shard,) = after.shards
    assert (after.waiting, shard.oldest_waiting_seconds, after.oldest_waiting_seconds) == (0, None, 0.0)
    assert shard.last_flush is not None


def test_worker_that_is_told_to_stop_finishes_the_batch_in_hand(
    application: ApplicationInfo,
    record: MakeRecord,
    accept: Accept,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.FLUSH_MAX_REQUESTS = 1
    monkeypatch.setattr(tasks, "_stopping", threading.Event())
    for number in range(3):
        accept([record("begin_session=1", device_id=f"d{number}")])

    def stop(**_: Any) -> None:
        worker_shutting_down.send(sender=None)

    batch_written.connect(stop)
    try:
        tasks.task_flush(shard=0)
    finally:
        batch_written.disconnect(stop)

    assert counters.totals(mongo.database(), application.id) == {"sessions": 1, "new users": 1}
    assert backlog.waiting(0) == 2
