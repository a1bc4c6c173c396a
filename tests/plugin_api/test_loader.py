"""Plugins that come as packages on the path, sound and broken ones."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.core.version import VERSION
from apps.plugin_api import loader
from apps.plugin_api.loader import BrokenPlugin, Problem, select, version_numbers

APPS_PY = """
from apps.plugin_api.config import PluginConfig

class Config(PluginConfig):
    name = {package!r}
    plugin = {plugin!r}
    title = "T"
    version = "1"
{more}
"""


class Shelf:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: list[str] = []

    def put(self, plugin: str, more: str = "", text: str = "") -> str:
        package = f"shelf_{len(self.made)}_{plugin.replace('-', '_')}"
        self.made.append(package)
        (self.folder / package).mkdir()
        (self.folder / package / "__init__.py").touch()
        text = text or APPS_PY.format(package=package, plugin=plugin, more=f"    {more}\n" if more else "")
        (self.folder / package / "apps.py").write_text(text)
        return package


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(loader, "_selected_problems", [])
    monkeypatch.setattr(loader, "_is_strict", False)
    shelf = Shelf(tmp_path)
    yield shelf
    for name in [name for name in sys.modules if name.split(".")[0] in shelf.made]:
        del sys.modules[name]


def test_parents_come_first(shelf: Shelf) -> None:
    child = shelf.put("child", "requires = ('parent',)")
    parent = shelf.put("parent")
    assert select([child, parent, "", f" {parent} "]).apps == [f"{parent}.apps.Config", f"{child}.apps.Config"]
    assert loader.problems() == []


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ("min_core = '99.1'", f"It needs version 99.1 of the server or a newer one; this is {VERSION}."),
        ("max_core = '0.0.9'", f"It works up to version 0.0.9 of the server; this is {VERSION}."),
        ("requires = ('nobody',)", "It needs the plugin nobody: list that one too, or mend it."),
        ("title = ''", "Its configuration says no title."),
        ("plugin = 'A name'", "'A name' is no name: letters, digits and hyphens, in lower case."),
        ("raise RuntimeError('at import')", "RuntimeError: at import"),
    ],
)
def test_what_does_not_fit_is_left_out_and_reported(shelf: Shelf, more: str, text: str) -> None:
    sound, broken = shelf.put("sound"), shelf.put("broken", more)
    selection = select([broken, sound])
    assert selection.apps == [f"{sound}.apps.Config"]
    assert [(problem.path, problem.text) for problem in selection.problems] == [(broken, text)]
    assert loader.problems() == selection.problems
    with pytest.raises(BrokenPlugin, match=r".*"):
        select([broken, sound], strict=True)


def test_a_package_that_is_not_there_is_reported(shelf: Shelf) -> None:
    problem = Problem("plugins.gone", "", "ModuleNotFoundError: No module named 'plugins.gone'")
    assert select(["plugins.gone"]).problems == [problem]


def test_a_name_is_taken_once(shelf: Shelf) -> None:
    first, second = shelf.put("twin"), shelf.put("twin")
    selection = select([first, second])
    assert selection.apps == [f"{first}.apps.Config"]
    assert "has the name 'twin' too" in selection.problems[0].text


def test_a_package_without_a_configuration_is_reported(shelf: Shelf) -> None:
    empty = shelf.put("empty", text="X = 1\n")
    assert "must define one subclass of PluginConfig; it defines 0" in select([empty]).problems[0].text


@pytest.mark.parametrize(
    ("version", "numbers"), [("1.4.0", (1, 4, 0)), ("1.4.0rc1", (1, 4, 0)), ("2", (2,)), ("0.10.3", (0, 10, 3))]
)
def test_version_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert version_numbers(version) == numbers
