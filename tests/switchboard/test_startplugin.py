"""The plugin to begin with: made somewhere else, loaded, and its own tests run."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.plugin_api import loader, states
from apps.plugin_api.loader import Problem
from apps.switchboard import new_plugin
from tests.dummy_plugin.fixture import dummy  # noqa: F401  fixture

#: What stands beside tests of plugins in this repository.
FIXTURES = """
import importlib.util

spec = importlib.util.spec_from_file_location("fixtures_of_the_server", {path!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
globals().update((name, each) for name, each in vars(module).items() if not name.startswith('__'))
"""


def test_the_new_plugin_passes_its_own_tests(tmp_path: Path) -> None:
    call_command("startplugin", "good-night", directory=str(tmp_path), stdout=StringIO())
    base = Path(settings.BASE_DIR)
    (tmp_path / "good_night" / "conftest.py").write_text(FIXTURES.format(path=str(base / "conftest.py")))
    environment = {
        "TALLY_PLUGINS": "good_night",
        "TALLY_PLUGINS_STRICT": "true",
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{base}",
        "MONGODB_DATABASE": "of_a_new_plugin",
    }
    command = ["pytest", "-q", "-c", str(base / "pyproject.toml"), "--rootdir", str(tmp_path)]
    outcome = run([*command, str(tmp_path / "good_night")], tmp_path, environment)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "5 passed" in outcome.stdout


def test_the_new_plugin_is_written_as_this_repository_is(tmp_path: Path) -> None:
    new_plugin.make("good-night", tmp_path, "plugins.")
    written = sorted(tmp_path.rglob("*.py"))
    assert len(written) == 11
    for path in written:
        place = str(Path(settings.BASE_DIR) / "plugins" / path.relative_to(tmp_path))
        options = ["--ignore", "I001", "--stdin-filename", place, "-"]  # imports sort otherwise where they lead nowhere
        outcome = run(["ruff", "check", "-q", *options], Path(settings.BASE_DIR), {}, path.read_text())
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_new_plugin_has_the_types_that_the_contract_asks_for(tmp_path: Path) -> None:
    base = Path(settings.BASE_DIR)
    new_plugin.make("good-night", tmp_path, "")
    options = ["--config-file", str(base / "pyproject.toml"), "--cache-dir", str(base / ".mypy_cache")]
    outcome = run(["mypy", *options, "good_night"], tmp_path, {"MYPYPATH": str(base)})
    assert "11 source files" in outcome.stdout, outcome.stdout + outcome.stderr
    assert [line for line in outcome.stdout.splitlines() if "good_night" in line] == []


def run(
    command: list[str], folder: Path, environment: dict[str, str], sent: str = ""
) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", *command]
    settings = {"env": {**os.environ, **environment}, "cwd": folder, "timeout": 120}
    return subprocess.run(command, input=sent, capture_output=True, text=True, **settings)


@pytest.mark.parametrize("name", ["Good", "good night", "", "../x", "class"])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="no name for a plugin"):
        call_command("startplugin", name, directory=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("dummy")
def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(CommandError, match="is there already"):
        call_command("startplugin", "mine", directory=str(tmp_path))
    with pytest.raises(CommandError, match="already a plugin 'dummy'"):
        call_command("startplugin", "dummy", directory=str(tmp_path))


@pytest.mark.usefixtures("dummy")
def test_plugins_are_listed_with_state_version_and_problems(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("plugins")
    assert "on     dummy                    1.2.3      Dummy\n" in capsys.readouterr().out
    states.switch("dummy", False)
    monkeypatch.setattr(loader, "_problems", [Problem("tests.broken", "broken", "It needs the setting X.")])
    with pytest.raises(SystemExit):
        call_command("plugins")
    printed = capsys.readouterr().out
    assert "off    dummy                    1.2.3      Dummy\n" in printed
    assert "broken broken                   It needs the setting X.\n" in printed
