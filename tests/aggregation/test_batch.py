import itertools
import json

import pytest

from apps.aggregation.batch import aggregate, profiles_needed
from apps.aggregation.known_values import RememberedValues, sets_of
from apps.aggregation.limits import Limits
from apps.aggregation.locations import NoLocator
from apps.aggregation.shards import Shard
from apps.core.keys import BASE_64, uid_text, user_id
from tests.aggregation.ledger import APP_ID, APPLICATION, NOON, Ledger, request


class Trap(NoLocator):
    """A defect that one request meets."""

    def by_address(self, ip_address):
        if ip_address == "203.0.113.13":
            raise ZeroDivisionError("a defect")
        return super().by_address(ip_address)


def count(requests, locate=None, applications=None):
    numbers = itertools.count(1)
    return aggregate(
        requests,
        applications={APP_ID: APPLICATION} if applications is None else applications,
        limits={},
        profiles={},
        known=RememberedValues(),
        events={},
        next_uid=lambda _: uid_text(next(numbers)),
        shard=Shard(),
        locate=locate or NoLocator(),
    )


def updates(outcome):
    return {name: dict(documents) for name, documents in outcome.writes.updates().items()}


def test_a_request_that_raises_leaves_no_trace():
    steps = [request("d1", begin_session=1), request("d1", at=NOON + 60, session_duration=60)]
    bad = request("d1", at=NOON + 30, begin_session=1, ip_address="203.0.113.13", metrics={"_device": "P"})
    stranger = request("d2", begin_session=1, ip_address="203.0.113.13")
    outcome = count([steps[0], bad, stranger, steps[1]], Trap())
    assert updates(outcome) == updates(count(steps))
    assert outcome.inserts.documents() == {}
    assert outcome.accepted == {APP_ID: 2}
    assert outcome.new_users == {APP_ID: 1}
    assert [(dead.index, dead.reason) for dead in outcome.dead] == [
        (1, "ZeroDivisionError: a defect"),
        (2, "ZeroDivisionError: a defect"),
    ]
    assert "by_address" in outcome.dead[0].traceback


def test_a_merge_that_raises_leaves_both_profiles():
    steps = [request("d1", begin_session=1), request("d2", begin_session=1)]
    bad = request("d2", at=NOON + 60, begin_session=1, old_device_id="d1", ip_address="203.0.113.13")
    outcome = count([*steps, bad], Trap())
    assert updates(outcome) == updates(count(steps))
    assert (outcome.merges, outcome.removed_profiles, len(outcome.dead)) == ([], [], 1)


def test_what_is_not_counted_is_said():
    step = request("d1", begin_session=1)
    outcome = count([step, step, request("00000000-0000-0000-0000-000000000000", begin_session=1)])
    assert outcome.dropped == {(APP_ID, "Duplicate request"): 1, (APP_ID, "Ignoring zero IDFA device_id"): 1}
    assert outcome.accepted == {APP_ID: 1}
    assert count([step], applications={}).dropped == {(APP_ID, "App does not exist"): 1}


def test_nothing_passed_in_is_changed():
    ledger = Ledger()
    ledger.send(request("d1", begin_session=1, events=[{"key": "a"}]), request("d2", begin_session=1))
    profiles = {key: dict(profile) for key, profile in ledger.profiles.items()}
    steps = [request("d1", at=NOON + 9, session_duration=9, events=[{"key": "b"}]), request("d1", old_device_id="d2")]
    before = {key: dict(profile) for key, profile in profiles.items()}
    events = ledger.events.copy()
    arguments = {
        "applications": {APP_ID: APPLICATION},
        "limits": {},
        "profiles": profiles,
        "known": ledger.known,
        "events": {APP_ID: events},
        "next_uid": lambda _: "x",
        "shard": Shard(),
        "locate": NoLocator(),
    }
    first, second = aggregate(steps, **arguments), aggregate(steps, **arguments)
    assert profiles == before
    assert events == ledger.events
    assert updates(first) == updates(second)


