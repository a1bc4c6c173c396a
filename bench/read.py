"""Milliseconds of the dashboard's calls, for 30 days and a year, with 100 and with 1,000 values per metric and segment.

Two years of a small application: 20,000 sessions and as many events in the documents that counting makes of them, read
through the whole of Django (no network) from the embedded server. Cold is the first call of a process that has read
nothing yet, warm are those after it. Each number of values runs in a process of its own.

Baseline of the same run: fetching the same documents of `users` and doing nothing with them. `cpu` is the processor
time of this process alone, which other work on the machine does not lengthen much.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

VALUES = (100, 1_000)
PERIODS = {"30 days": "30days", "year": "month"}
SESSIONS = 20_000
AT_ONCE = 2_000
DAYS = 730
WARM_CALLS = 60
EVENTS = 6
COUNTRIES = 100  # there are no 1,000
GOAL_VALUES, GOAL_PERIOD, GOAL_MS = 100, "year", 150.0


def main() -> int:
    return max(
        subprocess.run([sys.executable, "-m", "bench.read", str(values)], check=False).returncode for values in VALUES
    )


def measure(values: int) -> int:
    from bench import database

    application_id, app_key = database.prepare(batch=1_000)
    from django.test import Client
    from django.test.utils import override_settings

    from apps.accounts.members import create_member

    member = create_member(
        full_name="Bench", username="bench", email="bench@example.com", password="Bench-8-bench", global_admin=True
    )
    fill(application_id, app_key, values)
    client, common = Client(), {"api_key": member.api_key, "app_id": application_id}
    calls = {
        "users": ("/o", {"method": "users"}),
        "countries": ("/o/analytics/countries", {}),
        "events": ("/o", {"method": "events", "events": json.dumps([f"event {n}" for n in range(EVENTS)])}),
        "dashboard": ("/o/analytics/dashboard", {}),
    }
    missed = False
    with override_settings(ALLOWED_HOSTS=["*"]):
        for period_name, period in PERIODS.items():
            fetch_ms = median(timed(lambda period=period: fetch(application_id, period)).wall_ms for _ in range(5))
            for name, (path, question) in calls.items():
                address = f"{path}?{urlencode({**common, **question, 'period': period})}"
                cold, *warm = (timed(lambda address=address: ask(client, address)) for _ in range(1 + WARM_CALLS))
                p95 = sorted(one.wall_ms for one in warm)[int(len(warm) * 0.95)]
                cpu_ms = median(one.cpu_ms for one in warm)
                verdict = ""
                if (values, period_name) == (GOAL_VALUES, GOAL_PERIOD):
                    verdict = f"   goal {GOAL_MS:.0f} ms: {'ok' if p95 < GOAL_MS else 'MISSED'}"
                    missed = missed or p95 >= GOAL_MS
                print(
                    f"read  {values:>5,} values  {period_name:<8} {name:<10} cold {cold.wall_ms:7.1f} ms (cpu "
                    f"{cold.cpu_ms:6.1f})  warm p95 {p95:7.1f} ms (cpu {cpu_ms:5.1f})"
                    f"  {p95 / fetch_ms:5.2f} x fetching ({fetch_ms:.0f} ms){verdict}",
                    flush=True,
                )
    return int(missed)


class Timed(NamedTuple):
    wall_ms: float
    cpu_ms: float


def timed(work: Callable[[], object]) -> Timed:
    began, cpu_began = time.perf_counter(), time.process_time()
    work()
    return Timed((time.perf_counter() - began) * 1000, (time.process_time() - cpu_began) * 1000)


def median(numbers: Any) -> float:
    ordered = sorted(numbers)
    return float(ordered[len(ordered) // 2])


def ask(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200 or len(answer.content) < 100:
        raise RuntimeError(f"{answer.status_code} {answer.content[:200]!r}")


def fetch(application_id: str, period: str) -> None:
    from apps.analytics import periods
    from apps.core import clock, mongo

    resolved = periods.resolve(period, zone="Europe/Berlin", now_ms=clock.now_ms())
    ids = [*resolved.month_ids, *resolved.zero_ids]
    list(mongo.collection("users").find({"a": application_id, "m": {"$in": ids}}))


def fill(application_id: str, app_key: str, values: int) -> None:
    """What counting would write, counted in memory."""
    from apps.aggregation.batchers import WriteBatcher
    from apps.core import mongo

    choose = random.Random(3)
    codes = [a + b for a in "ABCDEFGHIJ" for b in "KLMNOPQRST"][:COUNTRIES]
    writes = WriteBatcher()
    for _ in range(SESSIONS // AT_ONCE):
        writes.merge(counted(application_id, app_key, values, codes, choose))
    for collection, updates in writes.updates().items():
        made = [
            document(key, operators) for key, operators in updates.items() if not collection.startswith("app_users")
        ]
        for start in range(0, len(made), 500):
            mongo.collection(collection).insert_many(made[start : start + 500])


def counted(application_id: str, app_key: str, values: int, codes: list[str], choose: random.Random) -> Any:
    from apps.aggregation.batch import aggregate
    from apps.aggregation.known_values import RememberedValues
    from apps.aggregation.limits import Limits
    from apps.aggregation.locations import NoLocator
    from apps.aggregation.records import Record
    from apps.aggregation.requests import read_request
    from apps.aggregation.shards import Shard
    from apps.applications.lookup import fresh_by_ids
    from apps.core import clock

    now_ms = clock.now_ms()

    def record(number: int) -> Record:
        at_ms = now_ms - choose.randrange(DAYS * 86_400_000)
        device = f"device-{choose.randrange(10**9)}"
        metrics = {
            "_os": choose.choice(("Android", "iOS")),
            "_device": f"Model {choose.randrange(values)}",
            "_resolution": f"{choose.randrange(values)}x100",
            "_app_version": f"1.{choose.randrange(values)}",
            "_carrier": f"Carrier {choose.randrange(values)}",
        }
        event = {"key": f"event {number % EVENTS}", "segmentation": {"item": f"item {choose.randrange(values)}"}}
        parameters = {
            "app_key": app_key,
            "device_id": device,
            "timestamp": str(at_ms),
            "begin_session": "1",
            "country_code": choose.choice(codes),
            "metrics": json.dumps(metrics),
            "events": json.dumps([event]),
        }
        return Record(application_id, app_key, device, now_ms, "192.0.2.7", query=urlencode(parameters).encode())

    return aggregate(
        [read_request(record(number)) for number in range(AT_ONCE)],
        applications=fresh_by_ids({application_id}),
        limits={application_id: Limits(metric_values=0, event_segment_values=0)},
        profiles={},
        known=RememberedValues(),
        events={},
        next_uid=lambda _: "1",
        shard=Shard(),
        locate=NoLocator(),
    ).writes


def document(document_id: Any, operators: dict[str, dict[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {"_id": document_id}
    for operator, fields in operators.items():
        for path, value in fields.items():
            *parents, last = path.split(".")
            node = made
            for part in parents:
                node = node.setdefault(part, {})
            node[last] = value["$each"] if operator == "$addToSet" else value
    return made


if __name__ == "__main__":
    if len(sys.argv) > 1:
        raise SystemExit(measure(int(sys.argv[1])))
    raise SystemExit(main())
