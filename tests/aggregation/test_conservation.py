"""Nothing is lost or made up: parts sum to wholes, and how requests fall into batches does not matter."""

import math
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.applications.info import ApplicationInfo
from tests.aggregation.ledger import APP_ID, NOON, Ledger, as_batches, request

ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia", "America/Sao_Paulo"]
DEVICES = ["a", "b", "c", "d"]
EVENTS = st.lists(
    st.fixed_dictionaries(
        {"key": st.sampled_from(["buy", "open", "a.b"]), "count": st.integers(1, 5)},
        optional={
            "sum": st.integers(-10_000, 10_000).map(lambda cents: cents / 100),
            "dur": st.integers(0, 100),
            "timestamp": st.integers(NOON - 40 * 86_400, NOON),
            "segmentation": st.fixed_dictionaries({"plan": st.sampled_from(["free", "pro", 7])}),
        },
    ),
    max_size=3,
)
STEP = st.fixed_dictionaries(
    {
        "device_id": st.sampled_from(DEVICES),
        "at": st.integers(NOON - 40 * 86_400, NOON),
    },
    optional={
        "begin_session": st.just(1),
        "session_duration": st.integers(1, 500),
        "end_session": st.just(1),
        "country_code": st.sampled_from(["DE", "FR"]),
        "city": st.sampled_from(["Berlin", "Hamburg"]),
        "metrics": st.fixed_dictionaries(
            {"_os": st.sampled_from(["iOS", "Android"]), "_device": st.sampled_from("PQ")}
        ),
        "events": EVENTS,
        "old_device_id": st.sampled_from(DEVICES),
        "user_details": st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(["Ann", ""]),
                "custom": st.dictionaries(
                    st.sampled_from(["points", "tags"]),
                    st.sampled_from([{"$inc": 2}, {"$push": ["a", 1]}, {"$addToSet": "b"}, {"$mul": 2}, 5, None]),
                ),
            },
        ),
    },
)


def requests_of(steps):
    return [request(**step) for step in steps]


def summed(counters: dict[str, float], pattern: str) -> float:
    return sum(value for path, value in counters.items() if re.fullmatch(pattern, path))


def months(ledger: Ledger, collection: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for document_id, paths in ledger.counted(collection).items():
        month = next(part for part in document_id.split("_") if re.fullmatch(r"\d+:\d+", part))
        for path, value in paths.items():
            total = found.setdefault(month, {})
            total[path] = total.get(path, 0) + value
    return found


def equal_counters(one: Ledger, other: Ledger) -> None:
    assert one.counters.keys() == other.counters.keys()
    for key, paths in one.counters.items():
        assert paths.keys() == other.counters[key].keys()
        for path, value in paths.items():
            assert math.isclose(value, other.counters[key][path], abs_tol=1e-6), (key, path)


@settings(deadline=None)
@given(st.lists(STEP, max_size=12), st.lists(st.integers(1, 4), max_size=6), st.sampled_from(ZONES))
def test_how_requests_fall_into_batches_does_not_matter(steps, sizes, zone):
    application = ApplicationInfo(id=APP_ID, key="key", timezone=zone, country="DE")
    together, apart = Ledger(application), Ledger(application)
    requests = requests_of(steps)
    together.send(*requests)
    for batch in as_batches(requests, sizes):
        apart.send(*batch)
    equal_counters(together, apart)
    assert together.profiles == apart.profiles
    assert together.aliases == apart.aliases
    assert together.fields == apart.fields
    assert together.lists == apart.lists
    assert together.inserts == apart.inserts
    assert together.dropped == apart.dropped


@settings(deadline=None)
@given(st.lists(STEP, max_size=12), st.data())
def test_requests_sent_several_times_count_once(steps, data):
    once, often = Ledger(), Ledger()
    requests = requests_of([{name: value for name, value in step.items() if name != "old_device_id"} for step in steps])
    once.send(*requests)
    for position, each in enumerate(requests):
        again = data.draw(st.lists(st.sampled_from(requests[: position + 1]), max_size=3))
        often.send(each, *again)
    equal_counters(once, often)
    assert once.profiles == often.profiles


@settings(deadline=None)
@given(st.lists(STEP, max_size=15), st.sampled_from(ZONES))
def test_parts_sum_to_wholes(steps, zone):
    ledger = Ledger(ApplicationInfo(id=APP_ID, key="key", timezone=zone, country="DE"))
    ledger.send(*requests_of(steps))
    sessions = 0
    for month, counters in months(ledger, "users").items():
        if month.endswith(":0"):
            continue
        for counter in "tned":
            assert summed(counters, rf"\d+\.{counter}") == summed(counters, rf"\d+\.\d+\.{counter}")
        for counter in "tn":
            assert summed(counters, rf"\d+\.{counter}") == summed(counters, rf"\d+\.[A-Z]\w+\.{counter}")
        sessions += summed(counters, r"\d+\.t")
    assert sum(profile.get("sc", 0) for profile in ledger.profiles.values()) == sessions
    seconds = sum(
        summed(counters, r"\d+\.d") for month, counters in months(ledger, "users").items() if month[-2:] != ":0"
    )
    assert sum(profile.get("tsd", 0) for profile in ledger.profiles.values()) == seconds
    first_sessions = sum(summed(counters, r"\d+\.n") for counters in months(ledger, "users").values())
    assert first_sessions == summed(months(ledger, "users").get("2025:0", {}), r"f\.0")


@settings(deadline=None)
@given(st.lists(STEP, max_size=15))
def test_segments_sum_to_their_events(steps):
    ledger = Ledger()
    ledger.send(*requests_of(steps))
    whole: dict[str, float] = {}
    by_key: dict[str, float] = {}
    for document_id, paths in ledger.counted("events_data").items():
        for path, value in paths.items():
            name = path.split(".")[-1]
            if document_id.startswith("all_key_"):
                by_key[name] = by_key.get(name, 0) + value
            elif "_no-segment_" in document_id and path.count(".") == 1:
                whole[name] = whole.get(name, 0) + value
    assert whole.keys() == by_key.keys()
    for name, value in whole.items():
        assert math.isclose(value, by_key[name], abs_tol=1e-6)
    sent = sum(event["count"] for step in steps for event in step.get("events", ()))
    assert whole.get("c", 0) == sent
