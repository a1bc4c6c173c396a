"""Where the command palette leads beside screens, applications and events."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from apps.core.texts import Text
from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class Place:
    title: str
    address: str
    icon: str
    below: str = ""  # where it belongs


@dataclass(frozen=True, slots=True)
class Places:
    """A group of the palette. `find` gets the member and the ApplicationInfo that is looked at, or None, and answers
    with what the member may open, and nothing else."""

    title: Text
    find: Callable[[Any, Any], Iterable[Place]]
    is_searched: bool = False  # shown only once somebody types


PLACES: Registry[Places] = Registry("group of places")
