"""Commands that find no servers: one sentence with the way out, no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.parametrize("command", [["plugins"], ["flush"]])
@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ({}, "no server runs with DATA_DIR={folder}. Start it with `make run`"),
        (
            {"MONGODB_URI": "mongodb://reader:quince@127.0.0.1:1/?directConnection=true&serverSelectionTimeoutMS=100"},
            "MongoDB does not answer at mongodb://127.0.0.1:1/",
        ),
    ],
)
def test_a_command_says_which_server_is_missing(
    tmp_path: Path, command: list[str], named: dict[str, str], reason: str
) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("MONGODB_URI", "REDIS_URL")}
    answer = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env={**environment, "DATA_DIR": str(tmp_path), **named},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Tally cannot run: {reason.format(folder=tmp_path)}"), answer.stderr
    assert (answer.stderr.count("\n"), answer.stdout) == (1, "")
    assert "quince" not in answer.stderr


def test_a_command_says_which_plugin_stops_it() -> None:
    answer = subprocess.run(
        [sys.executable, "manage.py", "plugins"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "TALLY_PLUGINS": "quince", "TALLY_PLUGINS_STRICT": "true"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    text = "Tally cannot run: The plugin quince cannot be used. ModuleNotFoundError: No module named 'quince'\n"
    assert (answer.returncode, answer.stderr) == (1, text)
