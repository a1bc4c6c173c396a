import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apps.applications.info import ApplicationInfo
from tests.stack import Stack

CLIENTS = Path(__file__).parent / "clients"
PACKAGES = Path(__file__).resolve().parents[2] / "node_modules"
SECONDS = 60


def skip(reason: str) -> None:
    assert os.environ.get("CI") != "true", reason
    pytest.skip(reason)


def set_salt(stack: Stack, application: ApplicationInfo, salt: str) -> None:
    """Before anybody has asked for the application, so that no process remembers it without."""
    stack.database().apps.update_one({"key": application.key}, {"$set": {"salt": salt}})


@pytest.fixture(scope="session")
def run_node() -> Callable[..., Any]:
    """Runs a script of `clients` and returns what it printed as JSON."""
    node = shutil.which("node")
    if node is None:
        skip("node is not installed")
    if not (PACKAGES / "countly-sdk-nodejs").is_dir():
        skip("the SDKs are not installed: `npm ci`")

    def run(script: str, *arguments: str) -> Any:
        command = [node, str(CLIENTS / script), *arguments]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=SECONDS)
        return json.loads(done.stdout)

    return run
