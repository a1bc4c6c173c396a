"""A template: what its users are like, what they do, and how often. Read from the stored document, strictly. Pure."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from apps.aggregation.values import number_of

PLATFORMS = ("iOS", "Android", "Windows", "macOS", "Linux", "Windows Phone")
START, EVENTS, VIEWS = "start", "events", "views"
#: The step that begins a session, under both of its names.
SESSION_STEPS = ("session", START)
RANDOM = "random"
SEQUENCE = "Sequence_"  # and its number, from 1

MOST_USERS = 10_000
MOST_ITEMS = 200  # of a list
LONGEST_TEXT = 256
MOST_HOURS = 24 * 366.0

Value = str | int | float | bool
Item = TypeVar("Item")


class InvalidTemplate(ValueError):
    """Its text says what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Values with their weights. Where all weights are zero, each is as likely as the others."""

    values: tuple[Value, ...] = ()
    weights: tuple[float, ...] = ()

    def pick(self, random: Random) -> Value | None:
        if not self.values:
            return None
        return random.choices(self.values, self.weights if any(self.weights) else None)[0]


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the property `key` equals the value, or differs from it."""

    key: str
    value: str
    is_equal: bool = True

    def holds(self, known: Mapping[str, Any]) -> bool:
        return (str(known.get(self.key, "")) == self.value) is self.is_equal


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of a user, or a segment of an event or view."""

    key: str
    choices: Choices
    conditions: tuple[tuple[Condition, Choices], ...] = ()

    def pick(self, random: Random, known: Mapping[str, Any]) -> Value | None:
        """The first condition that holds decides about the values."""
        return next((found for condition, found in self.conditions if condition.holds(known)), self.choices).pick(
            random
        )


@dataclass(frozen=True, slots=True)
class Event:
    key: str
    segments: tuple[Attribute, ...] = ()
    duration: tuple[float, float] | None = None
    sum: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class View:
    key: str
    segments: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    kind: str  # START, EVENTS or VIEWS
    value: str  # key of the event or view
    probability: float  # 0 to 100


@dataclass(frozen=True, slots=True)
class Behavior:
    gap_hours: tuple[float, float] = (8.0, 72.0)  # between two sessions of a user
    gap_conditions: tuple[tuple[Condition, tuple[float, float]], ...] = ()
    sequences: Choices = Choices((RANDOM,), (1.0,))
    sequence_conditions: tuple[tuple[Condition, Choices], ...] = ()

    def gap_for(self, known: Mapping[str, Any]) -> tuple[float, float]:
        return next((gap for condition, gap in self.gap_conditions if condition.holds(known)), self.gap_hours)

    def sequences_for(self, known: Mapping[str, Any]) -> Choices:
        return next((found for condition, found in self.sequence_conditions if condition.holds(known)), self.sequences)


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    user_count: int
    platforms: tuple[str, ...] = ()
    properties: tuple[Attribute, ...] = ()
    events: tuple[Event, ...] = ()
    views: tuple[View, ...] = ()
    sequences: tuple[tuple[Step, ...], ...] = ()
    behavior: Behavior = Behavior()


def read(document: Mapping[str, Any]) -> Template:
    """Raises InvalidTemplate."""
    users = _number(document.get("uniqueUserCount"), "uniqueUserCount")
    if not 1 <= users <= MOST_USERS:
        raise InvalidTemplate(f"uniqueUserCount is not between 1 and {MOST_USERS}")
    events = _list(document, "events", _event)
    views = _list(document, "views", _view)
    sequences = _list(document, "sequences", _sequence)
    known = {EVENTS: {one.key for one in events}, VIEWS: {one.key for one in views}}
    for index, steps in enumerate(sequences):
        for step in steps:
            if step.kind != START and step.value not in known[step.kind]:
                raise InvalidTemplate(f"sequences[{index}] names {step.value!r}, which is none of {step.kind}")
    return Template(
        name=_text(document.get("name"), "name"),
        user_count=int(users),
        platforms=tuple(_list(document, "platformType", _text)),
        properties=tuple(_list(document, "users", _attribute)),
        events=tuple(events),
        views=tuple(views),
        sequences=tuple(sequences),
        behavior=_behavior(document.get("behavior") or {}, len(sequences)),
    )


# Parts --------------------------------------------------------------------------------------------------------------
def _event(found: Any, where: str) -> Event:
    fields = _object(found, where)
    return Event(
        _text(fields.get("key"), f"{where}.key"),
        tuple(_list(fields, "segmentations", _attribute, where)),
        _optional_range(fields.get("duration"), f"{where}.duration"),
        _optional_range(fields.get("sum"), f"{where}.sum"),
    )


def _view(found: Any, where: str) -> View:
    fields = _object(found, where)
    segments = _list(fields, "segmentations", _attribute, where)
    return View(_text(fields.get("key"), f"{where}.key"), tuple(segments))


def _attribute(found: Any, where: str) -> Attribute:
    fields = _object(found, where)
    conditions = _list(fields, "conditions", _value_condition, where)
    return Attribute(_text(fields.get("key"), f"{where}.key"), _choices(fields, where), tuple(conditions))


def _value_condition(found: Any, where: str) -> tuple[Condition, Choices]:
    return _condition(found, where), _choices(_object(found, where), where)


def _condition(found: Any, where: str) -> Condition:
    fields = _object(found, where)
    kind = fields.get("conditionType", 1)
    if str(kind) not in ("1", "-1"):
        raise InvalidTemplate(f"{where}.conditionType is neither 1 nor -1")
    key = _text(fields.get("selectedKey"), f"{where}.selectedKey")
    return Condition(key, str(_value(fields.get("selectedValue"), f"{where}.selectedValue")), str(kind) == "1")


def _choices(fields: Mapping[str, Any], where: str) -> Choices:
    found = _list(fields, "values", _weighted, where)
    return Choices(tuple(value for value, _ in found), tuple(weight for _, weight in found))


def _weighted(found: Any, where: str) -> tuple[Value, float]:
    fields = _object(found, where)
    weight = _number(fields.get("probability", 0) or 0, f"{where}.probability")
    if not 0 <= weight <= 1_000_000:
        raise InvalidTemplate(f"{where}.probability is negative or too large")
    return _value(fields.get("key"), f"{where}.key"), weight


def _sequence(found: Any, where: str) -> tuple[Step, ...]:
    steps = _list(_object(found, where), "steps", _step, where)
    return tuple(step for step in steps if step is not None)


def _step(found: Any, where: str) -> Step | None:
    """None for one that is switched off."""
    fields = _object(found, where)
    kind = fields.get("key")
    if fields.get("disabled") is True and kind not in SESSION_STEPS:
        return None
    probability = _number(fields.get("probability", 100), f"{where}.probability")
    if not 0 <= probability <= 100:
        raise InvalidTemplate(f"{where}.probability is not between 0 and 100")
    if kind in SESSION_STEPS:
        return Step(START, "", 100.0)
    if kind not in (EVENTS, VIEWS):
        raise InvalidTemplate(f"{where}.key is neither session, events nor views")
    return Step(str(kind), _text(fields.get("value"), f"{where}.value"), probability)


def _behavior(found: Any, number_of_sequences: int) -> Behavior:
    fields = _object(found, "behavior")
    sequences = _choices({"values": fields.get("sequences") or []}, "behavior.sequences")
    conditions = _list(fields, "sequenceConditions", _value_condition, "behavior")
    for choices in (sequences, *(found for _, found in conditions)):
        for name in choices.values:
            if name != RANDOM and sequence_number(name, number_of_sequences) is None:
                raise InvalidTemplate(f"behavior names {name!r}, which is no sequence")
    return Behavior(
        _optional_range(fields.get("runningSession"), "behavior.runningSession", MOST_HOURS) or Behavior().gap_hours,
        tuple(_list(fields, "generalConditions", _gap_condition, "behavior")),
        sequences if sequences.values else Behavior().sequences,
        tuple(conditions),
    )


def _gap_condition(found: Any, where: str) -> tuple[Condition, tuple[float, float]]:
    gap = _optional_range(_object(found, where).get("values"), f"{where}.values", MOST_HOURS)
    if gap is None:
        raise InvalidTemplate(f"{where}.values is not two numbers")
    return _condition(found, where), gap


def sequence_number(name: Value, number_of_sequences: int) -> int | None:
    """From 0; None when there is no such sequence."""
    text = str(name).removeprefix(SEQUENCE)
    if not str(name).startswith(SEQUENCE) or not (text.isascii() and text.isdigit() and len(text) < 5):
        return None
    return int(text) - 1 if 1 <= int(text) <= number_of_sequences else None


# Values -------------------------------------------------------------------------------------------------------------
def _list(fields: Mapping[str, Any], name: str, read_item: Callable[[Any, str], Item], where: str = "") -> list[Item]:
    path = f"{where}.{name}" if where else name
    found = fields.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise InvalidTemplate(f"{path} is no list")
    if len(found) > MOST_ITEMS:
        raise InvalidTemplate(f"{path} has more than {MOST_ITEMS} entries")
    return [read_item(item, f"{path}[{index}]") for index, item in enumerate(found)]


def _object(found: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise InvalidTemplate(f"{where} is no object")
    return found


def _text(found: Any, where: str) -> str:
    if not isinstance(found, str) or not found.strip() or len(found) > LONGEST_TEXT:
        raise InvalidTemplate(f"{where} is no text of 1 to {LONGEST_TEXT} characters")
    return found


def _value(found: Any, where: str) -> Value:
    if isinstance(found, str):
        return _text(found, where)
    if not isinstance(found, bool | int | float) or not math.isfinite(found) or abs(found) > 2**53:
        raise InvalidTemplate(f"{where} is neither a text nor a number")
    return found


def _number(found: Any, where: str) -> float:
    number = number_of(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else None
    if number is None or not math.isfinite(number):
        raise InvalidTemplate(f"{where} is no number")
    return float(number)


def _optional_range(found: Any, where: str, largest: float = 1e9) -> tuple[float, float] | None:
    """None where there is none: an event without a duration has no range of durations."""
    if found in (None, [], "", {}):
        return None
    if not isinstance(found, list) or len(found) != 2:
        raise InvalidTemplate(f"{where} is not two numbers")
    low, high = (_number(number, where) for number in found)
    if not 0 <= low <= high <= largest:
        raise InvalidTemplate(f"{where} is no range from a smaller to a larger number, at most {largest:g}")
    return low, high


def keys_of(items: Iterable[Event | View]) -> list[str]:
    return [item.key for item in items]
