"""Kept trees answer what the database would answer, whoever wrote to it and whenever."""

import asyncio
import json
from dataclasses import replace

import pytest
import redis
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.aggregation import documents
from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.records import Record
from apps.analytics import merged_months, merging, periods, queries
from apps.applications import removal
from apps.applications.models import Application
from apps.core import clock, mongo, redis_client
from apps.events import event_list
from apps.pipeline import backlog, dead_letters, flush, replay, stream, transaction
from apps.pipeline.flush import flush_all
from apps.plugin_api import counter_versions

DAY_MS = 86_400_000
EVENTS = ["Buy", "Look.around"]


@pytest.fixture
def send(application):
    """`send("d1", days_ago=40)`: a session with metrics and two events, accepted and not yet counted."""
    serial = iter(range(10**6))

    def accept(device_id, days_ago=0):
        at_ms = clock.now_ms() - days_ago * DAY_MS
        metrics = {"_os": "Android", "_carrier": f"Carrier {device_id}"}
        events = [{"key": key, "segmentation": {"item": device_id}} for key in EVENTS]
        query = (
            f"app_key={application.key}&device_id={device_id}&timestamp={at_ms}&begin_session=1&serial={next(serial)}"
            f"&metrics={json.dumps(metrics)}&events={json.dumps(events)}"
        )
        record = Record(application.id, application.key, device_id, clock.now_ms(), "127.0.0.1", query.encode())
        asyncio.run(stream.accept_many([record]))

    return accept


def year(application):
    return periods.resolve("month", zone=application.timezone, now_ms=clock.now_ms())


def everything(application):
    """Every tree of the year and of the one before it."""
    period = year(application)
    return {
        **{
            name: queries.counter_tree(name, application.id, period) for name in ("users", "carriers", "device_details")
        },
        "events": queries.event_trees(application.id, EVENTS, period),
        "items": queries.event_trees(application.id, EVENTS, period, "item"),
        "all events": queries.all_events_tree(application.id, period),
    }


def read_anew(application):
    with override_settings(READ_CACHE_BYTES=0):
        return everything(application)


def counted(application, **of_users):
    """Changes the database by hand, which nobody is told of."""
    result = mongo.collection("users").update_many({"a": application.id, "m": "2025:3"}, {"$inc": {"d.12.t": 100}})
    assert result.modified_count


# What is kept -----------------------------------------------------------------------------------------------------
def test_what_did_not_change_is_not_read_again(application, send):
    send("d1")
    send("d2", days_ago=40)
    flush_all()
    first = everything(application)
    assert first == read_anew(application)

    counted(application)

    assert everything(application) == first != read_anew(application)
    assert queries.counter_tree("users", application.id, year(application)) is queries.counter_tree(
        "users", application.id, year(application)
    )


def test_a_batch_makes_its_own_months_be_read_again_and_no_others(application, send):
    send("d1")
    send("d2", days_ago=40)
    flush_all()
    before = everything(application)["users"]["2025"]
    counted(application)
    mongo.collection("users").update_many({"a": application.id, "m": "2025:1"}, {"$inc": {"d.31.t": 7}})

    send("d3")
    flush_all()

    after = everything(application)["users"]["2025"]
    assert after["3"]["t"] == before["3"]["t"] + 100 + 1
    assert after["1"] == before["1"]
    counter_versions.renew([application.id])
    assert everything(application) == read_anew(application)


# Who writes -------------------------------------------------------------------------------------------------------
def batch(application, send, monkeypatch):
    send("d3", days_ago=70)
    flush_all()


def replayed_dead_letter(application, send, monkeypatch):
    (letter,) = dead_letters.find()
    replay.replay(letter["_id"])


