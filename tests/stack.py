"""The whole product as an operator runs it: `manage.py up` as a child process, with data and ports of its own."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pymongo
import pytest
import redis

from apps.applications.info import ApplicationInfo, from_document
from apps.system.supervision import embedded

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90.0
STOP_SECONDS = 60.0
#: In a row, of one role; the supervisor gives up on a child that dies more often.
MOST_KILLS = 5
#: What the test run itself uses; the stack must find its own.
NOT_INHERITED = {"MONGODB_URI", "REDIS_URL", "TALLY_TEST_SERVERS", "DJANGO_SETTINGS_MODULE"}
NOT_INHERITED |= {"MONGODB_DATABASE", "MONGODB_DATABASE_FS"}
NOT_INHERITED |= {"PYTHONDONTWRITEBYTECODE"}  # modules are compiled once, as an operator has them
BYTECODE = ROOT / ".made" / "bytecode"
#: Static files as the last start of a run collected them: to collect them anew for each costs two seconds.
COLLECTED = ROOT / ".made" / "collected"
COLLECTED_PARTS = ("static", "static.fingerprint")


class Stack:
    """Start with `start()`; `stop()` is orderly, `kill("supervisor")` and others are not."""

    username = "stack-owner"
    password = "Correct-Horse-Battery-1"
    api_key = "0123456789abcdef0123456789abcdef"

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self.port = embedded.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output: list[str] = []  # lines printed by `manage.py up`
        self.process: subprocess.Popen[bytes] | None = None
        self._console: subprocess.Popen[str] | None = None
        self._mongodb: pymongo.MongoClient | None = None
        self._redis: redis.Redis | None = None
        self._unread = b""
        self._kills: Counter[str] = Counter()  # by role, since the start
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        self.environment = {
            **inherited,
            "DATA_DIR": str(data_dir),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "ADMIN_USERNAME": self.username,
            "ADMIN_EMAIL": "owner@example.com",
            "ADMIN_PASSWORD": self.password,
            "ADMIN_API_KEY": self.api_key,
            "PYTHONUNBUFFERED": "1",
            "PYTHONPYCACHEPREFIX": str(BYTECODE),
            **environment,
        }

    # Life ----------------------------------------------------------------------------------------------------------
    def launch(self) -> "Stack":
        """Begins to start, without waiting."""
        self.close_clients()
        self._unread = b""
        self._kills.clear()
        self.output.clear()
        self._take_static_files()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return self

    def start(self) -> "Stack":
        """Returns when the address has been printed, and all that follows it."""
        self.launch()
        self.wait_for_line("Ctrl-C stops it.", START_SECONDS)
        self._leave_static_files()
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Returns the exit status. Whatever was printed is in `output`."""
        self.close_clients()
        process = self._running()
        process.send_signal(number)
        return self.wait_for_end()

    def wait_for_end(self, timeout_seconds: float = STOP_SECONDS) -> int:
        process = self._running()
        deadline = time.monotonic() + timeout_seconds
        while process.poll() is None:
            if time.monotonic() > deadline:
                process.kill()
                raise TimeoutError(f"manage.py up did not stop:\n{self.text()}")
            self._read(0.05)
        while self._read(0):
            pass
        process.stdout.close()
        self.process = None
        return process.returncode

    def wait_for_line(self, part: str, timeout_seconds: float = 30.0) -> str:
        """Returns the first line of the output that holds `part`."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            for line in self.output:
                if part in line:
                    return line
            ended = self._running().poll() is not None
            if not self._read(0.05) and (ended or time.monotonic() > deadline):
                raise AssertionError(f"manage.py up did not print {part!r}, but:\n{self.text()}\n{self.logs()}")

    def text(self) -> str:
        return "\n".join(self.output)

    def logs(self) -> str:
        """The end of every child's log."""
        return "\n".join(f"--- {path.name}\n{path.read_text()[-3000:]}" for path in self.data_dir.glob("log/*.log"))

    def _running(self) -> "subprocess.Popen[bytes]":
        if self.process is None:
            raise RuntimeError("the stack is not started")
        return self.process

    def _read(self, timeout_seconds: float) -> bool:
        """Whether something was printed in that time."""
        stream = self._running().stdout
        if not select.select([stream], [], [], timeout_seconds)[0]:
            return False
        data = os.read(stream.fileno(), 65536)
        *lines, self._unread = (self._unread + data).split(b"\n")
        self.output += [line.decode() for line in lines]
        return bool(data)

    def _take_static_files(self) -> None:
        """Where they are outdated the product sees that by their fingerprint."""
        if COLLECTED.is_dir() and not (self.data_dir / "static").exists():
            try:
                self.data_dir.mkdir(parents=True, exist_ok=True)
                for part in COLLECTED_PARTS:
                    _link(COLLECTED / part, self.data_dir / part)
            except OSError:  # just replaced by another process, or no place for data at all
                shutil.rmtree(self.data_dir / "static", ignore_errors=True)

    def _leave_static_files(self) -> None:
        """Several processes may do it at once: the last one wins."""
        fingerprint = self.data_dir / "static.fingerprint"
        known = COLLECTED / fingerprint.name
        if not fingerprint.exists() or (known.exists() and known.read_text() == fingerprint.read_text()):
            return
        fresh = COLLECTED.with_name(f"collected-{os.getpid()}")
        fresh.mkdir(parents=True)
        for part in COLLECTED_PARTS:
            _link(self.data_dir / part, fresh / part)
        shutil.rmtree(COLLECTED, ignore_errors=True)
        try:
            fresh.rename(COLLECTED)
        except OSError:
            shutil.rmtree(fresh)

    # Processes -----------------------------------------------------------------------------------------------------
    def pids(self) -> dict[str, int]:
        """Process ids of web, worker, valkey and mongodb. Each leads a process group of its own."""
        return json.loads((self.data_dir / "run" / "processes.json").read_text())

    def kill(self, role: str, number: int = signal.SIGKILL) -> int:
        """Sends the signal to the role with all its processes, or to the "supervisor" alone. Returns its process id.

        A role that was killed `MOST_KILLS` times gets a new supervisor first.
        """
        if role == "supervisor":
            self._running().send_signal(number)
            return self._running().pid
        if self._kills[role] == MOST_KILLS:
            self.stop()
            self.start()
        self._kills[role] += 1
        pid = self.pids()[role]
        os.killpg(pid, number)
        return pid

    def wait_until(self, condition: Callable[[], bool], timeout_seconds: float = 30.0) -> None:
        deadline = time.monotonic() + timeout_seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not reached in {timeout_seconds} s:\n{self.text()}\n{self.logs()}")
            self._read(0.05)

    # Use -----------------------------------------------------------------------------------------------------------
    def manage(self, name: str, *arguments: str) -> str:
        """Runs a management command with the stack's settings. Returns its output."""
        if self._console is None:
            self._console = subprocess.Popen(
                [sys.executable, "-m", "tests.stack_console"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        self._console.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._console.stdin.flush()
        answer = self._console.stdout.readline()
        if not answer:
            raise AssertionError(f"the console ended during {name}")
        output, error = json.loads(answer)
        if error:
            raise AssertionError(f"manage.py {name} failed:\n{output}\n{error}")
        return output

    def flush(self) -> None:
        """Returns when everything accepted so far is counted and visible."""
        self.manage("flush")

    def create_application(self, name: str = "Test", **options: str) -> ApplicationInfo:
        """`options` are those of `manage.py createapp`: timezone="Asia/Tokyo", key="..."."""
        arguments = [f"--{option.replace('_', '-')}={value}" for option, value in options.items()]
        known = {document["_id"] for document in self.database().apps.find({}, {"_id": 1})}
        self.manage("createapp", name, *arguments)
        return next(from_document(app) for app in self.database().apps.find() if app["_id"] not in known)

    def endpoints(self) -> dict[str, str]:
        return json.loads((self.data_dir / "run" / "endpoints.json").read_text())

    def database(self, name: str = "countly") -> "pymongo.database.Database":
        """Of this start: the address changes when the stack starts again."""
        if self._mongodb is None:
            self._mongodb = pymongo.MongoClient(self.endpoints()["mongodb_uri"])
        return self._mongodb[name]

    def redis(self) -> redis.Redis:
        """Of this start, as `database`."""
        if self._redis is None:
            self._redis = redis.Redis.from_url(self.endpoints()["redis_url"])
        return self._redis

    def close_clients(self) -> None:
        if self._mongodb is not None:
            self._mongodb.close()
            self._mongodb = None
        if self._redis is not None:
            self._redis.close()
            self._redis = None
        if self._console is not None:
            self._console.stdin.close()
            self._console.wait(10)
            self._console.stdout.close()
            self._console = None


def _link(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_link_or_copy)
    else:
        shutil.copy2(source, target)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # on another disk
        shutil.copy2(source, target)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One running product for all tests of the run. Tests that kill or stop it take another."""
    yield from _run(Stack(tmp_path_factory.mktemp("stack"), LANGUAGES="en,de,ar"))


@pytest.fixture(scope="session")
def mortal_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Another one, for tests that kill and stop its processes, and leave it running."""
    yield from _run(Stack(tmp_path_factory.mktemp("mortal")))


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    yield from _run(Stack(tmp_path))


def _run(stack: Stack) -> Iterator[Stack]:
    stack.start()
    try:
        yield stack
    finally:
        if stack.process is not None:
            stack.stop()
