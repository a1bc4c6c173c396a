"""Names of what members may be given rights on. A plugin adds its own from `AppConfig.ready`."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from apps.core.texts import Text
from apps.plugin_api import states

Needs = dict[str, dict[str, list[str]]]  # letter of a right -> feature -> letters that come with it

_needs: dict[str, Needs] = {"core": {}, "events": {}}
_titles: dict[str, Text] = {"core": _("Core"), "events": _("Events")}
_plugins: dict[str, str] = {}  # feature -> the plugin without which it means nothing


def register(
    name: str, needs: Mapping[str, Mapping[str, list[str]]] | None = None, *, plugin: str = "", title: Text = ""
) -> None:
    """`needs`: `{"c": {"data_manager": ["r"]}}` says that who may create here must be able to read there."""
    _needs[name] = {letter: dict(features) for letter, features in (needs or {}).items()}
    _plugins[name] = plugin
    _titles[name] = title


def withdraw(plugin: str) -> None:
    for name in [name for name, owner in _plugins.items() if owner == plugin]:
        del _needs[name], _plugins[name]


def names() -> list[str]:
    """The core's first, then in the order of their names."""
    rest = sorted(name for name in _needs if states.is_on(_plugins.get(name, "")))
    return ["core", "events", *(name for name in rest if name not in ("core", "events"))]


def title_of(name: str) -> str:
    """For people; the name itself where the plugin gives none."""
    return str(_titles.get(name) or name)


def dependencies() -> dict[str, Needs]:
    """Of the features that need others."""
    return {name: needs for name, needs in _needs.items() if needs and states.is_on(_plugins.get(name, ""))}
