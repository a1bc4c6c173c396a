"""An application's own settings of a plugin that wants to look at them first, or keeps them somewhere else."""

from collections.abc import Callable
from typing import Any

from apps.plugin_api.registry import Registry


class InvalidSettings(ValueError):
    """The message says to people what is wrong."""


#: Takes the application's id and what was sent for the namespace; answers with what is stored under it from now on and
#: shown to people: no secrets. Raises InvalidSettings, and then nothing may have changed.
Handle = Callable[[str, dict[str, Any]], dict[str, Any]]

#: By namespace. Of namespaces without an entry the values are stored as they come.
SETTINGS_HANDLERS: Registry[Handle] = Registry("handler of an application's settings")
