"""`manage.py up`: the whole product on one machine, as child processes in the right order.

Promises. Nothing is printed as running before it answers. A child that dies is named and started again; one that keeps
dying ends everything with the reason. Stopping goes against the stream of the data: web, worker, Valkey, MongoDB, so
that every accepted request is either counted or waits on the disk. A killed supervisor leaves nothing behind.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from apps.system.supervision import embedded, probes, roles
from apps.system.supervision.children import Child, Role, start_process
from apps.system.supervision.options import Options
from apps.system.supervision.problems import MIN_FREE_BYTES, Problem, check_data_dir, check_port, free_bytes
from apps.system.supervision.runfiles import RunFiles

POLL_SECONDS = 0.03  # while something starts or stops; otherwise the supervisor sleeps
MAX_QUICK_DEATHS = 5
MAX_DEATHS_AT_START = 2  # of a child that has never worked
LONG_LIFE_SECONDS = 60.0  # a child that lived that long may die again without being given up
PREPARE_SECONDS = 600.0
STOP_ORDER = ["web", "worker", "valkey", "mongodb"]


class StopRequested(Exception):
    """SIGINT, SIGTERM or SIGHUP came."""


class Supervisor:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.files = RunFiles(options.run_dir)
        self.children: dict[str, Child] = {}
        self.quick_deaths: dict[str, int] = {}
        self.restart_at: dict[str, float] = {}  # time.monotonic()
        self.stop_requests = 0
        self.wakeup, self._wakeup_sender = socket.socketpair()

    def run(self) -> int:
        """Returns the exit status."""
        options = self.options
        check_data_dir(options.data_dir)
        self.files.lock()
        self.files.stop_leftovers()
        check_port(options.host, options.port)
        options.log_dir.mkdir(parents=True, exist_ok=True)
        self._listen_to_signals()
        try:
            self._start_all()
            self._watch()
        except StopRequested:
            say("Stopping ...")
        finally:
            self._stop_all()
            self.files.remove()
        say("Stopped.")
        return 0

    # Start ---------------------------------------------------------------------------------------------------------
    def _start_all(self) -> None:
        environment = self._start_stores()
        first_admin = self._prepare(environment)
        options = self.options
        ready_file = options.run_dir / "worker.ready"
        environment[roles.READY_FILE_VARIABLE] = str(ready_file)
        environment[roles.BEAT_FILE_VARIABLE] = str(options.run_dir / "beat-schedule")
        web = roles.web_command(options.host, options.port, options.web_workers)
        worker = roles.worker_command()
        self._start(Role("web", web, self._web_answers), environment)
        self._start(Role("worker", worker, lambda pid: roles.is_worker_ready(ready_file, pid)), environment)
        self._wait_until_ready("web")
        announce(options.url, first_admin)
        self._wait_until_ready("worker")

    def _web_answers(self, _: int) -> bool:
        return probes.web_answers(self.options.local_host, self.options.port, self.options.host_header)

    def _start_stores(self) -> dict[str, str]:
        """Starts the embedded servers that are needed. Returns the environment of everything else."""
        options = self.options
        endpoints: dict[str, str] = {}
        environment = {**os.environ, "DATA_DIR": str(options.data_dir), "PYTHONUNBUFFERED": "1"}
        environment |= {"HOST": options.host, "PORT": str(options.port)}
        if not options.redis_url:
            path = embedded.socket_path(options.data_dir)
            endpoints["redis_url"] = environment["REDIS_URL"] = f"unix://{path}"
            command = embedded.valkey_command(options.data_dir, path)
            self._start(Role("valkey", command, lambda _: probes.valkey_answers(path)), environment)
        if not options.mongodb_uri:
            port = embedded.free_port()
            endpoints["mongodb_uri"] = environment["MONGODB_URI"] = embedded.mongodb_uri(port)
            command = embedded.mongodb_command(options.data_dir, port)
            self._start(Role("mongodb", command, lambda _: probes.mongodb_answers(port)), environment)
        self.files.write_endpoints(endpoints)
        return environment

    def _start(self, role: Role, environment: dict[str, str]) -> None:
        child = self.children[role.name] = Child(role, environment, self.options.log_dir / f"{role.name}.log")
        child.start()
        self._write_processes()

    def _prepare(self, environment: dict[str, str]) -> dict[str, str] | None:
        """Runs `manage.py prepare`, which loads Django while the stores start. Returns the first admin, if new."""
        log_path = self.options.log_dir / "prepare.log"
        command = [sys.executable, "manage.py", "prepare", "--wait-seconds", "60", "--report"]
        with log_path.open("wb") as log:
            process = start_process(command, environment=environment, output=log.fileno(), stdout=subprocess.PIPE)
        try:
            self._wait(lambda: process.poll() is not None, PREPARE_SECONDS, "manage.py prepare")
        finally:
            if process.poll() is None:
                process.kill()
            output = process.communicate()[0].decode()
        report = json.loads(output.strip().splitlines()[-1]) if output.strip() else {}
        if "problem" in report:
            raise Problem(report["problem"])
        if process.returncode != 0:
            raise Problem(f"The database could not be prepared; the reason stands in {log_path}.")
        return report.get("first_admin")

    def _wait_until_ready(self, name: str) -> None:
        child = self.children[name]
        self._wait(lambda: child.is_ready, child.role.start_seconds, name)

    def _wait(self, condition: Callable[[], bool], timeout_seconds: float, what: str) -> None:
        deadline = time.monotonic() + timeout_seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Problem(
                    f"{what} does not answer after {timeout_seconds:.0f} s. Its log: {self.options.log_dir}/{what}.log"
                )
            self._pause(POLL_SECONDS)
            self._look_after_children()

    # Run -----------------------------------------------------------------------------------------------------------
    def _watch(self) -> None:
        while True:
            unsettled = self.restart_at or any(not child.is_ready for child in self.children.values())
            self._pause(POLL_SECONDS if unsettled else None)
            self._look_after_children()

    def _look_after_children(self) -> None:
        now = time.monotonic()
        for name, child in self.children.items():
            if name in self.restart_at:
                if now >= self.restart_at[name]:
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
        lived_seconds = time.monotonic() - child.started_at
        deaths = 1 if lived_seconds > LONG_LIFE_SECONDS else self.quick_deaths.get(name, 0) + 1
        self.quick_deaths[name] = deaths
        allowed = MAX_QUICK_DEATHS if child.has_worked else MAX_DEATHS_AT_START
        reason = f"{name} ended with {child.end_reason()}"
        if free_bytes(self.options.data_dir) < MIN_FREE_BYTES:
            reason += f"; the disk of {self.options.data_dir} is full"
        if deaths > allowed:
            raise Problem(
                f"{reason}, {deaths} times in a row; giving up. Its last words: {child.last_log_line() or 'none'}\n"
                f"More in {child.log_path}. Once the cause is mended, start again: no accepted request is lost."
            )
        delay_seconds = 0.2 * 4 ** (deaths - 1) if deaths < 4 else 10.0
        say(f"{reason}; starting it again in {delay_seconds:g} s (log: {child.log_path})")
        child.is_ready = False
        self.restart_at[name] = time.monotonic() + delay_seconds

    def _write_processes(self) -> None:
        self.files.write_processes({name: child.pid for name, child in self.children.items()})

    # Stop ----------------------------------------------------------------------------------------------------------
    def _stop_all(self) -> None:
        already_asked = self.stop_requests
        for name in STOP_ORDER:
            child = self.children.get(name)
            if child is None:
                continue
            child.signal(signal.SIGTERM)
            deadline = time.monotonic() + child.role.stop_seconds
            while not child.has_ended():
                is_forced = self.stop_requests > max(already_asked, 1)
                if is_forced or time.monotonic() > deadline:
                    say(f"{name} was killed{'' if is_forced else ': it did not stop in time'}.")
                    child.signal(signal.SIGKILL)
                    child.wait()
                else:
                    select.select([self.wakeup], [], [], POLL_SECONDS)
                    self._drain_wakeup()
            child.kill_group()

    # Signals -------------------------------------------------------------------------------------------------------
    def _listen_to_signals(self) -> None:
        self.wakeup.setblocking(False)
        self._wakeup_sender.setblocking(False)
        signal.set_wakeup_fd(self._wakeup_sender.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the supervisor at once

    def _note_stop(self, *_: object) -> None:
        self.stop_requests += 1

    def _pause(self, seconds: float | None) -> None:
        """Sleeps until a signal comes or the time is over. Raises StopRequested."""
        if not self.stop_requests:
            select.select([self.wakeup], [], [], seconds)
        self._drain_wakeup()
        if self.stop_requests:
            raise StopRequested

    def _drain_wakeup(self) -> None:
        try:
            while self.wakeup.recv(4096):
                pass
        except BlockingIOError:
            pass


def announce(url: str, first_admin: dict[str, str] | None) -> None:
    say(f"\nTally is running at {url}")
    if first_admin:
        say(
            "\nThe first administrator, shown this once:\n"
            f"  user name  {first_admin['username']}\n"
            f"  password   {first_admin['password']}\n"
            f"  API key    {first_admin['api_key']}"
        )
    say("\nCtrl-C stops it.")


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal was closed; the servers run on, or stop in order
        print(text, flush=True)

