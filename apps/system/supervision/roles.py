"""The commands behind the roles web, worker and beat; the same in containers and under `manage.py up`."""

import os
import sys
import time
from pathlib import Path

from apps.system.supervision.options import Options

NAMES = ("web", "worker", "beat")
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "countly_site"]
#: Set by the supervisor: the worker writes its process id there when it takes tasks.
READY_FILE_VARIABLE = "TALLY_WORKER_READY_FILE"
#: Set by the supervisor: the web process, which loads while the stores are prepared, waits for that file.
PREPARED_FILE_VARIABLE = "TALLY_PREPARED_FILE"
WAIT_SECONDS = 0.02
#: Set by the supervisor: its one worker runs the beat too, with this file as its memory.
BEAT_FILE_VARIABLE = "TALLY_BEAT_FILE"


def command(role: str, options: Options) -> list[str]:
    """Of one role that runs alone; its working directory is the project's."""
    if role == "web":
        return web_command(options.host, options.port, options.web_workers)
    if role == "worker":
        return worker_command()
    options.data_dir.mkdir(parents=True, exist_ok=True)
    return beat_command(options.data_dir / "beat-schedule")


def web_command(host: str, port: int, workers: int) -> list[str]:
    """One interpreter and few threads per worker: the event loop does the work, `/i` never waits for a thread."""
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--loop", "uvloop", "--http", "1", "--ws", "--log-level", "warning"]
    command += ["--runtime-threads", "1", "--blocking-threads", "1", "--backlog", "2048"]
    command += ["--workers-kill-timeout", "10", "--no-access-log"]
    return [*command, "countly_site.asgi:application"]


def worker_command() -> list[str]:
    """One process, one task at a time: a flush uses one core, and a second one of the same shard has nothing to do."""
    command = [*CELERY, "worker", "--pool", "solo", "--loglevel", "WARNING"]
    return [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"]


def beat_command(schedule: Path) -> list[str]:
    command = [*CELERY, "beat", "--scheduler", "apps.system.beat:Scheduler", "--schedule", str(schedule)]
    return [*command, "--loglevel", "WARNING", "--pidfile", ""]


def has_reported_ready(ready_file: Path, pid: int) -> bool:
    try:
        return ready_file.read_text() == str(pid)
    except OSError:
        return False


def wait_until_prepared() -> None:
    """Called in the web process before it looks at stores and static files; returns at once outside `manage.py up`.

    Without an end: a supervisor that gives up, or is gone, ends the process.
    """
    if prepared_file := os.environ.get(PREPARED_FILE_VARIABLE):
        while not Path(prepared_file).exists():
            time.sleep(WAIT_SECONDS)


def report_ready() -> None:
    """Called in the worker when Celery takes tasks; does nothing outside `manage.py up`."""
    if ready_file := os.environ.get(READY_FILE_VARIABLE):
        Path(ready_file).write_text(str(os.getpid()))
