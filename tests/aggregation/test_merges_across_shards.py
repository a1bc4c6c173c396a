"""Merges of device ids in every order, over several shards, while requests of the old ids are still on their way.

Each shard counts its own devices in their order; which shard counts next, and how much at once, is anybody's guess.
Transactions make one batch follow another, so every run of several shards is one of these.
"""

import zlib
from collections import Counter, defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.aggregation.shards import Shard
from apps.core.keys import user_id
from apps.pipeline.recount import totals_of_profiles
from tests.aggregation.ledger import APP_ID, NOON, Ledger, request
from tests.aggregation.test_conservation import summed

SHARDS = 3
DEVICES = ["a", "b", "c", "d", "e"]
STEPS = st.lists(
    st.fixed_dictionaries(
        {"device_id": st.sampled_from(DEVICES)},
        optional={
            "begin_session": st.just(1),
            "old_device_id": st.sampled_from(DEVICES),
            "events": st.just([{"key": "e"}]),
        },
    ),
    min_size=1,
    max_size=25,
)
#: Which shard counts next, and how many of its requests.
TURNS = st.lists(st.tuples(st.integers(0, SHARDS - 1), st.integers(1, 4)), max_size=20)
#: How often each request arrives.
SENDINGS = st.lists(st.integers(1, 3), min_size=25, max_size=25)


def shard_of(device_id):
    return zlib.crc32((APP_ID + device_id).encode()) % SHARDS


def made(steps, sendings):
    """The requests, an hour apart so that each begin is a session, and those of each shard with their repetitions."""
    requests = [
        request(at=NOON + number * 3600, ignore_cooldown=1, session_duration=number + 1, **step)
        for number, step in enumerate(steps)
    ]
    queues = defaultdict(list)
    for each, times in zip(requests, sendings, strict=False):
        queues[shard_of(each.record.device_id)].append(each)
        if times > 1:
            queues[shard_of(each.record.device_id)] += [each] * (times - 2)
    for each, times in zip(requests, sendings, strict=False):  # the last repetition comes after everything else
        if times > 1:
            queues[shard_of(each.record.device_id)].append(each)
    return requests, queues


def counted(queues, turns):
    ledger = Ledger()
    rest = [(shard, len(queue)) for shard, queue in sorted(queues.items())]
    waiting = {shard: list(queue) for shard, queue in queues.items()}
    for shard, number in [*turns, *rest]:
        batch, waiting[shard] = waiting.get(shard, [])[:number], waiting.get(shard, [])[number:]
        if batch:
            ledger.shard = Shard(shard, SHARDS)
            ledger.send(*batch)
    return ledger


def totals(ledger):
    found = Counter()
    for month in {name.split("_")[0] for name in ledger.counted("users") if ":0" not in name}:
        counters = ledger.by_month("users", month)
        for key in ("t", "n", "d"):
            found[key] += summed(counters, rf"\d+\.{key}")
    return found


@settings(deadline=None, max_examples=60)
@given(STEPS, SENDINGS, TURNS)
def test_nothing_is_lost_and_nothing_counts_twice(steps, sendings, turns):
    requests, queues = made(steps, sendings)
    ledger = counted(queues, turns)
    begins = sum(1 for step in steps if "begin_session" in step)
    of_counters, of_profiles = totals(ledger), totals_of_profiles(ledger.profiles.values())
    assert (of_counters["t"], of_profiles["t"]) == (begins, begins)
    seconds = sum(range(1, len(steps) + 1))
    assert (of_counters["d"], of_profiles["d"]) == (seconds, seconds)
    assert of_counters["n"] == of_profiles["n"]
    sent = sum(1 for step in steps if "events" in step)
    assert summed(ledger.by_month("events_data", "2025:3"), r"\d+\.c") == sent
    assert ledger.dropped["Duplicate request"] == sum(times - 1 for times, _ in zip(sendings, requests, strict=False))


@settings(deadline=None, max_examples=30)
@given(STEPS, SENDINGS, TURNS)
def test_requests_of_an_old_id_land_on_the_merged_user(steps, sendings, turns):
    ledger = counted(made(steps, sendings)[1], turns)
    known = {key: profile["uid"] for key, profile in ledger.profiles.items()}
    for key, target in ledger.aliases.items():
        assert key not in known, "an id with a profile of its own leads nowhere else"
        assert (APP_ID, target) in known, "an alias leads to a user in one step"
    for device in DEVICES:
        key = (APP_ID, user_id("key", device))
        owner = key if key in known else (APP_ID, ledger.aliases[key]) if key in ledger.aliases else None
        before = ledger.profiles[owner].get("tsd", 0) if owner else 0
        ledger.send(request(device, at=NOON + 90 * 86_400, session_duration=5))
        assert ledger.profiles[owner or key]["tsd"] == before + 5
    assert known.items() <= {key: profile["uid"] for key, profile in ledger.profiles.items()}.items()


@settings(deadline=None, max_examples=30)
@given(STEPS)
def test_merging_twice_equals_once(steps):
    """Each merge is asked for again by a request of its own."""
    again = []
    for step in steps:
        again.append(step)
        if "old_device_id" in step:
            again.append({"device_id": step["device_id"], "old_device_id": step["old_device_id"]})
    once, twice = (counted(made(each, [1] * len(each))[1], []) for each in (steps, again))
    assert once.profiles.keys() == twice.profiles.keys()
    for key, profile in once.profiles.items():
        assert {name: twice.profiles[key].get(name) for name in ("sc", "merges", "uid", "merged_did")} == {
            name: profile.get(name) for name in ("sc", "merges", "uid", "merged_did")
        }
    assert totals(once)["t"] == totals(twice)["t"]
    assert once.aliases == twice.aliases
