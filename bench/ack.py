"""Acknowledged durable requests per second through `/i`, against a bare answer of the same server in the same run.

Traffic as in `bench.sdk_load`. An answer means that the request is on the disk of Valkey (fsync). No worker runs: how
fast requests are counted is the subject of `bench.flush`.
"""

import os
import socket
import statistics
import subprocess
import sys
import time

import orjson

import tests.servers  # noqa: F401  starts throw-away servers and sets their addresses

os.environ["DJANGO_SETTINGS_MODULE"] = "countly_site.settings"
os.environ["INGEST_MAX_WAITING"] = "10000000"
os.environ["INGEST_MAX_WAITING_BYTES"] = str(2**40)

import django

ROUNDS = 3
SECONDS = 4.0
GOAL_RATIO = 0.15
GOAL_P99_MS = 50.0
START_SECONDS = 30.0


def main() -> int:
    django.setup()
    from django.core.management import call_command

    from apps.applications.lifecycle import create_application
    from apps.system.supervision.embedded import free_port
    from apps.system.supervision.roles import web_command

    call_command("migrate", interactive=False, verbosity=0)
    app_key = create_application("Bench").key
    port = free_port()
    server = subprocess.Popen([*web_command("127.0.0.1", port, 1)[:-1], "bench.ack_server:application"])
    try:
        wait_for(port)
        bare, ack = [], []
        for _ in range(ROUNDS):
            bare.append(measure(port, "/bare"))
            ack.append(measure(port, "/i", app_key))
    finally:
        server.terminate()
        server.wait(20)
    return report(bare, ack)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def measure(port: int, path: str, *app_key: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.sdk_load", str(port), path, str(SECONDS), *app_key]
    result = orjson.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    latencies = sorted(result["latencies_ms"])
    return {
        "rate": result["requests"] / result["seconds"],
        "p50_ms": latencies[len(latencies) // 2],
        "p99_ms": latencies[len(latencies) * 99 // 100],
    }


def report(bare: list[dict[str, float]], ack: list[dict[str, float]]) -> int:
    """The ratio is that of the medians; both sides took turns."""

    def median(results: list[dict[str, float]], name: str) -> float:
        return statistics.median(result[name] for result in results)

    ratio = median(ack, "rate") / median(bare, "rate")
    print(f"bare answer       {median(bare, 'rate'):9,.0f} requests/s   p99 {median(bare, 'p99_ms'):6.1f} ms")
    print(
        f"/i, acknowledged  {median(ack, 'rate'):9,.0f} requests/s   p99 {median(ack, 'p99_ms'):6.1f} ms"
        f"   p50 {median(ack, 'p50_ms'):.1f} ms"
    )
    print(f"ratio             {ratio:9.2f}   (goal {GOAL_RATIO} and more; p99 below {GOAL_P99_MS:.0f} ms)")
    return 0 if ratio >= GOAL_RATIO and median(ack, "p99_ms") < GOAL_P99_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
