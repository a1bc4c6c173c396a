"""Database operations (documents written) per 1,000 requests, for 100 and for 1,000 distinct devices.

Baseline: one operation for the profile of each device, which nothing can save.
"""

import sys

from bench import database

REQUESTS = 1_000
GOALS = {100: 300, 1_000: 1_300}


def main() -> int:
    application_id, app_key = database.prepare(batch=REQUESTS)
    from apps.pipeline.flush import flush_all

    missed = 0
    for devices, goal in GOALS.items():
        operations = 0
        for seed in range(3):  # the first meets an empty database, the last one a busy day
            made = database.records(application_id, app_key, REQUESTS, devices=devices, seed=seed + devices)
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
