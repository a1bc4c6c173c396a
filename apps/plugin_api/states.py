"""Which plugins are on. One document says it for all processes: `plugins.<name>` of the settings."""

from apps.plugin_api import configuration

NAMESPACE = "plugins"


def is_on(plugin: str) -> bool:
    """The empty name stands for the server itself, which is always on. A change is seen within
    `configuration.CACHE_SECONDS`."""
    return not plugin or configuration.read(NAMESPACE).get(plugin, True) is not False


def switch(plugin: str, on: bool) -> None:
    configuration.write(NAMESPACE, {plugin: on})
