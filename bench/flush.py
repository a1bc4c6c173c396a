"""Requests per second from the stream into the embedded database, in transactions of 1,000 and of 10,000 requests.

The baseline of the same run inserts as many small documents, 1,000 at a time, journaled: what the database can do at
best. Each size runs in a process of its own, so that none profits from what the other left in memory.
"""

import subprocess
import sys
import time

REQUESTS = 20_000
SIZES = (1_000, 10_000)


def main() -> int:
    return max(
        subprocess.run([sys.executable, "-m", "bench.flush", str(size)], check=False).returncode for size in SIZES
    )


def measure(size: int) -> None:
    from bench import database

    application_id, app_key = database.prepare(batch=size)
    from apps.core import mongo
    from apps.pipeline.flush import flush_all

    warm_up, *rounds = (
        database.records(application_id, app_key, REQUESTS // 2 if seed else size, seed=seed) for seed in range(3)
    )
    database.append(warm_up)
    flush_all()
    start, cpu = time.perf_counter(), time.process_time()
    taken = 0
    for made in rounds:
        database.append(made)
        taken += flush_all().requests
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    if taken != REQUESTS:
        raise RuntimeError(f"{taken} of {REQUESTS} requests were taken")

    baseline = mongo.collection("bench_baseline")
    baseline.insert_one({})
    start = time.perf_counter()
    for _ in range(REQUESTS // 1_000):
        baseline.insert_many([{"n": number} for number in range(1_000)])
    insert_seconds = time.perf_counter() - start

    rate, baseline_rate = REQUESTS / seconds, REQUESTS / insert_seconds
    print(f"flush  batches of {size:>6,}: {rate:,.0f} requests per second, {rate / baseline_rate:.3f} of plain inserts")
    print(f"flush  {'':17} {REQUESTS / cpu_seconds:,.0f} requests per core-second of the worker, stream included")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        raise SystemExit(main())
