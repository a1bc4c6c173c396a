"""What rooms and plugins offer under names. What a plugin offers is silent while the plugin is off."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from apps.plugin_api import states

Entry = TypeVar("Entry")


class NameTaken(ValueError):
    """Two of them want to offer something under one name."""


@dataclass(frozen=True, slots=True)
class _Offer(Generic[Entry]):
    entry: Entry
    plugin: str  # "" for the server itself


class Registry(Generic[Entry]):
    """Filled from `AppConfig.ready`, read at any time; the order is that of the registrations."""

    def __init__(self, kind: str) -> None:
        self._kind = kind  # for messages: "job", "menu entry"
        self._offers: dict[str, _Offer[Entry]] = {}

    def register(self, name: str, entry: Entry, *, plugin: str = "") -> None:
        """Raises NameTaken."""
        if name in self._offers:
            raise NameTaken(f"There is already a {self._kind} {name!r}")
        self._offers[name] = _Offer(entry, plugin)

    def get(self, name: str) -> Entry | None:
        """None also while the plugin that offers it is off."""
        offer = self._offers.get(name)
        return offer.entry if offer is not None and states.is_on(offer.plugin) else None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def items(self) -> Iterator[tuple[str, Entry]]:
        return ((name, offer.entry) for name, offer in self._offers.items() if states.is_on(offer.plugin))

    def entries(self) -> list[Entry]:
        return [entry for _, entry in self.items()]

    def names(self) -> list[str]:
        """All that are taken, also by plugins that are off. Reads no state."""
        return list(self._offers)

    def all_entries(self) -> list[Entry]:
        """Also of plugins that are off: for what must be done all the same, as the removal of data."""
        return [offer.entry for offer in self._offers.values()]

    def plugin_of(self, name: str) -> str:
        """Who offers it, on or off; "" for the server itself. Raises KeyError."""
        return self._offers[name].plugin

    def withdraw(self, plugin: str) -> None:
        """All that the plugin offers goes: it could not be loaded as a whole, or a test is over."""
        self._offers = {name: offer for name, offer in self._offers.items() if offer.plugin != plugin}
