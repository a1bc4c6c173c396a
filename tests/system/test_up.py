"""`manage.py up` as an operator meets it: every test starts the real thing."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from apps.system.supervision import embedded, probes
from apps.system.supervision.children import start_process
from apps.system.supervision.runfiles import RunFiles
from tests.stack import Stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def _one_victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("victim"))
    yield stack
    if stack.process is not None:
        stack.stop()


@pytest.fixture
def victim(_one_victim: Stack) -> Stack:
    """A running stack that may be harmed; the next test finds it running again."""
    if _one_victim.process is None:
        _one_victim.start()
    return _one_victim


def send_session(stack: Stack, app_key: str, device_id: str) -> None:
    parameters = {"app_key": app_key, "device_id": device_id, "begin_session": "1"}
    answer = httpx.get(f"{stack.url}/i", params=parameters, timeout=30)
    assert (answer.status_code, answer.json()) == (200, {"result": "Success"})


def devices(stack: Stack, app_id: str) -> set[str]:
    stack.flush()
    return {user["did"] for user in stack.database()[f"app_users{app_id}"].find({}, {"did": 1})}


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def end_of(stack: Stack) -> tuple[int, str]:
    """Exit status and whole output of an `up` that does not come up."""
    status = stack.launch().wait_for_end()
    return status, stack.text()


def test_up_prints_address_and_first_admin_once_and_keeps_the_data(own_stack: Stack):
    assert own_stack.text() == (
        "\nThe first administrator, shown this once:\n"
        f"  user name  {own_stack.username}\n"
        "  password   as set in ADMIN_PASSWORD\n"
        "  API key    as set in ADMIN_API_KEY\n"
        f"\nTally is running at {own_stack.url}\n\n"
        "Ctrl-C stops it."
    )
    assert (own_stack.data_dir / "run" / "worker.ready").read_text() == str(own_stack.pids()["worker"])
    assert httpx.get(f"{own_stack.url}/o/ping").json() == {"result": "Success"}
    application = own_stack.create_application("Kept")
    send_session(own_stack, application.key, "first")
    pids = own_stack.pids()
    assert set(pids) == {"mongodb", "valkey", "web", "worker"}
    run_files = [own_stack.data_dir / "run" / name for name in ("endpoints.json", "processes.json")]
    assert [path.stat().st_mode & 0o777 for path in run_files] == [0o600, 0o600]

    assert own_stack.stop(signal.SIGINT) == 0
    assert own_stack.output[-2:] == ["Stopping ...", "Stopped."]
    assert [path.exists() for path in run_files] == [False, False]
    assert [pid for pid in pids.values() if is_alive(pid)] == []

    own_stack.start()
    assert own_stack.text() == f"\nTally is running at {own_stack.url}\n\nCtrl-C stops it."
    send_session(own_stack, application.key, "second")
    assert devices(own_stack, application.id) == {"first", "second"}


def test_up_that_is_stopped_early_has_shown_the_first_admin(tmp_path: Path):
    stack = Stack(tmp_path, ADMIN_PASSWORD="").launch()
    password = stack.wait_for_line("password", 90).split()[1]
    assert stack.stop(signal.SIGINT) == 0
    assert password not in ("as", "")
    assert stack.output[-2:] == ["Stopping ...", "Stopped."]
    assert f"Tally is running at {stack.url}" not in stack.output


def test_ctrl_c_before_anything_was_started_ends_quietly(tmp_path: Path):
    """Here `up` waits for a server of an earlier start that does not stop."""
    stack = Stack(tmp_path)
    code = (
        "import signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); print('blocked', flush=True)"
    )
    code += "; signal.sigwait([signal.SIGTERM]); print('asked', flush=True); signal.pause()"
    leftover = subprocess.Popen(
        [sys.executable, "-c", code], env=stack.environment, stdout=subprocess.PIPE, start_new_session=True
    )
    assert leftover.stdout.readline() == b"blocked\n"
    files = RunFiles(tmp_path / "run")
    files.run_dir.mkdir()
    files.write_processes({"mongodb": leftover.pid})
    stack.launch()
    assert leftover.stdout.readline() == b"asked\n"
    assert (stack.stop(signal.SIGINT), stack.text()) == (130, "")
    leftover.kill()
    leftover.communicate()


def test_up_starts_a_dead_child_again_and_names_it(victim: Stack):
    application = victim.create_application("Survivor")
    send_session(victim, application.key, "before")
    for role in ("web", "worker", "valkey", "mongodb"):
        pid = victim.kill(role)
        line = victim.wait_for_line(f"{role} ended with")
        log = victim.data_dir / "log" / f"{role}.log"
        assert line == f"{role} ended with signal SIGKILL; starting it again in 0.2 s (log: {log})"
        victim.wait_for_line(f"{role} works again.")
        assert victim.pids()[role] != pid
    send_session(victim, application.key, "after")
    assert devices(victim, application.id) == {"before", "after"}


def test_killed_supervisor_leaves_no_process_and_does_not_block_the_next_start(victim: Stack):
    application = victim.create_application("Orphan")
    send_session(victim, application.key, "before")
    pids = victim.pids()
    victim.kill("supervisor")
    assert victim.wait_for_end() == -signal.SIGKILL
    victim.start()
    assert [pid for pid in pids.values() if is_alive(pid)] == []
    assert devices(victim, application.id) == {"before"}


def test_second_stop_request_kills_what_does_not_stop(victim: Stack):
    victim.kill("worker", signal.SIGSTOP)
    victim.process.send_signal(signal.SIGTERM)
    victim.wait_for_line("Stopping ...")
    assert victim.stop(signal.SIGTERM) == 0
    assert victim.output[-3:] == ["Stopping ...", "worker was killed.", "Stopped."]


def test_second_up_on_the_same_data_is_refused(stack: Stack):
    assert end_of(Stack(stack.data_dir)) == (
        1,
        f"\nTally cannot run: Another server already runs on the data directory {stack.data_dir}. "
        "Stop it first, or set DATA_DIR to a directory of its own.",
    )
    assert httpx.get(f"{stack.url}/o/ping").status_code == 200


def test_port_in_use_is_said_with_the_way_out(tmp_path: Path):
    stack = Stack(tmp_path)
    with socket.create_server(("127.0.0.1", stack.port)):
        assert end_of(stack) == (
            1,
            f"\nTally cannot run: The web server cannot listen on 127.0.0.1:{stack.port} (Address already in use). "
            f"Stop what uses port {stack.port}, or choose another one with PORT, for example PORT={stack.port + 1}.",
        )


def test_data_dir_that_is_no_directory_is_said_with_the_way_out(tmp_path: Path):
    (tmp_path / "file").touch()
    assert end_of(Stack(tmp_path / "file" / "data")) == (
        1,
        f"\nTally cannot run: The data directory {tmp_path}/file/data cannot be written to (Not a directory). "
        "Make it writable for this user, or set DATA_DIR to another directory.",
    )


def test_unreachable_redis_is_said_with_the_way_out(tmp_path: Path):
    port = embedded.free_port()
    status, text = end_of(Stack(tmp_path, REDIS_URL=f"redis://:secret@127.0.0.1:{port}/0", STORE_WAIT_SECONDS="1"))
    assert status == 1
    assert text == (
        f"\nTally cannot run: Redis does not answer at redis://127.0.0.1:{port}/0 "
        f"(Error 111 connecting to 127.0.0.1:{port}. Connection refused.). Start it or correct REDIS_URL; "
        "with REDIS_URL unset, `make run` starts an embedded Valkey."
    )


def test_unreachable_mongodb_is_said_with_the_way_out(tmp_path: Path):
    port = embedded.free_port()
    status, text = end_of(Stack(tmp_path, MONGODB_URI=f"mongodb://u:secret@127.0.0.1:{port}/", STORE_WAIT_SECONDS="1"))
    assert status == 1
    assert text == (
        f"\nTally cannot run: MongoDB does not answer at mongodb://127.0.0.1:{port}/ "
        f"(127.0.0.1:{port}: [Errno 111] Connection refused). Start it or correct MONGODB_URI; "
        "with MONGODB_URI unset, `make run` starts an embedded one."
    )


def test_standalone_mongodb_is_refused_with_the_way_to_a_replica_set(tmp_path: Path):
    port = embedded.free_port()
    command = [*embedded.mongodb_command(tmp_path / "standalone", port), "--standalone"]
    server = start_process(command, environment={"PATH": ""}, output=subprocess.DEVNULL)
    try:
        uri = embedded.mongodb_uri(port)
        status, text = end_of(Stack(tmp_path / "data", MONGODB_URI=uri))
    finally:
        server.terminate()
        server.wait(20)
    assert status == 1
    assert text == (
        "\nTally cannot run: MongoDB runs as a standalone server, but counting exactly once needs transactions and "
        "therefore a replica set; one node is enough. Start mongod with `--replSet rs0` (or `replication: "
        "{replSetName: rs0}` in mongod.conf) and run `rs.initiate()` once in mongosh."
    )


def test_first_admin_web_makes_no_account(tmp_path: Path):
    stack = Stack(tmp_path, FIRST_ADMIN="web").start()
    try:
        assert stack.text() == f"\nTally is running at {stack.url}\n\nCtrl-C stops it."
        assert list(stack.database().members.find()) == []
        assert httpx.get(stack.url, follow_redirects=True).url.path == "/setup"
    finally:
        stack.stop()


def test_unusable_admin_password_is_said(tmp_path: Path):
    status, text = end_of(Stack(tmp_path, ADMIN_PASSWORD="short"))
    assert status == 1
    assert text.startswith("\nTally cannot run: The first administrator cannot be made as the ADMIN_* variables say (")


def test_up_is_the_same_by_its_module_name(tmp_path: Path):
    answer = subprocess.run(
        [sys.executable, "-m", "apps.system.supervision", "up"],
        env={"PORT": "99999", "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout, answer.stderr) == (
        1,
        "",
        "\nTally cannot run: PORT must be a whole number from 1 to 65535, not '99999'.\n",
    )


def test_probes_say_no_where_nothing_answers(tmp_path: Path):
    port = embedded.free_port()
    assert not probes.mongodb_answers(port)
    assert not probes.web_answers("127.0.0.1", port, "localhost")
    assert not probes.valkey_answers(tmp_path / "none.sock")
