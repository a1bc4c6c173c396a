"""An application's own settings of a plugin that wants to look at them first, or keeps them somewhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.plugin_api.registry import Registry


class InvalidSettings(ValueError):
    """The message says to people what is wrong."""


@dataclass(frozen=True, slots=True)
class KeptElsewhere:
    """What a handler answers that has stored everything itself: shown to people, nothing is stored for it."""

    shown: Any


#: Takes the application's id and what was sent for the namespace; answers with what is stored under it from now on and
#: shown to people: no secrets. Raises InvalidSettings, and then nothing may have changed.
Handle = Callable[[str, dict[str, Any]], "dict[str, Any] | KeptElsewhere"]

#: By namespace. Of namespaces without an entry the values are stored as they come.
SETTINGS_HANDLERS: Registry[Handle] = Registry("handler of an application's settings")

#: By namespace, for settings that touch more than the application of which the member is an administrator: whether that
#: member may set what was sent. Asked before the handler.
MAY_SET: Registry[Callable[[Any, dict[str, Any]], bool]] = Registry("rule of an application's settings")
