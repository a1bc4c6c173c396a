"""What a running `manage.py up` leaves in `<DATA_DIR>/run`: a lock, the servers' addresses, the process ids."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from apps.system.supervision.problems import Problem

LEFTOVER_SECONDS = 20.0
KILLED_SECONDS = 10.0
STORES = {"mongodb", "valkey"}


class RunFiles:
    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir
        self.endpoints = run_dir / "endpoints.json"
        self.processes = run_dir / "processes.json"
        self._lock = -1

    def lock(self) -> None:
        """Held until this process ends, however it ends. Raises Problem when another one holds it."""
        self.run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(self.run_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                f"Another server already runs on the data directory {self.run_dir.parent}. "
                "Stop it first, or set DATA_DIR to a directory of its own."
            ) from None

    def write_endpoints(self, endpoints: Mapping[str, str]) -> None:
        write_private(self.endpoints, endpoints)

    def write_processes(self, pids: Mapping[str, int]) -> None:
        write_private(self.processes, pids)

    def remove(self) -> None:
        for path in (self.endpoints, self.processes):
            path.unlink(missing_ok=True)

    def stop_leftovers(self) -> None:
        """Ends children of a supervisor that was killed. A process id counts only if the process says it is ours.

        Raises Problem when one cannot be ended, as while it waits for a broken disk.
        """
        try:
            pids: dict[str, int] = json.loads(self.processes.read_text())
        except (OSError, ValueError):
            return
        left = self._left_after(0, pids)
        for name, pid in left.items():
            # The others may wait for servers that are gone; whatever they were doing can be done again.
            _signal_group(pid, signal.SIGTERM if name in STORES else signal.SIGKILL)
        left = self._left_after(LEFTOVER_SECONDS, left)
        for pid in left.values():
            _signal_group(pid, signal.SIGKILL)
        left = self._left_after(KILLED_SECONDS, left)
        if left:
            names = ", ".join(f"{name} (process {pid})" for name, pid in left.items())
            raise Problem(
                f"What an earlier start left behind cannot be ended: {names}. End it, or restart the machine."
            )
        self.remove()

    def _left_after(self, seconds: float, pids: Mapping[str, int]) -> dict[str, int]:
        """Which of these processes are ours and still there; returns before that time when none is."""
        deadline = time.monotonic() + seconds
        while True:
            left = {name: pid for name, pid in pids.items() if _is_ours(pid, self.run_dir.parent)}
            if not left or time.monotonic() >= deadline:
                return left
            time.sleep(0.05)


def write_private(path: Path, content: Mapping[str, str] | Mapping[str, int]) -> None:
    """Readable by its owner only, and never seen half written."""
    fresh = path.with_name(path.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(dict(content), file)
    fresh.replace(path)


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _is_ours(pid: int, data_dir: Path) -> bool:
    """Whether the process was started for our data directory, which all our children have in their environment."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().replace(b"\0", b" ")
    except FileNotFoundError:
        if Path("/proc/self/environ").exists():
            return False
        # No /proc, as on macOS.
        listing = subprocess.run(["ps", "eww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S603, S607
        environment = listing.stdout.replace(b"\n", b" ")
    except OSError:
        return False  # another user's process
    return b"DATA_DIR=" + os.fsencode(data_dir) + b" " in environment
