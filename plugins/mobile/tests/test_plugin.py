import pytest

from apps.applications import places
from apps.plugin_api import states


@pytest.mark.django_db
def test_the_default_type_stays_without_its_plugin() -> None:
    states.switch("mobile", False)
    states.switch("desktop", False)
    assert list(places.types()) == ["mobile", "web"]
    states.switch("desktop", True)
    assert list(places.types()) == ["mobile", "web", "desktop"]
