"""What an application tells of a user: name, address and the like, and custom properties with their modifiers.

Everything ends on the profile. Modifiers are applied here and not by the database, in the order in which they were
sent: several of them may change one property, and a path of an update may be named only once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from apps.aggregation.limits import Limits
from apps.aggregation.profiles import MISSING, Profile
from apps.aggregation.requests import IngestRequest
from apps.aggregation.tallies import Effects
from apps.aggregation.values import integer_of, number_of, strict_number_of, text_of, trimmed
from apps.core import json_text
from apps.core.keys import encode_metric_value
from apps.core.texts import gettext_noop

LONGEST_TEXT = 256  # characters; longer texts are cut
LONGEST_NAME = 128  # of a custom property; cut as well
LONGEST_ADDRESS = 2048  # of a picture; a cut one would lead nowhere, so longer ones are refused
LAST_YEAR = 9999
WEB = ("http://", "https://")

UNREADABLE = gettext_noop("User details that are no object")
UNKNOWN_PROPERTY = gettext_noop("User property of unknown name")
UNUSABLE_PROPERTY = gettext_noop("User property with unusable value")
UNUSABLE_NAME = gettext_noop("Custom property with unusable name")
UNUSABLE_VALUE = gettext_noop("Custom property with unusable value")
UNUSABLE_MODIFIER = gettext_noop("Custom property with unusable modifier")
TOO_MANY_PROPERTIES = gettext_noop("Custom property beyond the limit of properties")
TOO_MANY_ITEMS = gettext_noop("Item beyond the limit of a list property")

Scalar = str | int | float | bool


def keep_user_details(request: IngestRequest, profile: Profile, limits: Limits, effects: Effects) -> None:
    """An empty text or null removes a property. What cannot be kept is dropped with a reason, the rest is kept."""
    told = _object_of(request.parameters.get("user_details"), trim=limits.trim_values)
    if told is None:
        effects.dropped.append(UNREADABLE)
        return
    for name, value in told.items():
        if name == "custom":
            _keep_custom(value, profile, limits, effects.dropped)
        elif (read := PROPERTIES.get(name)) is None:
            effects.dropped.append(UNKNOWN_PROPERTY)
        elif value is None or value == "":
            profile.fields.pop(name, None)
        elif (kept := read(value)) is None:
            effects.dropped.append(UNUSABLE_PROPERTY)
        else:
            profile.fields[name] = kept
    if told:
        profile.set("hasInfo", True)


def united_custom(
    survivor: Mapping[str, Any], other: Mapping[str, Any], limits: Limits, dropped: list[str]
) -> dict[str, Any]:
    """The custom properties of two users that are one: the survivor's win, lists are united, limits hold."""
    custom = _Custom(dict(survivor), limits, dropped)
    for name, value in other.items():
        stored = custom.properties.get(name, MISSING)
        if stored is MISSING:
            custom.keep(name, value)
        elif isinstance(stored, list) and isinstance(value, list):
            custom.keep(name, custom.extended(stored, value, distinct=True))
    return custom.properties


def _object_of(value: Any, *, trim: bool = False) -> dict[str, Any] | None:
    """The object, or the one that the text says."""
    if isinstance(value, str):
        try:
            value = json_text.parse(value)
        except ValueError:
            return None
        if trim:
            value = trimmed(value)
    return value if isinstance(value, dict) else None


def _text(value: Any) -> str | None:
    return None if isinstance(value, dict | list) else text_of(value)[:LONGEST_TEXT]


def _year(value: Any) -> int | None:
    year = None if isinstance(value, dict | list) else integer_of(value)
    return int(year) if year is not None and 0 < year <= LAST_YEAR else None


def _web_address(value: Any) -> str | None:
    """Screens show it as an image: nothing but addresses of the web."""
    is_address = isinstance(value, str) and value.lower().startswith(WEB) and len(value) <= LONGEST_ADDRESS
    return value if is_address else None


PROPERTIES: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("name", "username", "email", "organization", "phone", "gender"), _text),
    "picture": _web_address,
    "byear": _year,
}


# Custom properties -----------------------------------------------------------------------------------------------


class _Unusable(Exception):
    """The text says why the property stays as it is."""


def _keep_custom(told: Any, profile: Profile, limits: Limits, dropped: list[str]) -> None:
    if told is None or told == "":
        profile.fields.pop("custom", None)
        return
    told = _object_of(told)
    if told is None:
        dropped.append(UNUSABLE_PROPERTY)
        return
    stored = profile.fields.get("custom")
    custom = _Custom(dict(stored) if isinstance(stored, dict) else {}, limits, dropped)
    for name, value in told.items():
        custom.tell(name, value)
    if custom.properties:
        profile.fields["custom"] = custom.properties
    else:
        profile.fields.pop("custom", None)