def worker_that_died_after_the_commit(application, send, monkeypatch):
    """Neither told anybody nor trimmed; its successor, which finds nothing to count, does it."""
    send("d3", days_ago=70)
    with monkeypatch.context() as patch:
        patch.setattr(transaction.counter_versions, "renew_months", die)
        with pytest.raises(redis.ConnectionError):
            flush_all()
    assert everything(application) != read_anew(application)
    with monkeypatch.context() as patch:  # the successor dies as well
        patch.setattr(flush, "announce", die)
        with pytest.raises(redis.ConnectionError):
            flush_all()
    assert backlog.has_entries(0)
    assert flush_all().requests == 0
    assert not backlog.has_entries(0)


def die(*args, **more):
    raise redis.ConnectionError("killed")


def batch_whose_plugin_does_not_say_the_month(application, send, monkeypatch):
    monkeypatch.setattr(documents, "written_months", lambda *of_batch: ({}, False))
    batch(application, send, monkeypatch)


def plugin_that_writes_by_itself(application, send, monkeypatch):
    counted(application)
    counter_versions.renew_months({application.id: {"2025:3"}})


def clear(application, send, monkeypatch):
    removal.reset_application(Application.objects.get(pk=application.id), removal.ALL)


def clear_older(application, send, monkeypatch):
    removal.reset_application(Application.objects.get(pk=application.id), "1month")


def reset(application, send, monkeypatch):
    removal.reset_application(Application.objects.get(pk=application.id), removal.RESET)


def delete(application, send, monkeypatch):
    removal.delete_application(Application.objects.get(pk=application.id))


def delete_event(application, send, monkeypatch):
    event_list.delete(application.id, ["Buy"])


def omit_segment(application, send, monkeypatch):
    event_list.edit(application.id, event_list.Edit(omitted_segments={"Buy": ["item"]}))


WRITERS = [
    *(batch, replayed_dead_letter, worker_that_died_after_the_commit, batch_whose_plugin_does_not_say_the_month),
    *(plugin_that_writes_by_itself, clear, clear_older, reset, delete, delete_event, omit_segment),
]


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_what_anybody_writes_is_read(write, application, send, monkeypatch):
    for days_ago in (0, 40, 70, 400):
        send("d1", days_ago)
    with monkeypatch.context() as patch:
        send("d2")
        patch.setattr(transaction, "aggregate", setting_aside("d2"))
        flush_all()
    before = everything(application)
    assert before == read_anew(application)

    write(application, send, monkeypatch)

    after = everything(application)
    assert after == read_anew(application)
    assert after != before


def setting_aside(device_id):
    """The counting, which puts the requests of a device into the dead letters."""
    from apps.aggregation.batch import DeadRequest, aggregate

    def counting(requests, **more):
        dead = [index for index, request in enumerate(requests) if request.record.device_id == device_id]
        outcome = aggregate([request for request in requests if request.record.device_id != device_id], **more)
        return replace(outcome, dead=[DeadRequest(index, "on purpose", "") for index in dead])

    return counting


def test_a_reader_who_was_overtaken_by_a_batch_keeps_nothing_old(application, send, monkeypatch):
    """It has the version and the documents of before; the batch is committed and tells of itself; then it keeps."""
    send("d1")
    flush_all()
    counter_versions.renew([application.id])
    merge_month, overtaken = merging.merge_month, []

    def overtake(month_id, found, unique, sum_days=True):
        if not overtaken:
            overtaken.append(month_id)
            send("d2")
            flush_all()
        return merge_month(month_id, found, unique, sum_days)

    with monkeypatch.context() as patch:
        patch.setattr(merging, "merge_month", overtake)
        slow = queries.counter_tree("users", application.id, year(application))

    assert slow["2025"]["t"] == 1
    assert overtaken
    assert queries.counter_tree("users", application.id, year(application))["2025"]["t"] == 2


# Where nothing is kept --------------------------------------------------------------------------------------------
def test_collections_that_no_plugin_registered_as_counters_are_always_read(application, store):
    store("unknown_counters", "2025:3", d={"12": {"t": 1}})
    assert queries.counter_tree("unknown_counters", application.id, year(application))["2025"]["t"] == 1

    mongo.collection("unknown_counters").update_many({}, {"$set": {"d.12.t": 5}})

    assert queries.counter_tree("unknown_counters", application.id, year(application))["2025"]["t"] == 5


