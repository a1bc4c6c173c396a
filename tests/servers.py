"""Starts the embedded servers once for each process of a test run, on free ports, before Django reads settings.

Loaded with `-p tests.servers`: pytest-django needs the addresses earlier than any conftest is read.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from apps.system.supervision import embedded, probes
from apps.system.supervision.children import start_process

START_SECONDS = 60.0


def _start() -> None:
    data_dir = Path(tempfile.mkdtemp(prefix="tally-test-"))
    (data_dir / "static").mkdir()  # WhiteNoise warns about a missing one
    atexit.register(shutil.rmtree, data_dir, ignore_errors=True)
    port = embedded.free_port()
    socket = embedded.socket_path(data_dir)
    os.environ["DATA_DIR"] = str(data_dir)
    os.environ["MONGODB_URI"] = embedded.mongodb_uri(port)
    os.environ["MONGODB_DATABASE_FS"] = "test_countly_fs"
    os.environ["REDIS_URL"] = f"unix://{socket}"
    # Their log goes to a file: the last thing on the screen is pytest's summary.
    with (data_dir / "servers.log").open("ab") as log:
        processes = [
            start_process(command, environment=os.environ, output=log.fileno())
            for command in (embedded.mongodb_command(data_dir, port), embedded.valkey_command(data_dir, socket))
        ]
    atexit.register(_stop, processes)
    _wait(lambda: probes.mongodb_answers(port))
    _wait(lambda: probes.valkey_answers(socket))


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the embedded servers of the test run do not answer")
        time.sleep(0.02)


def _stop(processes: "list[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


#: Tests that run side by side have servers of their own in each process: they empty them all the time.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
if os.environ.get("TALLY_TEST_SERVERS") != _worker:
    os.environ["TALLY_TEST_SERVERS"] = _worker  # inherited by child processes: they use the same servers
    _start()
