"""The dummy plugin, started for one test. Import the fixture where it is needed."""

from collections.abc import Iterator

import pytest

from apps.core import schema
from apps.plugin_api import loader
from tests import dummy_plugin
from tests.dummy_plugin import offers
from tests.dummy_plugin.apps import DummyConfig


@pytest.fixture
def dummy(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[DummyConfig]:
    for name in ("_global", "_per_application"):  # its collections go with it
        monkeypatch.setattr(schema, name, {key: list(indexes) for key, indexes in getattr(schema, name).items()})
    config = DummyConfig("tests.dummy_plugin", dummy_plugin)
    loader.start(config)
    assert "dummy" in loader.started(), loader.problems()
    offers.heard.clear()
    try:
        yield config
    finally:
        loader.stop("dummy")
