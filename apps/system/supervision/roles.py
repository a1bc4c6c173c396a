"""The commands behind the roles web, worker and beat; the same in containers and under `manage.py up`."""

import logging
import os
import sys
import threading
import time
from pathlib import Path

from apps.system.supervision.options import Options

NAMES = ("web", "worker", "beat")
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "countly_site"]
#: Set by the supervisor: the worker writes its process id there when it takes tasks.
READY_FILE_VARIABLE = "TALLY_WORKER_READY_FILE"
#: Set by the supervisor: its one worker runs the beat too, with this file as its memory.
BEAT_FILE_VARIABLE = "TALLY_BEAT_FILE"
BEAT_PAUSE_SECONDS = 5.0


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
    """One process, one task at a time: a flush uses one core, and two of one shard may never run at once."""
    command = [*CELERY, "worker", "--pool", "solo", "--loglevel", "WARNING"]
    return [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"]


def beat_command(schedule: Path) -> list[str]:
    return [*CELERY, "beat", "--schedule", str(schedule), "--loglevel", "WARNING", "--pidfile", ""]


def is_worker_ready(ready_file: Path, pid: int) -> bool:
    try:
        return ready_file.read_text() == str(pid)
    except OSError:
        return False


def worker_is_ready() -> None:
    """Called in the worker when Celery takes tasks; does nothing outside `manage.py up`."""
    beat_file, ready_file = os.environ.get(BEAT_FILE_VARIABLE), os.environ.get(READY_FILE_VARIABLE)
    if beat_file:
        threading.Thread(target=_run_beat, args=[beat_file], name="beat", daemon=True).start()
    if ready_file:
        Path(ready_file).write_text(str(os.getpid()))


def _run_beat(beat_file: str) -> None:
    """The beat as a thread: a process of its own would cost 40 MB, and would outlive a worker that is killed."""
    from celery import current_app  # slow import; the supervisor uses this module too
    from celery.beat import Service

    while True:
        try:
            Service(current_app, schedule_filename=beat_file).start()  # type: ignore[no-untyped-call]  # Celery has no types
        except Exception:
            logging.getLogger(__name__).exception("The beat stopped; it starts again in %s s", BEAT_PAUSE_SECONDS)
        time.sleep(BEAT_PAUSE_SECONDS)
