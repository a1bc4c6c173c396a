from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command

from apps.aggregation.records import Record
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.pipeline.flush import flush_all
from apps.pipeline.recount import Comparison, _counts_below, recount, totals_of_profiles
from tests.pipeline.conftest import AT_MS


def test_recount_agrees_with_the_counters_until_one_is_changed(
    application: ApplicationInfo, record: Callable[..., Record], accept: Callable[[list[Record]], None]
) -> None:
    accept([record("begin_session=1", device_id=f"d{number}") for number in range(3)])
    accept([record("session_duration=30", device_id="d1", at_ms=AT_MS + 30_000)])
    flush_all()

    assert recount(application.id) == [
        Comparison("sessions", 3, 3),
        Comparison("new users", 3, 3),
        Comparison("session seconds", 30, 30),
        Comparison("events", 0, 0),
    ]
    out = StringIO()
    call_command("recount", app=application.id, stdout=out)
    assert "No differences." in out.getvalue()

    mongo.collection(f"app_users{application.id}").update_one({"did": "d1"}, {"$inc": {"sc": 1}})

    assert recount(application.id)[0] == Comparison("sessions", 4, 3)
    with pytest.raises(SystemExit) as stopped:
        call_command("recount", app=application.id, stdout=out)
    assert stopped.value.code == 1


def test_recount_knows_who_was_new_before_a_merge(
    application: ApplicationInfo, record: Callable[..., Record], accept: Callable[[list[Record]], None]
) -> None:
    """In turn: a user goes up in one without a session, in one with a session, in one who begins it later."""
    hour = 3_600_000
    accept([record("begin_session=1", device_id="a"), record("user_details={}&metrics={}", device_id="b")])
    accept([record("old_device_id=a", device_id="b", at_ms=AT_MS + hour)])
    accept([record("begin_session=1", device_id="c", at_ms=AT_MS + hour)])
    accept([record("old_device_id=b", device_id="c", at_ms=AT_MS + 2 * hour)])
    accept([record('events=[{"key":"x"}]', device_id=each, at_ms=AT_MS + hour) for each in ("d", "e")])
    accept([record("old_device_id=d", device_id="e", at_ms=AT_MS + 2 * hour)])
    accept([record("begin_session=1", device_id="e", at_ms=AT_MS + 3 * hour)])
    flush_all()

    assert recount(application.id)[:2] == [Comparison("sessions", 3, 3), Comparison("new users", 3, 3)]


def test_recount_compares_both_numbers_of_each_event(
    application: ApplicationInfo, record: Callable[..., Record], accept: Callable[[list[Record]], None]
) -> None:
    accept([record('events=[{"key":"buy","count":3},{"key":"a.b","segmentation":{"plan":"free"}}]')])
    flush_all()
    assert recount(application.id)[3:] == [Comparison("events", 4, 4)]

    own = {"a": application.id, "e": "buy", "s": "no-segment", "m": "2025:3"}
    mongo.collection("events_data").update_one(own, {"$inc": {"d.12.c": 2}})

    assert recount(application.id)[3:] == [Comparison("events", 4, 6), Comparison("event buy", 3, 5)]


def test_recount_reads_what_countly_merged_and_events_with_dots_that_it_stored() -> None:
    profiles = [{"fs": 1, "merges": 2}, {"merges": 1}, {"fs": 1, "merges": 3, "merged_firsts": 1}]
    assert totals_of_profiles(profiles)["n"] == 3 + 0 + 2
    assert dict(_counts_below({"a": {"b": {"c": 2}, "c": 1}, "x:y": {"c": 4}})) == {"a": 1, "a:b": 2, "x:y": 4}
