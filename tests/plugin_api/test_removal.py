"""Plugins whose folders are gone take nothing with them but those that need them."""

import json
import os
import subprocess
import sys
from importlib import import_module

from django.conf import settings

from apps.plugin_api import loader


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
