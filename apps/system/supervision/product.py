"""`manage.py up`: the whole product on one machine, as child processes in the right order.

Promises. Nothing is printed as running before web and worker answer. A child that dies is named and started again;
one that keeps dying ends everything with the reason. Stopping follows the stream of the data: web, worker, Valkey,
MongoDB, so that every accepted request is either counted or waits on the disk. A killed supervisor leaves nothing
behind on Linux; elsewhere the next start ends what it left.
"""

import json
import os
import subprocess
import sys
from typing import Any

from apps.system.supervision import embedded, probes, roles
from apps.system.supervision.announcement import first_admin_text, running_text, without_admin_secrets
from apps.system.supervision.children import Role, last_line, start_process
from apps.system.supervision.keeper import Keeper, StopRequested, say
from apps.system.supervision.options import Options
from apps.system.supervision.problems import Problem, check_data_dir, check_port
from apps.system.supervision.runfiles import RunFiles

EMBEDDED_SECONDS = 120  # a store that was killed reads its journal first
PREPARE_SECONDS = 900.0
STOP_ORDER = ["web", "worker", "valkey", "mongodb"]


def run(options: Options) -> None:
    """Returns when it was asked to stop and everything has stopped. Raises Problem."""
    check_data_dir(options.data_dir)
    files = RunFiles(options.run_dir)
    files.lock()
    files.stop_leftovers()
    check_port(options.host, options.port)
    options.log_dir.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(files, options.data_dir, options.log_dir)
    keeper.listen_to_signals()
    try:
        start_all(keeper, options)
        keeper.watch()
    except StopRequested:
        say("Stopping ...")
    finally:
        keeper.stop_all(STOP_ORDER)
        files.remove()
    say("Stopped.")


def start_all(keeper: Keeper, options: Options) -> None:
    prepared_file = options.run_dir / "prepared"
    prepared_file.unlink(missing_ok=True)
    environment = start_stores(keeper, options)
    # Loading Django is most of a start: the web process does it on a second core while `prepare` does.
    start_web(keeper, options, environment | {roles.PREPARED_FILE_VARIABLE: str(prepared_file)})
    prepare(keeper, options, environment)
    prepared_file.touch(mode=0o600)
    keeper.release("web")
    start_worker(keeper, options, environment)
    keeper.wait_until_ready("web")
    keeper.wait_until_ready("worker")
    say(running_text(options.url))


def start_stores(keeper: Keeper, options: Options) -> dict[str, str]:
    """Starts the embedded servers that are needed. Returns the environment of everything else."""
    endpoints = {"web_url": options.url}
    environment = {**without_admin_secrets(os.environ), "PYTHONUNBUFFERED": "1"}
    environment |= {"DATA_DIR": str(options.data_dir), "HOST": options.host, "PORT": str(options.port)}
    if not options.redis_url:
        path = embedded.socket_path(options.data_dir)
        endpoints["redis_url"] = environment["REDIS_URL"] = f"unix://{path}"
        command = embedded.valkey_command(options.data_dir, path)
        keeper.start(Role("valkey", command, lambda _: probes.valkey_answers(path)), environment)
    if not options.mongodb_uri:
        port = embedded.free_port()
        endpoints["mongodb_uri"] = environment["MONGODB_URI"] = embedded.mongodb_uri(port)
        command = embedded.mongodb_command(options.data_dir, port)
        keeper.start(Role("mongodb", command, lambda _: probes.mongodb_answers(port)), environment)
    keeper.files.write_endpoints(endpoints)
    return environment


def prepare(keeper: Keeper, options: Options, environment: dict[str, str]) -> None:
    """Runs `manage.py prepare`, which loads Django while the stores start. Raises Problem, StopRequested.

    A new first admin is shown at once, whatever happens next: nothing else remembers the password.
    """
    waits = ["--mongodb-wait", str(options.store_wait_seconds if options.mongodb_uri else EMBEDDED_SECONDS)]
    waits += ["--redis-wait", str(options.store_wait_seconds if options.redis_url else EMBEDDED_SECONDS)]
    command = [sys.executable, "manage.py", "prepare", "--report", *waits]
    log_path = options.log_dir / "prepare.log"
    with log_path.open("wb") as log:
        process = start_process(
            command, environment={**os.environ, **environment}, output=log.fileno(), stdout=subprocess.PIPE
        )
    try:
        keeper.wait(lambda: process.poll() is not None, PREPARE_SECONDS, "prepare")
    finally:
        process.kill()
        report = read_report(process.communicate()[0])
        if first_admin := report.get("first_admin"):
            say("\n" + first_admin_text(first_admin, os.environ))
    if "problem" in report:
        raise Problem(report["problem"])
    if process.returncode != 0 or not report:
        raise Problem(f"The database could not be prepared: {last_line(log_path)}\nMore in {log_path}.")


def read_report(output: bytes) -> dict[str, Any]:
    """The JSON object in the last line of what `prepare --report` printed; empty when there is none."""
    try:
        report = json.loads(output.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def start_web(keeper: Keeper, options: Options, environment: dict[str, str]) -> None:
    def answers(_: int) -> bool:
        return probes.web_answers(options.local_host, options.port, options.host_header)

    command = roles.web_command(options.host, options.port, options.web_workers)
    keeper.start(Role("web", command, answers), environment, is_held=True)


def start_worker(keeper: Keeper, options: Options, environment: dict[str, str]) -> None:
    ready_file = options.run_dir / "worker.ready"
    ready_file.unlink(missing_ok=True)

    def takes_tasks(pid: int) -> bool:
        return roles.has_reported_ready(ready_file, pid)

    files = {roles.READY_FILE_VARIABLE: str(ready_file), roles.BEAT_FILE_VARIABLE: str(options.run_dir / "beat")}
    keeper.start(Role("worker", roles.worker_command(), takes_tasks), environment | files)
