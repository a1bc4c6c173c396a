"""Plugins that come as packages on the path, sound and broken ones."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import AppConfig

from apps.core.version import VERSION
from apps.plugin_api import configuration, features, loader, signals
from apps.plugin_api.jobs import JOBS, Job
from apps.plugin_api.loader import BrokenPlugin, Problem, select, version_numbers
from apps.plugin_api.offers import Offers
from tests import dummy_plugin
from tests.dummy_plugin.apps import DummyConfig

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


# Starting -------------------------------------------------------------------------------------------------------------


class Half(DummyConfig):
    plugin = "half"
    feature = "half"

    def offer(self, plugin: Offers) -> None:
        plugin.add(JOBS, "half", Job("0 3 * * *", lambda: None, "Nothing"))
        plugin.settings("half", {"x": 1})
        plugin.listen(signals.batch_written, lambda **arguments: None)
        raise RuntimeError("half way")


@pytest.fixture
def half(db: None, monkeypatch: pytest.MonkeyPatch) -> Half:
    monkeypatch.setattr(loader, "_problems", [])
    monkeypatch.setattr(loader, "_is_strict", False)
    return Half("tests.dummy_plugin", dummy_plugin)


def test_a_plugin_that_fails_half_way_offers_nothing(half: Half) -> None:
    listeners = len(signals.batch_written.receivers)
    loader.start(half)
    assert loader.problems()[-1] == Problem("tests.dummy_plugin", "half", "RuntimeError: half way")
    assert "half" not in loader.started()
    assert "half" not in JOBS.names()
    assert "half" not in configuration.namespaces()
    assert "half" not in features.names()
    assert len(signals.batch_written.receivers) == listeners


def test_a_plugin_needs_its_settings_and_its_parents(half: Half, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Half, "required_settings", ("NO_SUCH_SETTING",))
    loader.start(half)
    assert loader.problems()[-1].text == "It needs the setting NO_SUCH_SETTING: give it in the environment."
    monkeypatch.setattr(loader, "_problems", [])
    monkeypatch.setenv("NO_SUCH_SETTING", "here")
    monkeypatch.setattr(Half, "requires", ("nobody",))
    loader.start(half)
    assert loader.problems()[-1].text == "It needs the plugin nobody, which could not be started."


def test_a_plugin_with_broken_models_does_not_stop_the_server(half: Half, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: AppConfig) -> None:
        raise ImportError("no such field")

    monkeypatch.setattr(AppConfig, "import_models", fail)
    half.import_models()
    loader.start(half)
    assert loader.problems()[-1] == Problem("tests.dummy_plugin", "half", "ImportError: no such field")
    assert (list(half.models), "half" in loader.started()) == ([], False)


def test_strictly_it_stops_the_server(half: Half, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "_is_strict", True)
    with pytest.raises(BrokenPlugin, match="The plugin half cannot be used"):
        loader.start(half)
