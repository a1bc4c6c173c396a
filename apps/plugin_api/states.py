"""Which plugins are on. One document says it for all processes: `plugins.<name>` of the settings."""

from collections.abc import Sequence

from apps.plugin_api import configuration
from apps.plugin_api.signals import plugin_switched, tell

NAMESPACE = "plugins"

_parents: dict[str, Sequence[str]] = {}


def register(plugin: str, *, parents: Sequence[str] = (), on_by_default: bool = True) -> None:
    """The loader calls this. While a parent is off, so is the plugin."""
    _parents[plugin] = parents
    configuration.register(NAMESPACE, {plugin: on_by_default}, is_hidden=True)


def withdraw(plugin: str) -> None:
    _parents.pop(plugin, None)
    configuration.withdraw(NAMESPACE, plugin)


def is_on(plugin: str) -> bool:
    """The empty name stands for the server itself, which is always on. A change is seen within
    `configuration.CACHE_SECONDS`."""
    if not plugin:
        return True
    return is_wanted(plugin) and all(is_on(parent) for parent in _parents.get(plugin, ()))


def is_wanted(plugin: str) -> bool:
    """What people said, whatever its parents are."""
    return configuration.read(NAMESPACE).get(plugin, True) is not False


def switch(plugin: str, on: bool) -> None:
    """Holds at once in this process, within `configuration.CACHE_SECONDS` in all others."""
    configuration.write(NAMESPACE, {plugin: on})
    tell(plugin_switched, plugin=plugin, on=on)
