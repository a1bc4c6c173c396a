import pytest

from apps.plugin_api import states
from apps.plugin_api.registry import NameTaken, Registry

pytestmark = pytest.mark.django_db


def filled() -> Registry[int]:
    registry: Registry[int] = Registry("number")
    registry.register("one", 1)
    registry.register("two", 2, plugin="twos")
    return registry


def test_what_a_plugin_offers_is_silent_while_it_is_off() -> None:
    registry = filled()
    assert registry.entries() == [1, 2]
    states.switch("twos", False)
    assert registry.entries() == [1]
    assert registry.get("two") is None
    states.switch("twos", True)
    assert dict(registry.items()) == {"one": 1, "two": 2}


def test_a_name_is_taken_once() -> None:
    with pytest.raises(NameTaken, match="number 'two'"):
        filled().register("two", 3)


def test_a_plugin_is_withdrawn_with_all_its_offers() -> None:
    registry = filled()
    registry.withdraw("twos")
    assert registry.entries() == [1]
    registry.register("two", 3)
    assert registry.get("two") == 3