class _Custom:
    """Lists in `properties` are replaced, never changed in place: the stored profile shares them."""

    def __init__(self, properties: dict[str, Any], limits: Limits, dropped: list[str]) -> None:
        self.properties = properties
        self._limits = limits
        self._dropped = dropped

    def tell(self, sent_name: str, told: Any) -> None:
        name = encode_metric_value(sent_name[:LONGEST_NAME])
        if not name:
            self._dropped.append(UNUSABLE_NAME)
            return
        modifiers = told if isinstance(told, dict) else {"$set": told}
        if not modifiers:
            self._dropped.append(UNUSABLE_VALUE)
        for modifier, operand in modifiers.items():
            modify = MODIFIERS.get(modifier)
            if modify is None:
                self._dropped.append(UNUSABLE_MODIFIER)
                continue
            try:
                self.keep(name, modify(self, self.properties.get(name, MISSING), operand))
            except _Unusable as reason:
                self._dropped.append(str(reason))

    def keep(self, name: str, value: Any) -> None:
        """MISSING removes."""
        limit = self._limits.custom_properties
        if value is MISSING:
            self.properties.pop(name, None)
        elif name not in self.properties and limit and len(self.properties) >= limit:
            self._dropped.append(TOO_MANY_PROPERTIES)
        else:
            self.properties[name] = value

    def value_of(self, told: Any) -> Any:
        if told is None or told == "":
            return MISSING
        return self.extended([], self.items_of(told)) if isinstance(told, list) else _scalar(told)

    def items_of(self, told: Any) -> list[Scalar]:
        items = []
        for item in told if isinstance(told, list) else [told]:
            try:
                items.append(_scalar(item))
            except _Unusable as reason:
                self._dropped.append(str(reason))
        return items

    def extended(self, stored: list[Any], added: list[Any], *, distinct: bool = False) -> list[Any]:
        items = list(stored)
        limit = self._limits.custom_items
        for item in added:
            if distinct and _contains(items, item):
                continue
            if limit and len(items) >= limit:
                self._dropped.append(TOO_MANY_ITEMS)
            else:
                items.append(item)
        return items


def _scalar(told: Any) -> Scalar:
    if isinstance(told, bool):
        return told
    if isinstance(told, str):
        return told[:LONGEST_TEXT]
    number = number_of(told) if isinstance(told, int | float) else None
    if number is None:
        raise _Unusable(UNUSABLE_VALUE)
    return number


def _amount(value: Any) -> int | float:
    """What can be calculated with: numbers, and texts that are one, as forms and some SDKs send them."""
    number = number_of(value) if type(value) is int else strict_number_of(value)
    number = None if number is None else number_of(number)
    if number is None:
        raise _Unusable(UNUSABLE_VALUE)
    return number


def _contains(items: list[Any], wanted: Any) -> bool:
    return any(_is_same(item, wanted) for item in items)


def _is_same(one: Any, other: Any) -> bool:
    """To the database, unlike to Python, true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _list_in(stored: Any) -> list[Any]:
    """A single value that gets company becomes a list."""
    if stored is MISSING:
        return []
    return stored if isinstance(stored, list) else [stored]


def _set(custom: _Custom, stored: Any, operand: Any) -> Any:
    return custom.value_of(operand)


def _set_once(custom: _Custom, stored: Any, operand: Any) -> Any:
    return custom.value_of(operand) if stored is MISSING else stored


def _unset(custom: _Custom, stored: Any, operand: Any) -> Any:
    return MISSING


def _increase(custom: _Custom, stored: Any, operand: Any) -> Any:
    return _amount((0 if stored is MISSING else _amount(stored)) + _amount(operand))


def _multiply(custom: _Custom, stored: Any, operand: Any) -> Any:
    return _amount((0 if stored is MISSING else _amount(stored)) * _amount(operand))


def _keep_smaller(custom: _Custom, stored: Any, operand: Any) -> Any:
    return _amount(operand) if stored is MISSING else min(_amount(stored), _amount(operand))


def _keep_greater(custom: _Custom, stored: Any, operand: Any) -> Any:
    return _amount(operand) if stored is MISSING else max(_amount(stored), _amount(operand))


def _push(custom: _Custom, stored: Any, operand: Any) -> Any:
    return custom.extended(_list_in(stored), custom.items_of(operand))


def _add_to_set(custom: _Custom, stored: Any, operand: Any) -> Any:
    return custom.extended(_list_in(stored), custom.items_of(operand), distinct=True)


def _pull(custom: _Custom, stored: Any, operand: Any) -> Any:
    if stored is MISSING:
        return MISSING
    if not isinstance(stored, list):
        raise _Unusable(UNUSABLE_VALUE)
    pulled = custom.items_of(operand)
    return [item for item in stored if not _contains(pulled, item)]


MODIFIERS: Mapping[str, Callable[[_Custom, Any, Any], Any]] = {
    "$set": _set,
    "$setOnce": _set_once,
    "$unset": _unset,
    "$inc": _increase,
    "$mul": _multiply,
    "$min": _keep_smaller,
    "$max": _keep_greater,
    "$push": _push,
    "$addToSet": _add_to_set,
    "$pull": _pull,
}
