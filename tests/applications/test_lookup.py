import asyncio
import time

import pytest
from bson import ObjectId
from pymongo.errors import AutoReconnect

from apps.applications import lifecycle, lookup
from apps.applications.info import ApplicationInfo
from apps.core import mongo

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return lifecycle.create_application("Shop", key="k", timezone="Europe/Paris", country="FR", type="web")


@pytest.fixture
def loads(monkeypatch):
    """What was read from the database, in order."""
    seen = []
    load = lookup._load

    def spy(search):
        seen.append(search)
        return load(search)

    monkeypatch.setattr(lookup, "_load", spy)
    return seen


@pytest.fixture
def monotonic(monkeypatch):
    class Clock:
        now = 100.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(lookup, "time", clock)
    return clock


def test_application_is_found_by_key_and_by_id(application):
    expected = ApplicationInfo(
        id=str(application.pk), key="k", name="Shop", country="FR", timezone="Europe/Paris", type="web", unique_since=0
    )

    assert lookup.by_key("k") == expected
    assert lookup.by_id(str(application.pk)) == expected
    assert lookup.fresh_by_ids([str(application.pk), str(ObjectId()), "no id"]) == {str(application.pk): expected}


@pytest.mark.parametrize("key", ["unknown", "", "\x00", "\ud800", "a" * 5000, "$ne", "ключ"])
def test_unknown_key_is_none(application, key):
    assert lookup.by_key(key) is None
    assert asyncio.run(lookup.by_key_async(key)) is None


@pytest.mark.parametrize("application_id", ["", "x", "z" * 24, "0" * 24])
def test_unknown_id_is_none(application, application_id):
    assert lookup.by_id(application_id) is None


def test_answers_are_kept_for_two_seconds(application, loads, monotonic):
    lookup.by_key("k"), lookup.by_key("unknown")
    mongo.collection("apps").update_one({"key": "k"}, {"$set": {"paused": True}})
    monotonic.now += 1.9
    assert (lookup.by_key("k").paused, lookup.by_key("unknown")) == (False, None)
    assert loads == [("key", "k"), ("key", "unknown")]

    monotonic.now += 0.2

    assert lookup.by_key("k").paused is True
    assert loads == [("key", "k"), ("key", "unknown"), ("key", "k")]


def test_made_up_keys_do_not_fill_the_memory(application, monkeypatch):
    monkeypatch.setattr(lookup, "MAX_ENTRIES", 5)

    for number in range(50):
        lookup.by_key(f"made up {number}")

    assert len(lookup._answers) <= 5


def test_concurrent_misses_share_one_read(application, loads):
    async def ask():
        return await asyncio.gather(*(lookup.by_key_async("k") for _ in range(50)))

    answers = asyncio.run(ask())

    assert [answer.key for answer in answers] == ["k"] * 50
    assert loads == [("key", "k")]
    assert lookup._loading == {}


def test_client_that_hangs_up_does_not_take_the_answer_from_others(application, monkeypatch):
    load = lookup._load
    monkeypatch.setattr(lookup, "_load", lambda search: (time.sleep(0.05), load(search))[1])

    async def ask():
        first = asyncio.create_task(lookup.by_key_async("k"))
        second = asyncio.create_task(lookup.by_key_async("k"))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(ask()).key == "k"


def test_failed_read_is_raised_and_not_remembered(application, monkeypatch):
    def fail(search):
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(lookup, "_load", fail)
        with pytest.raises(ConnectionError):
            asyncio.run(lookup.by_key_async("k"))

    assert asyncio.run(lookup.by_key_async("k")).key == "k"


def test_known_application_stays_known_while_the_database_does_not_answer(application, monotonic, monkeypatch):
    expected = asyncio.run(lookup.by_key_async("k"))
    monotonic.now += 3600

    def fails(search):
        raise AutoReconnect("the server went away")

    monkeypatch.setattr(lookup, "_load", fails)

    assert asyncio.run(lookup.by_key_async("k")) == expected
    with pytest.raises(AutoReconnect):
        asyncio.run(lookup.by_key_async("another"))
