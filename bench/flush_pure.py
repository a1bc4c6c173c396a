"""Requests per core-second through decoding, reading, aggregation and building updates, without a database.

Half of the requests begin a session by GET with url-encoded metrics, half report three events with segmentation by
POST. The baseline, in the same run, only parses the same content as JSON and copies it: the ratio says how much the
counting costs beyond reading, and can be compared between machines.
"""

import gc
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from apps.aggregation.aliases import ProfileKey
from apps.aggregation.batch import BatchOutcome, aggregate, profiles_needed
from apps.aggregation.documents import profiles_collection
from apps.aggregation.extensions import PLAIN, Extensions
from apps.aggregation.known_values import EventsDocument, RememberedValues
from apps.aggregation.limits import Limits
from apps.aggregation.locations import NoLocator
from apps.aggregation.records import Record, decode, encode
from apps.aggregation.requests import IngestRequest, read_request
from apps.aggregation.shards import Shard
from apps.applications.info import ApplicationInfo
from apps.core.garbage import collector_paused
from apps.core.keys import uid_text

Profiles = Mapping[ProfileKey, dict[str, Any]]

APPLICATION = ApplicationInfo(id="64b0c0de64b0c0de64b0c0de", key="bench-key", timezone="Europe/Berlin", country="DE")
FORM = "application/x-www-form-urlencoded"
NOW_MS = 1_741_775_400_000
REQUESTS = 20_000
DEVICES = 10_000
BATCH = 1_000
BATCHES = (BATCH, 10_000)  # as many as wait when little and when much comes in
DAY_MS = 86_400_000
ROUNDS = 5  # the best of each counts: what else the machine does slows single ones down
SYSTEMS = (("Android", ("12", "13", "14", "15")), ("iOS", ("16.5", "17.2", "17.4", "18.0")))
COUNTRIES = ("DE", "FR", "US", "GB", "ES", "IT", "PL", "TR", "BR", "JP")
EVENT_KEYS = ("purchase", "open_menu", "search", "share", "level_up", "add_to_cart", "login", "tutorial_done")


def metrics(choose: random.Random) -> dict[str, str]:
    system, versions = choose.choice(SYSTEMS)
    return {
        "_os": system,
        "_os_version": choose.choice(versions),
        "_device": f"Model {choose.randrange(200)}",
        "_resolution": choose.choice(("1080x2400", "1170x2532", "1440x3200", "750x1334")),
        "_carrier": choose.choice(("Vodafone", "Telekom", "O2", "Orange")),
        "_app_version": f"{choose.randrange(4)}.{choose.randrange(10)}.{choose.randrange(3)}",
    }


def events(choose: random.Random) -> list[dict[str, object]]:
    return [
        {
            "key": choose.choice(EVENT_KEYS),
            "count": 1,
            "sum": round(choose.random() * 50, 2),
            "dur": choose.randrange(60),
            "segmentation": {
                "plan": choose.choice(("free", "pro", "team")),
                "screen": f"screen {choose.randrange(20)}",
                "step": choose.randrange(40),
            },
        }
        for _ in range(3)
    ]


def record(choose: random.Random, number: int, device: str = "") -> Record:
    """An odd number begins a session, an even one reports events; of any device unless one is named."""
    device = device or f"device-{choose.randrange(DEVICES)}"
    common = {
        "app_key": APPLICATION.key,
        "device_id": device,
        "timestamp": str(NOW_MS - choose.randrange(3_600_000)),
        "hour": "11",
        "dow": "3",
        "tz": "60",
        "sdk_name": "java-native-android",
        "sdk_version": "25.4.1",
    }
    if number % 2:
        of_device = random.Random(device)  # users keep their phones
        session = {
            "begin_session": "1",
            "country_code": of_device.choice(COUNTRIES),
            "metrics": json.dumps(metrics(of_device)),
        }
        query = urlencode(common | session).encode()
        return Record(APPLICATION.id, APPLICATION.key, device, NOW_MS, "192.0.2.7", query=query)
    body = urlencode(common | {"events": json.dumps(events(choose))}).encode()
    return Record(APPLICATION.id, APPLICATION.key, device, NOW_MS, "192.0.2.7", body=body, content_type=FORM)


