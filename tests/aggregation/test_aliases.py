"""After a merge the old id leads to the merged user, in whatever order requests of the two are counted."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.aggregation.aliases import Aliases
from apps.core.keys import user_id
from tests.aggregation.ledger import APP_ID, NOON, Ledger, as_batches, request
from tests.aggregation.test_conservation import EVENTS, summed


def ids(device_id):
    return APP_ID, user_id("key", device_id)


def leads(ledger):
    """Old device id -> the one it leads to, for those that tests use."""
    names = {user_id("key", name): name for name in ("a", "b", "c", "d", "anon", "login")}
    return {names[old]: names[target] for (_, old), target in ledger.aliases.items()}


def session(device_id, **parameters):
    return request(device_id, begin_session=1, ignore_cooldown=1, session_duration=7, **parameters)


def test_late_requests_of_the_old_id_land_on_the_merged_user():
    ledger = Ledger()
    ledger.send_one_by_one(session("anon", t=1), session("login", t=0), request("login", old_device_id="anon"))
    ledger.send_one_by_one(session("anon", at=NOON + 100, t=1), request("anon", events=[{"key": "buy"}]))
    profile = ledger.profile("login")
    assert set(ledger.profiles) == {ids("login")}
    assert {field: profile[field] for field in ("uid", "did", "t", "sc", "tsd", "merges", "lac")} == {
        "uid": "2", "did": "login", "t": "0", "sc": 3, "tsd": 21, "merges": 1, "lac": NOON + 100,
    }  # fmt: skip
    assert leads(ledger) == {"anon": "login"}
    # The user was known: that session is not one of a new user.
    assert ledger.by_month("users", "2025:3")["12.n"] == 2


def test_a_retry_that_comes_under_the_old_id_after_the_merge_is_a_duplicate():
    ledger = Ledger()
    first = session("anon")
    ledger.send_one_by_one(first, session("login"), request("login", old_device_id="anon"), first)
    assert ledger.dropped == {"Duplicate request": 1}
    assert ledger.profile("login")["sc"] == 2


@pytest.mark.parametrize("together", [True, False])
def test_the_same_merge_again_changes_nothing(together):
    ledger = Ledger()
    ledger.send_one_by_one(session("anon"), session("login"), request("login", old_device_id="anon"))
    before, aliases = dict(ledger.profile("login")), dict(ledger.aliases)
    again = [request("login", at=NOON + n, old_device_id="anon") for n in range(3)]
    outcomes = [ledger.send(*again)] if together else [ledger.send(each) for each in again]
    now = ledger.profile("login")
    assert {**now, "req_hashes": None} == {**before, "req_hashes": None}
    assert ledger.aliases == aliases
    assert [outcome.aliases for outcome in outcomes] == [{} for _ in outcomes]
    assert [outcome.merges for outcome in outcomes] == [[] for _ in outcomes]


def test_chains_lead_to_their_end():
    ledger = Ledger()
    ledger.send_one_by_one(
        *(session(name) for name in "abc"),
        request("b", old_device_id="a"),
        request("c", old_device_id="b"),
        session("a"),
        session("b"),
    )
    assert leads(ledger) == {"a": "c", "b": "c"}
    assert set(ledger.profiles) == {ids("c")}
    assert ledger.profile("c")["sc"] == 5


def test_a_merge_may_go_the_other_way_round_later():
    ledger = Ledger()
    ledger.send_one_by_one(session("a"), session("b"), request("b", old_device_id="a"))
    ledger.send_one_by_one(session("a", old_device_id="b"), session("b"), session("a"))
    assert leads(ledger) == {"b": "a"}
    assert set(ledger.profiles) == {ids("a")}
    assert (ledger.profile("a")["did"], ledger.profile("a")["sc"], ledger.profile("a")["merges"]) == ("a", 5, 2)
    ledger.send(request("b", old_device_id="a"), session("a"))
    assert leads(ledger) == {"a": "b"}
    assert (ledger.profile("b")["did"], ledger.profile("b")["sc"], ledger.profile("b")["merges"]) == ("b", 6, 3)


def test_an_old_id_never_unites_two_users_who_are_known():
    """Two people log in on one device, one after the other."""
    ledger = Ledger()
    ledger.send_one_by_one(
        *(session(name) for name in "abc"),
        request("b", old_device_id="a"),
        request("c", old_device_id="a"),
        session("a"),
    )
    assert leads(ledger) == {"a": "c"}
    assert {name: ledger.profile(name)["sc"] for name in "bc"} == {"b": 2, "c": 2}


def test_an_alias_of_a_user_who_was_deleted_is_none():
    ledger = Ledger()
    ledger.send_one_by_one(session("a"), session("b"), request("b", old_device_id="a"))
    ledger.profiles.clear()
    ledger.send(session("a"))
    assert set(ledger.profiles) == {ids("a")}
    assert ledger.aliases == {}


def test_a_profile_that_others_made_wins_over_its_alias():
    ledger = Ledger()
    ledger.send_one_by_one(session("a"), session("b"))
    ledger.aliases[ids("a")] = ids("b")[1]
    ledger.send(session("a"))
    assert {name: ledger.profile(name)["sc"] for name in "ab"} == {"a": 2, "b": 1}
    ledger.send(request("a", old_device_id="b"))
    assert leads(ledger) == {"b": "a"}


def test_circles_that_were_stored_end():
    aliases = Aliases({("x", "a"): "b", ("x", "b"): "a", ("x", "c"): "c"})
    assert [aliases.target(("x", name)) for name in "abc"] == [None, None, None]


def test_long_chains_are_walked_once():
    aliases = Aliases({})
    for number in range(50_000):
        aliases.lead(("x", str(number)), str(number + 1))
    assert {aliases.target(("x", str(number))) for number in range(50_000)} == {"50000"}


def test_every_order_gives_one_user_and_the_same_totals():
    steps = [
        lambda: session("a"),
        lambda: session("b", at=NOON + 60),
        lambda: request("b", at=NOON + 120, old_device_id="a"),
        lambda: session("a", at=NOON + 180),
    ]
    for order in itertools.permutations(steps):
        for is_one_batch in (True, False):
            ledger = Ledger()
            requests = [make() for make in order]
            if is_one_batch:
                ledger.send(*requests)
            else:
                ledger.send_one_by_one(*requests)
            assert set(ledger.profiles) == {ids("b")}
            assert (ledger.profile("b")["did"], ledger.profile("b")["sc"], ledger.profile("b")["tsd"]) == ("b", 3, 21)


STEP = st.fixed_dictionaries(
    {"device_id": st.sampled_from("abcd"), "at": st.integers(NOON - 86_400, NOON), "ignore_cooldown": st.just(1)},
    optional={
        "begin_session": st.just(1),
        "session_duration": st.integers(1, 500),
        "end_session": st.just(1),
        "events": EVENTS,
        "old_device_id": st.sampled_from("abcd"),
    },
)


COUNTERS = {"users": ("t", "d", "e"), "events_data": ("c", "s", "dur")}


def totals(ledger):
    return {
        counter: sum(
            summed(paths, rf"\d+\.{counter}")
            for document_id, paths in ledger.counted(collection).items()
            if "2025:0" not in document_id
        )
        for collection, counters in COUNTERS.items()
        for counter in counters
    }


@settings(deadline=None)
@given(st.lists(STEP, max_size=15), st.lists(st.integers(1, 4), max_size=6))
def test_merges_neither_lose_nor_make_up_anything(steps, sizes):
    with_merges, without = Ledger(), Ledger()
    for batch in as_batches([request(**step) for step in steps], sizes):
        with_merges.send(*batch)
    without.send(*(request(**{**step, "old_device_id": ""}) for step in steps))
    ours, theirs = totals(with_merges), totals(without)
    assert all(math.isclose(ours[counter], theirs[counter], abs_tol=1e-6) for counter in theirs), (ours, theirs)
    for field, counter in (("sc", "t"), ("tsd", "d")):
        assert sum(profile.get(field, 0) for profile in with_merges.profiles.values()) == theirs[counter]
    check_aliases(with_merges)


def check_aliases(ledger):
    """Whoever is led to has a profile and leads nowhere; whoever leads has none."""
    for key, target in ledger.aliases.items():
        assert key not in ledger.profiles
        assert (APP_ID, target) in ledger.profiles
        assert (APP_ID, target) not in ledger.aliases


@settings(deadline=None)
@given(st.lists(STEP, max_size=15))
def test_every_merge_sent_twice_equals_once(steps):
    once, twice = Ledger(), Ledger()
    requests = [request(**step) for step in steps]
    for each in requests:
        once.send(each)
        twice.send_one_by_one(each, each)
    assert once.profiles == twice.profiles
    assert once.aliases == twice.aliases
    assert totals(once) == totals(twice)
