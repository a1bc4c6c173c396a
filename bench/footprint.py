"""Memory of the whole idle stack, and the time from `manage.py up` on existing data to the first accepted request.

Memory is the proportional set size: pages shared by several processes count once. Baselines of the same run: an
interpreter that does nothing, and one that has only loaded Django with our settings.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import psutil

from tests.stack import ROOT, Stack

IDLE_SECONDS = 10.0
MEMORY_GOAL_MB = 300
START_GOAL_SECONDS = 5.0
ATTEMPTS = 3
LOAD_NOTHING = "pass"
LOAD_DJANGO = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'countly_site.settings'; django.setup()"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tally-footprint-") as folder:
        stack = Stack(Path(folder)).start()
        key = stack.create_application("Footprint").key
        stack.stop()
        seconds = [seconds_to_first_request(stack, key) for _ in range(ATTEMPTS)]
        django_seconds, django_mb = baseline(stack.environment, LOAD_DJANGO)
        python_seconds, python_mb = baseline(stack.environment, LOAD_NOTHING)
        stack.start()
        time.sleep(IDLE_SECONDS)
        roles = memory_by_role(stack)
        stack.stop()
    total = sum(roles.values())
    for role, size in roles.items():
        print(f"{role:<12} {size:6.1f} MB")
    print(f"{'together':<12} {total:6.1f} MB   goal {MEMORY_GOAL_MB}")
    print(f"{'':<12} {total / django_mb:6.1f} x a process that has only loaded Django ({django_mb:.1f} MB)")
    print(f"{'':<12} {total / python_mb:6.1f} x an interpreter that does nothing ({python_mb:.1f} MB)")
    best = min(seconds)
    print(f"first accepted request after {best:.1f} s, at worst {max(seconds):.1f} s   goal {START_GOAL_SECONDS:.0f}")
    print(f"{'':<12} {best / django_seconds:6.1f} x the load of Django ({django_seconds:.2f} s)")
    print(f"{'':<12} {best / python_seconds:6.1f} x the start of an interpreter ({python_seconds:.2f} s)")
    return 0 if total <= MEMORY_GOAL_MB and best <= START_GOAL_SECONDS else 1


def seconds_to_first_request(stack: Stack, app_key: str) -> float:
    began = time.monotonic()
    stack.launch()
    parameters = {"app_key": app_key, "device_id": f"device-{began}", "begin_session": "1"}
    while True:
        try:
            if httpx.get(f"{stack.url}/i", params=parameters, timeout=5).json() == {"result": "Success"}:
                break
        except httpx.TransportError:
            time.sleep(0.02)
    seconds = time.monotonic() - began
    stack.wait_for_line("Ctrl-C stops it.")
    stack.stop()
    return seconds


def memory_by_role(stack: Stack) -> dict[str, float]:
    """Megabytes of every role with all its processes."""
    supervisor = psutil.Process(stack.process.pid)
    roles = {"supervisor": megabytes([supervisor])}
    for role, pid in stack.pids().items():
        leader = psutil.Process(pid)
        roles[role] = megabytes([leader, *leader.children(recursive=True)])
    return roles


def megabytes(processes: Sequence[psutil.Process]) -> float:
    return sum(process.memory_full_info().pss for process in processes) / 1024**2


def baseline(environment: dict[str, str], code: str) -> tuple[float, float]:
    """Seconds to run `code` in a fresh interpreter, and megabytes it then holds."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", f"{code}; print(flush=True); input()"],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": os.fspath(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    process.stdout.readline()
    seconds = time.monotonic() - began
    size = megabytes([psutil.Process(process.pid)])
    process.communicate(b"\n")
    return seconds, size


if __name__ == "__main__":
    raise SystemExit(main())
