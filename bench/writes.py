"""Database operations (documents written) per 1,000 requests, for 100 and for 1,000 distinct devices.

The traffic is that of a small mobile app: half of the requests begin a session with metrics (2 systems, 8 versions, 12
models, 4 screens, 5 versions of the app), half bring three events (6 keys, one segment of 3 values). Each further
distinct value of a metric or segment costs a document, since the stored layout gives it one.

Baseline: one operation for the profile of each device, which nothing can save.
"""

import json
import random
import sys
from urllib.parse import urlencode

from apps.aggregation.records import Record
from bench import database

REQUESTS = 1_000
GOALS = {100: 300, 1_000: 1_300}
NOW_MS = 1_741_775_400_000
SYSTEMS = (("Android", ("12", "13", "14", "15")), ("iOS", ("16.5", "17.2", "17.4", "18.0")))
KEYS = ("purchase", "open_menu", "search", "share", "login", "tutorial_done")


def request(application_id: str, app_key: str, device: int, choose: random.Random, number: int) -> Record:
    phone = random.Random(device)  # a device stays what it is
    system, versions = phone.choice(SYSTEMS)
    parameters = {
        "app_key": app_key,
        "device_id": f"device-{device}",
        "timestamp": str(NOW_MS + number),
        "sdk_name": "java-native-android",
        "sdk_version": "25.4.1",
    }
    if number % 2:
        metrics = {
            "_os": system,
            "_os_version": phone.choice(versions),
            "_device": f"Model {phone.randrange(12)}",
            "_resolution": phone.choice(("1080x2400", "1170x2532", "1440x3200", "750x1334")),
            "_app_version": f"1.{phone.randrange(5)}",
        }
        parameters |= {"begin_session": "1", "ignore_cooldown": "1", "metrics": json.dumps(metrics)}
    else:
        events = [
            {"key": choose.choice(KEYS), "count": 1, "segmentation": {"plan": choose.choice(("free", "pro", "team"))}}
            for _ in range(3)
        ]
        parameters["events"] = json.dumps(events)
    query = urlencode(parameters).encode()
    return Record(application_id, app_key, f"device-{device}", NOW_MS + number, "192.0.2.7", query=query)


def main() -> int:
    application_id, app_key = database.prepare(batch=REQUESTS)
    from apps.pipeline.flush import flush_all

    missed = number = 0
    choose = random.Random(5)
    for devices, goal in GOALS.items():
        operations = 0
        for _ in range(3):  # the first round meets devices never seen, the last one a busy day
            made = []
            for position in range(REQUESTS):
                number += 1
                made.append(
                    request(application_id, app_key, position * 7 % devices, choose, number + position // devices % 2)
                )
            distinct = len({record.device_id for record in made})
            database.append(made)
            operations = flush_all().operations
        verdict = "ok" if operations <= goal else "MISSED"
        missed += operations > goal
        print(
            f"writes  {distinct:>5,} devices: {operations:,} operations per 1,000 requests, "
            f"{operations / distinct:.2f} per profile (goal {goal:,}: {verdict})"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
