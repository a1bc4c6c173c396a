"""Flushes that run at the same time, or that sleep while others work."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from apps.aggregation.records import Record
from apps.aggregation.requests import read_request
from apps.aggregation.shards import Shard
from apps.applications.info import ApplicationInfo
from apps.core import mongo, redis_client
from apps.pipeline import backlog, flush, stored_profiles, stream
from apps.pipeline.flush import drain_after_a_change_of_shards, flush_all, flush_shard
from apps.pipeline.transaction import count_requests
from apps.plugin_api import configuration
from tests.faults import counters
from tests.pipeline.conftest import AT_MS

MakeRecord = Callable[..., Record]
Accept = Callable[[list[Record]], None]
USERS = 12


def in_threads(*tasks: Callable[[], object]) -> None:
    failures: list[Exception] = []

    def run(task: Callable[[], object]) -> None:
        try:
            task()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def devices_by_shard(application: ApplicationInfo) -> list[list[str]]:
    found: list[list[str]] = [[], []]
    for number in range(200):
        found[stream.shard_of(application.id, f"d{number}")].append(f"d{number}")
    return [found[0][:USERS], found[1][:USERS]]


def test_requests_of_a_device_keep_their_order_when_the_number_of_shards_grows(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, settings: Settings
) -> None:
    drain_after_a_change_of_shards()
    settings.INGEST_SHARDS = 2
    device = devices_by_shard(application)[1][0]
    settings.INGEST_SHARDS = 1
    accept([record("begin_session=1", device_id=device)])
    settings.INGEST_SHARDS = 2

    drain_after_a_change_of_shards()
    assert [backlog.waiting(shard) for shard in (0, 1)] == [0, 0]
    accept([record("end_session=1&session_duration=40", device_id=device, at_ms=AT_MS + 40_000)])
    flush_all()

    (profile,) = mongo.collection(f"app_users{application.id}").find()
    assert (profile["sc"], profile["tsd"], "hos" in profile) == (1, 40, False)


@pytest.mark.django_db(transaction=True)
def test_two_shards_that_touch_the_same_profiles_lose_nothing(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, settings: Settings
) -> None:
    settings.INGEST_SHARDS, settings.FLUSH_MAX_REQUESTS = 2, 4
    zero, one = devices_by_shard(application)
    accept([record("begin_session=1", device_id=device) for device in zero + one])
    flush_all()
    # Shard 1 moves the users of shard 0 to new ids, while shard 0 counts for their old ids.
    for session in range(1, 3):
        at_ms = AT_MS + session * 3_600_000
        accept([record("begin_session=1", device_id=device, at_ms=at_ms) for device in zero])
        accept(
            [
                record(f"begin_session=1&old_device_id={old}", device_id=new, at_ms=at_ms)
                for old, new in zip(zero, one, strict=True)
            ]
        )

    in_threads(lambda: flush_shard(0), lambda: flush_shard(1))

    profiles = list(mongo.collection(f"app_users{application.id}").find())
    assert counters.totals(mongo.database(), application.id)["sessions"] == 6 * USERS
    assert sum(profile["sc"] for profile in profiles) == 6 * USERS
    assert backlog.waiting(0) + backlog.waiting(1) == 0
    assert mongo.collection("dead_letters").count_documents({}) == 0


class NoLease(nullcontext):
    """Keeps nobody out: as if Redis had forgotten who flushes."""

    def __init__(self, shard: int, *, waits: bool = True) -> None:
        super().__init__(self)

    def note_session(self, session: object) -> None:
        pass


@pytest.mark.django_db(transaction=True)
def test_two_flushes_of_one_shard_count_once(
    application: ApplicationInfo,
    record: MakeRecord,
    accept: Accept,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.FLUSH_MAX_REQUESTS = 5
    monkeypatch.setattr(flush, "Lease", NoLease)
    configuration.write("api", {"prevent_duplicate_requests": False})  # nothing but the mark stands between
    accept([record("begin_session=1", device_id=f"d{number}") for number in range(40)])

    in_threads(*[lambda: flush_shard(0)] * 3)

    assert counters.totals(mongo.database(), application.id) == {"sessions": 40, "new users": 40}
    assert mongo.collection("dead_letters").count_documents({}) == 0


def test_flush_that_slept_through_the_end_of_its_epoch_counts_nothing(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration.write("api", {"prevent_duplicate_requests": False})
    accept([record("begin_session=1")])
    read = backlog.read

    def read_and_sleep(*args: Any) -> Any:
        monkeypatch.setattr(backlog, "read", read)
        found = read(*args)
        redis_client.client().delete("flush:0:lease")
        flush_all()
        redis_client.client().flushdb()
        accept([record("begin_session=1", device_id="d2")])
        flush_all()
        return found

    monkeypatch.setattr(backlog, "read", read_and_sleep)
    flush_all()

    assert counters.totals(mongo.database(), application.id) == {"sessions": 2, "new users": 2}


@pytest.mark.django_db(transaction=True)
def test_two_transactions_that_make_the_same_profile_count_both(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept([record("begin_session=1")])
    later = read_request(record("begin_session=1", at_ms=AT_MS + 3_600_000))
    load = stored_profiles.load

    def load_and_wait(*arguments: Any) -> stored_profiles.Stored:
        monkeypatch.setattr(stored_profiles, "load", load)
        stored = load(*arguments)
        count_requests([later], Shard(), check=lambda _: None, finish=lambda *_: 0)
        return stored

    monkeypatch.setattr(stored_profiles, "load", load_and_wait)
    flush_all()

    (profile,) = mongo.collection(f"app_users{application.id}").find()
    assert (profile["sc"], profile["uid"] != "") == (2, True)
    assert counters.totals(mongo.database(), application.id) == {"sessions": 2, "new users": 1}
    assert mongo.collection("dead_letters").count_documents({}) == 0