def counted(
    requests: Sequence[IngestRequest],
    profiles: Profiles,
    known: RememberedValues,
    events: EventsDocument,
    next_uid: Callable[[str], str],
    extensions: Extensions = PLAIN,
) -> BatchOutcome:
    return aggregate(
        requests,
        applications={APPLICATION.id: APPLICATION},
        limits={APPLICATION.id: Limits()},
        profiles={key: profiles[key] for key in profiles_needed(requests) if key in profiles},
        known=known,
        events={APPLICATION.id: events},
        next_uid=next_uid,
        shard=Shard(),
        locate=NoLocator(),
        extensions=extensions,
    )


def stored_profiles() -> Profiles:
    """Half of the devices are known and return, half are new. A profile is what an earlier session left of it."""
    choose = random.Random(7)
    earlier = [
        msgspec.structs.replace(record(choose, 1, f"device-{number}"), received_ms=NOW_MS - DAY_MS - number * 60_000)
        for number in range(0, DEVICES, 2)
    ]
    uids = itertools.count(1)
    requests = [read_request(each) for each in earlier]
    outcome = counted(requests, {}, RememberedValues(), EventsDocument(), lambda _: uid_text(next(uids)))
    updates = outcome.writes.updates()[profiles_collection(APPLICATION.id)]
    return {
        (APPLICATION.id, profile_id): {"_id": profile_id, **operators["$set"], "req_hashes": bytes(512)}
        for profile_id, operators in updates.items()
    }


def core_seconds(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    choose = random.Random(11)
    records = [record(choose, number) for number in range(REQUESTS)]
    entries = [encode(each) for each in records]
    texts = [json.dumps({"query": each.query.decode(), "body": each.body.decode()}) for each in records]
    profiles = stored_profiles()
    uids = itertools.count(DEVICES)

    def baseline() -> None:
        for text in texts:
            dict(json.loads(text))

    def flush_batch(waiting: Sequence[bytes], known: RememberedValues, events: EventsDocument) -> int:
        requests = [read_request(decode(entry)) for entry in waiting]
        outcome = counted(requests, profiles, known, events, lambda _: uid_text(next(uids)))
        if outcome.dead or outcome.accepted[APPLICATION.id] != len(waiting):
            raise RuntimeError(f"not everything was counted: {outcome.dead[:1]} {outcome.dropped}")
        known.remember(outcome.learned_values)
        for key, segments in outcome.learned_events.get(APPLICATION.id, {}).items():
            events.segments.setdefault(key, set()).update(segments)
        return sum(len(updates) for updates in outcome.writes.operations().values())

    operations: Counter[int] = Counter()  # of the last round, by the size of its batches

    def flush(size: int) -> None:
        operations[size] = 0
        known, events = RememberedValues(), EventsDocument()
        for start in range(0, REQUESTS, size):
            with collector_paused():  # as a worker does
                operations[size] += flush_batch(entries[start : start + size], known, events)

    gc.collect()
    gc.freeze()  # what was prepared for the measurement is no part of it
    baseline_rate = REQUESTS / min(core_seconds(baseline) for _ in range(ROUNDS))
    for size in BATCHES:
        rate = REQUESTS / min(core_seconds(lambda: flush(size)) for _ in range(ROUNDS))  # noqa: B023  called at once
        print(
            f"flush_pure  {rate:,.0f} requests per core-second in batches of {size:,}, {DEVICES:,} devices: "
            f"{rate / baseline_rate:.4f} of parsing and copying the same as JSON ({baseline_rate:,.0f}/s), "
            f"{operations[size] * 1000 / REQUESTS:,.0f} updates per 1,000 requests"
        )


if __name__ == "__main__":
    main()