def test_without_redis_everything_is_read(application, send, monkeypatch):
    send("d1")
    flush_all()
    everything(application)
    nobody_answers = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(redis_client, "client", lambda: nobody_answers)

    counted(application)

    assert everything(application) == read_anew(application)
    assert everything(application)["users"]["2025"]["t"] == 101


def test_an_emptied_redis_brings_no_old_version_back(application, send):
    send("d1")
    flush_all()
    everything(application)
    counted(application)

    redis_client.client().flushdb()

    assert everything(application) == read_anew(application)


def test_versions_expire(application):
    counter_versions.of_months(application.id, ["2025:3"])

    keys = redis_client.client().keys("tally:counters:version:*")
    assert len(keys) == 2
    assert all(0 < redis_client.client().ttl(key) <= counter_versions.EXPIRE_SECONDS for key in keys)


def test_counters_that_do_not_say_their_month_are_noticed():
    writes, inserts = WriteBatcher(), InsertBatcher()
    writes.update("users", "1", {"$set": {"a": "A", "m": "2025:3"}, "$inc": {"d.1.t": 1}})
    writes.update("carriers", "2", {"$setOnInsert": {"a": "A", "m": "2025:0"}})
    writes.update("app_usersA", "3", {"$set": {"uid": "1"}})
    inserts.insert("devices", {"a": "B", "m": "2024:1"})
    assert documents.written_months(writes, inserts) == ({"A": {"2025:3", "2025:0"}, "B": {"2024:1"}}, True)

    writes.update("cities", "4", {"$inc": {"d.1.t": 1}})

    assert documents.written_months(writes, inserts)[1] is False


# Nobody changes what is kept --------------------------------------------------------------------------------------
ASKED = [
    ("/o", {"method": "users"}),
    ("/o", {"method": "users", "event": "x"}),
    ("/o", {"method": "carriers"}),
    ("/o", {"method": "device_details"}),
    ("/o", {"method": "events", "event": "Buy"}),
    ("/o", {"method": "events", "event": "Buy", "segmentation": "item"}),
    ("/o", {"method": "events", "events": json.dumps(EVENTS)}),
    ("/o", {"method": "events", "events": json.dumps(EVENTS), "overview": "true"}),
    *((f"/o/analytics/{name}", {"metric": "carriers", "event": "Buy"}) for name in ("dashboard", "tops", "metric")),
    *((f"/o/analytics/{name}", {}) for name in ("countries", "sessions", "loyalty", "durations", "events")),
]


def test_answers_leave_what_is_kept_as_it_was(application, send, read):
    for days_ago in (0, 40, 400):
        send("d1", days_ago)
    flush_all()
    before = everything(application)
    as_text = repr(before)
    first = [read(path, period="month", **asked) for path, asked in ASKED]

    again = [read(path, period="month", **asked) for path, asked in ASKED]

    assert again == first
    assert repr(before) == as_text
    assert everything(application)["users"] is before["users"]


# Random order -----------------------------------------------------------------------------------------------------
steps = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.sampled_from(["d1", "d2", "d3"]), st.sampled_from([0, 1, 12, 40, 400])),
        st.tuples(st.just("flush")),
        st.tuples(st.just("read"), st.sampled_from(["30days", "month", "hour"])),
        st.tuples(st.just("clear"), st.sampled_from(["all", "1month"])),
        st.tuples(st.just("evict")),
    ),
    min_size=3,
    max_size=10,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_kept_answers_equal_those_of_the_database_in_any_order(application, send, steps):
    for name, *arguments in steps:
        match name:
            case "send":
                send(*arguments)
            case "flush":
                flush_all()
            case "clear":
                removal.reset_application(Application.objects.get(pk=application.id), *arguments)
            case "evict":
                merged_months.kept.clear()
            case "read":
                queries.counter_tree("users", application.id, periods.resolve(
                    arguments[0], zone=application.timezone, now_ms=clock.now_ms()
                ))  # fmt: skip
        assert everything(application) == read_anew(application)
