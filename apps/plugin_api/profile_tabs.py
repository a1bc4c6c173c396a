"""Tabs on the page of a single user, beside its properties."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.texts import Text
from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class ProfileTab:
    """It is registered under its name in the address. Shown to members who may see the user and read the feature."""

    title: Text
    #: Takes the visit (apps.shell.visits.Visit) and the profile as stored; answers parts of the shell.
    parts: Callable[[Any, Mapping[str, Any]], Sequence[Any]]
    feature: str = "core"
    position: int = 50  # smaller ones first


PROFILE_TABS: Registry[ProfileTab] = Registry("tab of user profiles")