def test_profiles_needed_are_those_of_both_ids():
    assert profiles_needed([request("d1"), request("d1", old_device_id="d0"), request("d2", old_device_id="d2")]) == {
        (APP_ID, user_id("key", name)) for name in ("d0", "d1", "d2")
    }


def test_values_are_trimmed_when_that_is_set():
    ledger = Ledger(limits=Limits(trim_values=True))
    ledger.send(request(begin_session=" 1 ", country_code=" DE ", metrics={"_device": " P "}))
    assert (ledger.profile()["cc"], ledger.profile()["d"]) == ("DE", "P")


@pytest.mark.parametrize("encode", [json.dumps, lambda value: value], ids=["as text", "as JSON"])
def test_values_inside_events_and_metrics_are_trimmed_too(encode):
    ledger = Ledger(limits=Limits(trim_values=True))
    events = [{"key": " buy ", "segmentation": {"plan": " pro "}}]
    metrics = {"_os": " iOS ", "_device": "\tP"}
    ledger.send(request(begin_session="1", country_code=" [DE ", events=encode(events), metrics=encode(metrics)))
    profile = ledger.profile()
    assert (profile["p"], profile["d"], profile["mnf"], profile["cc"]) == ("iOS", "P", "Apple", "[DE")
    counted = {path for counters in ledger.counters.values() for path in counters}
    assert {"d.12.buy.c", "d.12.pro.c", "d.12.iOS.t"} <= counted
    assert not [path for path in counted if " " in path]


@pytest.mark.parametrize("shards", [1, 2, 3, 7, 64])
def test_shards_never_share_a_counter_document(shards):
    steps = [
        request(f"d{n}", begin_session=1, metrics={"_device": f"m{n % 9}"}, events=[{"key": f"e{n % 5}"}])
        for n in range(100)
    ]
    alone = Ledger()
    alone.send(*steps)
    ledgers = [Ledger(shard=Shard(index, shards)) for index in range(shards)]
    for ledger in ledgers:
        ledger.send(*steps)
    ids = [{key for key in ledger.counters if key[0] != "events"} for ledger in ledgers]
    for one, other in itertools.combinations(ids, 2):
        assert one & other == set()
    for ledger in ledgers:
        for collection in ("users", "devices", "events_data"):
            for month in ("2025:3", "2025:0"):
                assert ledger.by_month(collection, month) == alone.by_month(collection, month)


def test_one_shard_has_the_natural_ids():
    assert {character: Shard().own(character) for character in BASE_64} == {
        character: character for character in BASE_64
    }
    assert Shard().bare_suffix == ""
    assert (Shard(0, 4).bare_suffix, Shard(3, 4).bare_suffix) == ("", "_D")
    assert Shard(1, 4).own("A") == "B"
    assert Shard(2, 3).own("/") == "+"  # there is no 66th character
    with pytest.raises(ValueError, match="64"):
        Shard(0, 65)


def test_lists_are_read_in_both_forms():
    document = {"meta_v2": {"os": {"iOS": True}}, "meta": {"os": ["Android", 5], "x": "broken"}}
    assert sets_of(document) == {"os": {"iOS", "Android", "5"}}
    assert sets_of(None) == {}


def test_limits_come_from_settings():
    assert Limits.from_settings({}) == Limits()
    settings = {"session_cooldown": "30", "metric_limit": 0, "city_data": False, "event_limit": "x", "country_data": 1}
    assert Limits.from_settings(settings) == Limits(session_cooldown_seconds=30, metric_values=0, city_data=False)


def test_few_operations_are_needed():
    for devices, most in ((100, 300), (1_000, 1_300)):
        ledger = Ledger()
        steps = [
            request(
                f"device-{n % devices}",
                at=NOON + n,
                **(
                    {
                        "begin_session": 1,
                        "metrics": {"_os": "Android", "_os_version": str(10 + n % 5), "_app_version": "1.2"},
                    }
                    if n < devices
                    else {"events": [{"key": f"e{n % 3}", "segmentation": {"plan": f"p{n % 4}"}}]}
                ),
            )
            for n in range(1_000)
        ]
        outcome = ledger.send(*steps)
        assert sum(len(documents) for documents in outcome.writes.updates().values()) <= most
