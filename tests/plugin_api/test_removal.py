"""Plugins whose folders are gone take nothing with them but those that need them."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

from apps.plugin_api import loader

#: What the run of these tests has set: the children have servers of their own.
OF_THIS_RUN = {
    "TALLY_TEST_SERVERS",
    "MONGODB_URI",
    "MONGODB_DATABASE_FS",
    "REDIS_URL",
    "DATA_DIR",
    "PYTEST_XDIST_WORKER",
}


def groups(packages: list[str]) -> list[list[str]]:
    """Few of them, and yet for any two plugins there is a group with the one and without the other: whoever leans on
    another one falls."""
    bits = range(max(1, (len(packages) - 1).bit_length()))
    chosen = [
        [package for index, package in enumerate(packages) if index >> bit & 1 == value]
        for bit in bits
        for value in (0, 1)
    ]
    return [*chosen, packages]


def test_groups_tell_any_two_apart() -> None:
    names = [f"p{number}" for number in range(11)]
    found = groups(names)
    assert all(
        any(one in group and other not in group for group in found) for one in names for other in names if one != other
    )


def test_the_server_works_without_its_plugins() -> None:
    gone = groups(settings.PLUGINS)
    command = [sys.executable, "-m", "tests.plugin_api.without_plugins", json.dumps(gone)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "countly_site.settings", "LOG_LEVEL": "CRITICAL"}
    outcome = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=240
    )
    assert outcome.returncode == 0, outcome.stderr[-4000:]
    told = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert len(told) == len(gone)
    for packages, problems in zip(gone, told, strict=True):
        assert set(problems) == with_children(packages)
        assert all(problems[package] == f"ModuleNotFoundError: No module named '{package}'" for package in packages)


#: What looks at all that is there, and a neighbour that shows what other plugins offer: quick ones of many.
REST = (
    "tests/plugin_api/test_loader.py",
    "tests/security/test_api_matrix.py::test_every_endpoint_has_its_row",
    "tests/security/test_api_matrix.py::test_every_rule_is_known",
    "tests/security/test_screens.py::test_every_page_has_its_row",
    "tests/security/test_screens.py::test_screens_ask_what_their_rows_say",
    "tests/openapi/test_generator.py::test_every_endpoint_is_described",
    "tests/openapi/test_generator.py::test_nothing_is_described_that_is_not_served",
    "plugins/dashboards/tests/test_widgets.py",
)
NOT_COPIED = (".git", ".venv", ".made", "node_modules", "vendor", "var", "__pycache__", ".*_cache", ".hypothesis")


@pytest.mark.parametrize("folder", ["views", "crashes", "push"])
def test_the_rest_of_the_tests_pass_without_the_folder(folder: str, tmp_path: Path) -> None:
    """The folder and its line in the settings are deleted, and nothing else."""
    tree = tmp_path / "tree"
    shutil.copytree(settings.BASE_DIR, tree, ignore=shutil.ignore_patterns(*NOT_COPIED))
    shutil.rmtree(tree / "plugins" / folder)
    lines = tree / "countly_site" / "settings.py"
    text = lines.read_text()
    line = f'    "plugins.{folder}",\n'
    assert text.count(line) == 1
    lines.write_text(text.replace(line, ""))
    environment = {name: value for name, value in os.environ.items() if name not in OF_THIS_RUN}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *REST]
    outcome = subprocess.run(command, env=environment, cwd=tree, capture_output=True, text=True, timeout=200)
    assert outcome.returncode == 0, outcome.stdout[-4000:] + outcome.stderr[-2000:]
    assert int(re.findall(r"(\d+) passed", outcome.stdout)[0]) > 20


def with_children(packages: list[str]) -> set[str]:
    """And those that need one of them, at first or second hand."""
    gone = set(packages)
    names = {name for name, config in loader.started().items() if config.name in gone}
    for name, config in loader.started().items():  # parents come first
        if names & set(config.requires):
            names.add(name)
            gone.add(config.name)
    return gone


def test_every_folder_is_listed_and_every_line_has_its_folder() -> None:
    folders = [each.name for each in (settings.BASE_DIR / "plugins").iterdir() if (each / "apps.py").exists()]
    assert sorted(settings.PLUGINS) == sorted(f"plugins.{name}" for name in folders)
    assert loader.problems() == []
    assert all(import_module(path).__name__ == path for path in settings.PLUGINS)
