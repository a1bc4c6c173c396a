"""One child process: started with a log file of its own, stopped with everything it started itself."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.system.supervision.options import BASE_DIR

LOG_LIMIT_BYTES = 10 * 1024 * 1024
OLD_LOGS = 3
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Role:
    """What a child is: how to start it, how to see that it works, how long it may take to stop."""

    name: str
    command: list[str]
    is_ready: Callable[[int], bool]  # takes the process id
    start_seconds: float = 120.0
    stop_seconds: float = 60.0


class Child:
    def __init__(self, role: Role, environment: Mapping[str, str], log_path: Path) -> None:
        self.role = role
        self.environment = environment
        self.log_path = log_path
        self.started_at = 0.0  # time.monotonic()
        self.is_ready = False  # since its last start
        self.has_worked = False  # ever
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        rotate(self.log_path)
        self.started_at = time.monotonic()
        self.is_ready = False
        with self.log_path.open("ab") as log:
            self.process = start_process(self.role.command, environment=self.environment, output=log.fileno())

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def end_reason(self) -> str:
        """Of a child that has ended: "status 1" or "signal SIGKILL"."""
        status = self.process.returncode if self.process else 0
        return f"exit status {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"

    def signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def wait(self) -> None:
        if self.process:
            self.process.wait()

    def kill_group(self) -> None:
        """Ends the child and what it left behind, such as the workers of a web server that was killed."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def start_process(
    command: list[str], *, environment: Mapping[str, str], output: int, stdout: int | None = None
) -> "subprocess.Popen[bytes]":
    """In a process group of its own: Ctrl-C reaches the supervisor only, which then stops its children in order."""
    return subprocess.Popen(  # noqa: S603  commands are our own
        command,
        env=dict(environment),
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=output if stdout is None else stdout,
        stderr=output,
        start_new_session=True,
        preexec_fn=_end_with_parent if _libc else None,  # safe: the supervisor has no threads
    )


def _end_with_parent() -> None:
    """A killed supervisor leaves no servers behind: the kernel sends them SIGTERM when it is gone."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def last_line(log_path: Path) -> str:
    """Of a log, leaving out empty lines; "nothing" when there is none."""
    with contextlib.suppress(OSError), log_path.open("rb") as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - 8192))
        lines = [line.strip() for line in log.read().decode(errors="replace").splitlines()]
        return next((line for line in reversed(lines) if line), "nothing")
    return "nothing"


def rotate(log_path: Path) -> None:
    """Moves a log that has grown large to `<name>.1` and so on; the oldest goes."""
    if not log_path.exists() or log_path.stat().st_size < LOG_LIMIT_BYTES:
        return
    for number in range(OLD_LOGS - 1, 0, -1):
        older = log_path.with_name(f"{log_path.name}.{number}")
        if older.exists():
            older.replace(log_path.with_name(f"{log_path.name}.{number + 1}"))
    log_path.replace(log_path.with_name(f"{log_path.name}.1"))
