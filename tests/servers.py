"""Starts the embedded servers once for a test run, on free ports with data of their own, before Django reads settings.

Loaded with `-p tests.servers`: pytest-django needs the addresses earlier than any conftest is read.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from apps.system.supervision import embedded


def _start() -> None:
    data_dir = Path(tempfile.mkdtemp(prefix="tally-test-"))
    atexit.register(shutil.rmtree, data_dir, ignore_errors=True)
    port = embedded.free_port()
    socket = embedded.socket_path(data_dir)
    processes = [embedded.start_mongodb(data_dir, port), embedded.start_valkey(data_dir, socket)]
    atexit.register(_stop, processes)
    embedded.wait_for_port(port)
    while not socket.exists():
        time.sleep(0.01)
    os.environ["DATA_DIR"] = str(data_dir)
    os.environ["MONGODB_URI"] = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    os.environ["REDIS_URL"] = f"unix://{socket}"


def _stop(processes: "list[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


if "TALLY_TEST_SERVERS" not in os.environ:
    os.environ["TALLY_TEST_SERVERS"] = "1"  # inherited by child processes: they use the same servers
    _start()
