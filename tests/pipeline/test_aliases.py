"""Requests of an id whose user went up in another one, over several flushes and shards."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from apps.aggregation.records import Record
from apps.applications import data
from apps.applications.info import ApplicationInfo
from apps.core import mongo, schema
from apps.core.keys import user_id
from apps.pipeline import stored_profiles
from apps.pipeline.flush import flush_all, flush_shard
from apps.plugin_api import configuration
from tests.faults import counters
from tests.pipeline.conftest import AT_MS
from tests.pipeline.test_shards import USERS, devices_by_shard, in_threads

MakeRecord = Callable[..., Record]
Accept = Callable[[list[Record]], None]
HOUR_MS = 3_600_000


def users(application: ApplicationInfo) -> list[dict[str, Any]]:
    profiles = mongo.collection(f"app_users{application.id}").find({}, {"_id": 0, "did": 1, "sc": 1})
    return sorted(profiles, key=lambda profile: profile["did"])


def aliases(application: ApplicationInfo) -> dict[str, str]:
    return {alias["_id"]: alias["into"] for alias in mongo.collection(f"app_user_aliases{application.id}").find()}


def test_the_collection_is_made_with_the_application(application: ApplicationInfo) -> None:
    assert f"app_user_aliases{application.id}" in schema.application_collections(application.id)
    indexes = mongo.collection(f"app_user_aliases{application.id}").index_information()
    assert sorted(index["key"][0][0] for index in indexes.values()) == ["_id", "into"]


def test_old_ids_lead_to_the_merged_user(application: ApplicationInfo, record: MakeRecord, accept: Accept) -> None:
    a, b, c = (user_id(application.key, name) for name in "abc")
    steps = [
        *(record("begin_session=1", device_id=name) for name in "abc"),
        record("old_device_id=a", device_id="b", at_ms=AT_MS + HOUR_MS),
        record("begin_session=1", device_id="a", at_ms=AT_MS + 2 * HOUR_MS),
        record("old_device_id=b", device_id="c", at_ms=AT_MS + 3 * HOUR_MS),
        record("begin_session=1", device_id="a", at_ms=AT_MS + 4 * HOUR_MS),
        record("begin_session=1", device_id="b", at_ms=AT_MS + 5 * HOUR_MS),
        record("old_device_id=b", device_id="c", at_ms=AT_MS + 6 * HOUR_MS),
    ]
    for step in steps:
        accept([step])
        flush_all()
    assert users(application) == [{"did": "c", "sc": 6}]
    assert aliases(application) == {a: c, b: c}
    application_document = mongo.collection("apps").find_one({"key": application.key})
    assert application_document is not None
    assert application_document["seq"] == 3  # no numbers are drawn for ids that lead elsewhere

    accept([record("begin_session=1&old_device_id=c", device_id="a", at_ms=AT_MS + 7 * HOUR_MS)])
    flush_all()
    accept([record("begin_session=1", device_id=name, at_ms=AT_MS + 8 * HOUR_MS) for name in "bc"])
    flush_all()
    assert users(application) == [{"did": "a", "sc": 9}]
    assert aliases(application) == {b: a, c: a}
    assert counters.totals(mongo.database(), application.id)["sessions"] == 9


def test_they_are_cleared_with_the_profiles(application: ApplicationInfo, record: MakeRecord, accept: Accept) -> None:
    accept([record("begin_session=1", device_id=name) for name in "ab"])
    accept([record("old_device_id=a", device_id="b", at_ms=AT_MS + HOUR_MS)])
    flush_all()
    assert len(aliases(application)) == 1
    data.clear(application.id)
    assert (aliases(application), users(application)) == ({}, [])


def test_chains_and_circles_made_by_hand_end(application: ApplicationInfo, record: MakeRecord, accept: Accept) -> None:
    ids = {name: user_id(application.key, name) for name in "abcd"}
    accept([record("begin_session=1", device_id="c")])
    flush_all()
    mongo.collection(f"app_user_aliases{application.id}").insert_many(
        {"_id": ids[old], "into": ids[target]} for old, target in ("ab", "bc", "dd")
    )
    accept([record("begin_session=1", device_id=name, at_ms=AT_MS + HOUR_MS) for name in "ad"])
    flush_all()
    assert users(application) == [{"did": "c", "sc": 2}, {"did": "d", "sc": 1}]


def test_user_details_are_stored_within_the_limits_of_settings(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    configuration.write("users", {"custom_prop_limit": 1})
    accept([record('user_details={"name":"Ann","custom":{"points":{"$inc":2},"more":1}}')])
    flush_all()
    accept([record('user_details={"custom":{"points":{"$inc":3}}}', at_ms=AT_MS + HOUR_MS)])
    flush_all()
    (profile,) = mongo.collection(f"app_users{application.id}").find()
    assert (profile["name"], profile["custom"], profile["hasInfo"]) == ("Ann", {"points": 5}, True)
    (drop,) = mongo.collection("ingest_drops").find()
    assert drop["reason"] == "Custom property beyond the limit of properties"


@pytest.mark.django_db(transaction=True)
def test_merges_and_requests_of_old_ids_in_two_shards_at_once(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, settings: Settings
) -> None:
    settings.INGEST_SHARDS, settings.FLUSH_MAX_REQUESTS = 2, 3
    zero, one = devices_by_shard(application)
    accept([record("begin_session=1", device_id=device) for device in zero + one])
    flush_all()
    accept(
        [
            record("begin_session=1", device_id=device, at_ms=AT_MS + session * HOUR_MS)
            for session in range(1, 4)
            for device in zero
        ]
    )
    accept(
        [
            record(f"begin_session=1&old_device_id={old}", device_id=new, at_ms=AT_MS + HOUR_MS)
            for old, new in zip(zero, one, strict=True)
        ]
    )

    in_threads(lambda: flush_shard(0), lambda: flush_shard(1))

    assert users(application) == [{"did": device, "sc": 6} for device in sorted(one)]
    assert aliases(application) == {
        user_id(application.key, old): user_id(application.key, new) for old, new in zip(zero, one, strict=True)
    }
    assert counters.totals(mongo.database(), application.id)["sessions"] == 6 * USERS
    assert mongo.collection("dead_letters").count_documents({}) == 0


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.django_db(transaction=True)
def test_first_request_of_an_id_and_a_merge_that_names_it_at_the_same_moment(
    application: ApplicationInfo,
    record: MakeRecord,
    accept: Accept,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    first: int,
) -> None:
    """One shard has read what is stored; before it writes, the other counts. Neither sees what the other does."""
    settings.INGEST_SHARDS = 2
    (old, *_), (new, *_) = devices_by_shard(application)
    accept([record("begin_session=1", device_id=old)])
    accept([record(f"begin_session=1&old_device_id={old}", device_id=new, at_ms=AT_MS + HOUR_MS)])
    load = stored_profiles.load

    def load_and_wait(*arguments: Any) -> stored_profiles.Stored:
        monkeypatch.setattr(stored_profiles, "load", load)
        stored = load(*arguments)
        flush_shard(1 - first)
        return stored

    monkeypatch.setattr(stored_profiles, "load", load_and_wait)
    flush_shard(first)

    assert users(application) == [{"did": new, "sc": 2}]
    assert aliases(application) == {user_id(application.key, old): user_id(application.key, new)}
    assert mongo.collection("dead_letters").count_documents({}) == 0
