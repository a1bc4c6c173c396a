import pytest

from apps.plugin_api import states
from plugins.errorlogs import files
from tests.accounts.calls import NO_RIGHT, SUCCESS, Caller


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "web.log").write_text("first\nsecond <b>\n")
    (tmp_path / "log" / "worker.log").write_text("third\n")
    (tmp_path / "secret.log").write_text("secret")
    return tmp_path


def test_logs_are_shown_to_global_administrators(client, db, folder, owner, member):
    caller = Caller(client, owner)

    assert caller.get("/o/errorlogs") == (200, {"web": "first\nsecond &lt;b&gt;\n", "worker": "third\n"})
    assert caller.get("/o/errorlogs", log="worker", bytes="4") == (200, {"worker": "ird\n"})
    assert caller.get("/o/errorlogs", log="nonsense") == (200, {})
    assert caller.get("/o/errorlogs", log="../secret") == (200, {})
    assert Caller(client, member).get("/o/errorlogs") == NO_RIGHT
    answer = client.get("/o/errorlogs", {"api_key": owner.api_key, "log": "web", "download": "1"})
    assert b"".join(answer.streaming_content) == b"first\nsecond <b>\n"


def test_a_log_is_emptied(client, db, folder, owner, member):
    with (folder / "log" / "web.log").open("a") as writer:
        assert Caller(client, member).post("/i/errorlogs", log="web") == NO_RIGHT
        assert Caller(client, owner).post("/i/errorlogs", log="web") == SUCCESS
        writer.write("after")
    assert files.tail("web") == "after"
    for name in ("nonsense", "../secret", ""):
        assert Caller(client, owner).post("/i/errorlogs", log=name) == (200, {"result": "Invalid log file"})
    assert (folder / "secret.log").read_text() == "secret"


def test_without_log_files(client, db, settings, tmp_path, owner):
    settings.DATA_DIR = tmp_path
    assert Caller(client, owner).get("/o/errorlogs") == (200, {})


def test_off_means_silent(client, db, owner):
    states.switch("errorlogs", False)
    assert Caller(client, owner).get("/o/errorlogs") == (400, {"result": "Invalid path"})
