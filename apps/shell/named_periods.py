"""Periods with a name that the picker offers beside its own. The room that keeps them registers itself here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.texts import Text
from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    title: str
    query: Mapping[str, str]  # the period as an address says it: {"period": "7days", "without": "today"}
    is_favorite: bool = False


@dataclass(frozen=True, slots=True)
class NamedPeriods:
    title: Text
    manage_title: Text
    screen: str  # where they are made and changed; takes the period of an address for a new one
    #: Of a member, for an application in this time zone. Asked with each screen: a query or two.
    offered: Callable[[Any, str], Sequence[NamedPeriod]]


NAMED_PERIODS: Registry[NamedPeriods] = Registry("kind of named periods")
