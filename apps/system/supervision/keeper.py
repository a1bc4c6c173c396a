"""Keeps child processes running: waits until they answer, starts the dead again, stops all in order."""

import contextlib
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from apps.system.supervision.children import Child, Role, last_line
from apps.system.supervision.problems import MIN_FREE_BYTES, Problem, free_bytes
from apps.system.supervision.runfiles import RunFiles

POLL_SECONDS = 0.03  # while something starts or stops; otherwise the keeper sleeps until a signal comes
MAX_QUICK_DEATHS = 5
MAX_DEATHS_AT_START = 2  # of a child that has never worked
LONG_LIFE_SECONDS = 60.0  # a child that lived that long may die again without being given up
RESTART_SECONDS = (0.2, 0.8, 3.2, 10.0)  # after the first, second, ... death


class StopRequested(Exception):
    """SIGINT, SIGTERM or SIGHUP came."""


class Keeper:
    """One thread, woken by signals: SIGCHLD when a child ends, SIGTERM and its like when everything shall stop."""

    def __init__(self, files: RunFiles, data_dir: Path, log_dir: Path) -> None:
        self.files = files
        self.data_dir = data_dir
        self.log_dir = log_dir
        self.children: dict[str, Child] = {}
        self.quick_deaths: dict[str, int] = {}
        self.restart_at: dict[str, float] = {}  # time.monotonic()
        self.held: set[str] = set()  # names of children that nobody asks anything yet
        self.stop_requests = 0
        self.wakeup, self.wakeup_sender = socket.socketpair()
        self.wakeup.setblocking(False)
        self.wakeup_sender.setblocking(False)

    def listen_to_signals(self) -> None:
        signal.set_wakeup_fd(self.wakeup_sender.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _note_stop(self, *_: object) -> None:
        self.stop_requests += 1

    # Start and watch -----------------------------------------------------------------------------------------------
    def start(self, role: Role, environment: Mapping[str, str], *, is_held: bool = False) -> None:
        """One that is held waits for something itself: whether it works, and whether it has died meanwhile, matters
        from its `release` on."""
        if is_held:
            self.held.add(role.name)
        child = self.children[role.name] = Child(role, environment, self.log_dir / f"{role.name}.log")
        child.start()
        self._write_processes()

    def release(self, name: str) -> None:
        self.held.discard(name)

    def wait_until_ready(self, name: str) -> None:
        """Raises Problem, StopRequested."""
        child = self.children[name]
        self.wait(lambda: child.is_ready, child.role.start_seconds, name)

    def wait(self, condition: Callable[[], bool], timeout_seconds: float, name: str) -> None:
        """Looks after all children meanwhile. Raises Problem, StopRequested."""
        deadline = time.monotonic() + timeout_seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Problem(f"{name} does not answer after {timeout_seconds:.0f} s; see {self.log_dir}/{name}.log.")
            self._pause(POLL_SECONDS)
            self._look_after_children()

    def watch(self) -> None:
        """Returns never. Raises Problem, StopRequested."""
        while True:
            is_settled = not self.restart_at and all(child.is_ready for child in self.children.values())
            self._pause(None if is_settled else POLL_SECONDS)
            self._look_after_children()

    def _look_after_children(self) -> None:
        for name, child in self.children.items():
            if name in self.held:
                continue
            if name in self.restart_at:
                if time.monotonic() >= self.restart_at[name]:
                    del self.restart_at[name]
                    child.start()
                    self._write_processes()
            elif child.has_ended():
                self._bury(child)
            elif not child.is_ready and child.role.is_ready(child.pid):
                child.is_ready = child.has_worked = True
                if self.quick_deaths.get(name):
                    say(f"{name} works again.")

    def _bury(self, child: Child) -> None:
        """Says how a child died and plans its return. Raises Problem when it has died too often."""
        name = child.role.name
        child.kill_group()
        child.is_ready = False
        has_lived_long = time.monotonic() - child.started_at > LONG_LIFE_SECONDS
        deaths = self.quick_deaths[name] = 1 if has_lived_long else self.quick_deaths.get(name, 0) + 1
        reason = f"{name} ended with {child.end_reason()}"
        if free_bytes(self.data_dir) < MIN_FREE_BYTES:
            reason += f"; the disk of {self.data_dir} is full"
        if deaths > (MAX_QUICK_DEATHS if child.has_worked else MAX_DEATHS_AT_START):
            raise Problem(
                f"{reason}, {deaths} times in a row. Its last words: {last_line(child.log_path)}\n"
                f"More in {child.log_path}. Once the cause is mended, start again: no accepted request is lost."
            )
        delay_seconds = RESTART_SECONDS[min(deaths, len(RESTART_SECONDS)) - 1]
        say(f"{reason}; starting it again in {delay_seconds:g} s (log: {child.log_path})")
        self.restart_at[name] = time.monotonic() + delay_seconds

    def _write_processes(self) -> None:
        self.files.write_processes({name: child.pid for name, child in self.children.items()})

    # Stop ----------------------------------------------------------------------------------------------------------
    def stop_all(self, order: Iterable[str]) -> None:
        """One after the other. Each further SIGINT or SIGTERM kills the one that is being waited for."""
        allowed_requests = max(self.stop_requests, 1)
        for child in (self.children[name] for name in order if name in self.children):
            if child.role.name in self.held:
                child.kill_group()  # it has served nobody, and hears nothing while it waits
            child.signal(signal.SIGTERM)
            deadline = time.monotonic() + child.role.stop_seconds
            while not child.has_ended():
                is_forced = self.stop_requests > allowed_requests
                if is_forced or time.monotonic() > deadline:
                    say(f"{child.role.name} was killed{'' if is_forced else ': it did not stop in time'}.")
                    allowed_requests = max(self.stop_requests, 1)
                    child.signal(signal.SIGKILL)
                    child.wait()
                else:
                    select.select([self.wakeup], [], [], POLL_SECONDS)
                    self._drain_wakeup()
            child.kill_group()

    # Sleep ---------------------------------------------------------------------------------------------------------
    def _pause(self, seconds: float | None) -> None:
        """Sleeps until a signal comes or the time is over. Raises StopRequested."""
        if not self.stop_requests:
            select.select([self.wakeup], [], [], seconds)
        self._drain_wakeup()
        if self.stop_requests:
            raise StopRequested

    def _drain_wakeup(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self.wakeup.recv(4096):
                pass


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal was closed; the servers run on, or stop in order
        print(text, flush=True)
