"""What the database already lists: values of metrics and segments, and the keys of events.

Lists grow slowly and are asked for with every batch, so they come from a cache; what a batch adds to them is handed
back and remembered once it is stored.
"""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Protocol

from apps.aggregation.documents import event_field, event_of_map_key

ZeroDocument = tuple[str, str]  # collection and `_id` of the document of a year
Sets = Mapping[str, AbstractSet[str]]  # name of the set -> its values


class KnownValues(Protocol):
    def load(self, documents: Collection[ZeroDocument]) -> Mapping[ZeroDocument, Sets]:
        """The lists of these documents; those that do not exist may be missing. Asked once per batch."""


class RememberedValues:
    """Keeps all it is told, in memory: for tests and benchmarks, where nothing else writes."""

    def __init__(self) -> None:
        self._sets: dict[ZeroDocument, dict[str, set[str]]] = {}

    def load(self, documents: Collection[ZeroDocument]) -> Mapping[ZeroDocument, Sets]:
        return {document: self._sets[document] for document in documents if document in self._sets}

    def remember(self, learned: Mapping[ZeroDocument, Sets]) -> None:
        for document, sets in learned.items():
            own = self._sets.setdefault(document, {})
            for name, values in sets.items():
                own.setdefault(name, set()).update(values)


def sets_of(zero_document: Mapping[str, Any] | None) -> dict[str, set[str]]:
    return {name: set(values) for name, values in listed_values(zero_document or {}).items()}


def listed_values(zero_document: Mapping[str, Any]) -> dict[str, list[str]]:
    """The lists in a stored document, in its order: `meta_v2`, and `meta`, their form in older data."""
    lists: dict[str, list[str]] = {}
    newer, older = zero_document.get("meta_v2"), zero_document.get("meta")
    if isinstance(newer, Mapping):
        for name, values in newer.items():
            if isinstance(values, Mapping):
                lists[name] = list(_joined_names(values))
    if isinstance(older, Mapping):
        for name, values in older.items():
            if isinstance(values, list):
                texts = (str(value) for value in values if isinstance(value, str | int))
                lists[name] = list(dict.fromkeys([*lists.get(name, ()), *texts]))
    return lists


def _joined_names(values: Mapping[str, Any]) -> Iterable[str]:
    """An event key with dots was stored as nested objects; colons join it again."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from (f"{name}:{rest}" for rest in _joined_names(value))
        else:
            yield name


@dataclass(slots=True)
class EventsDocument:
    """What `events` holds of an application."""

    segments: dict[str, set[str]] = field(default_factory=dict)  # every event key -> names of its segments
    omitted: dict[str, frozenset[str]] = field(default_factory=dict)  # event key -> segments that are not counted
    whitelisted: dict[str, frozenset[str]] = field(default_factory=dict)  # event key -> the only ones that are

    def copy(self) -> "EventsDocument":
        """One that can grow without the other."""
        segments = {key: set(names) for key, names in self.segments.items()}
        return EventsDocument(segments, self.omitted, self.whitelisted)

    @classmethod
    def from_document(cls, document: Mapping[str, Any] | None) -> "EventsDocument":
        if document is None:
            return cls()
        segments = _names(document.get("segments"))
        keys = document.get("list")
        return cls(
            segments={
                key: set(segments.get(event_field(key), ()))
                for key in (keys if isinstance(keys, list) else ())
                if isinstance(key, str)
            },
            omitted=_by_event(document.get("omitted_segments")),
            whitelisted=_by_event(document.get("whitelisted_segments")),
        )


def _by_event(value: Any) -> dict[str, frozenset[str]]:
    return {event_of_map_key(name): segments for name, segments in _names(value).items()}


def _names(value: Any) -> dict[str, frozenset[str]]:
    if not isinstance(value, dict):
        return {}
    return {key: frozenset(_texts(names)) for key, names in value.items() if isinstance(names, list)}


def _texts(values: Iterable[Any]) -> Iterable[str]:
    return (value for value in values if isinstance(value, str))
