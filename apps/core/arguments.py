"""`args`: the JSON object in which the management API takes what to create or change, checked field by field.

The sentences are the protocol's own; API clients show them to people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from apps.core import json_text

MAX_DEPTH = 20  # levels of a value that is stored as it came
LARGEST_STORED_INTEGER = 2**63 - 1


class InvalidArguments(ValueError):
    def __init__(self, errors: list[str]) -> None:
        super().__init__(",".join(errors))
        self.errors = errors


class Kind(Enum):
    TEXT = "text"
    LIST = "list"
    OBJECT = "object"
    FLAG = "flag"  # anything may be sent; true is only what says so
    NUMBER = "number"  # a text of digits counts as one


@dataclass(frozen=True, slots=True)
class Argument:
    kind: Kind = Kind.TEXT
    is_required: bool = False
    min_length: int = 0
    max_length: int = 2_000
    needs_digit: bool = False
    needs_capital: bool = False
    needs_symbol: bool = False


def read(parameters: Mapping[str, Any], expected: Mapping[str, Argument]) -> dict[str, Any]:
    """The expected fields that were sent; what is not expected is left out. Raises InvalidArguments."""
    sent = parse(parameters)
    errors = [error for name, argument in expected.items() for error in _errors(name, argument, sent)]
    if errors:
        raise InvalidArguments(errors)
    return {name: _meant(sent[name], argument.kind) for name, argument in expected.items() if name in sent}


def parse(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What is no JSON object has no fields. Raises InvalidArguments when there is nothing at all."""
    sent = parameters.get("args")
    if isinstance(sent, str):
        try:
            sent = json_text.parse(sent) if sent else None
        except ValueError:
            return {}
    if not sent and not isinstance(sent, dict | list):
        raise InvalidArguments(["Missing 'args' parameter"])
    return sent if isinstance(sent, dict) else {}


def object_in(parameters: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A parameter that is a JSON object, as text or as part of a JSON body; empty unless it was sent and is one."""
    sent = parameters.get(name)
    if isinstance(sent, str):
        try:
            sent = json_text.parse(sent)
        except ValueError:
            return {}
    return sent if isinstance(sent, dict) else {}


def is_storable(value: Any, depth: int = 0) -> bool:
    """Whether a value that the client made up can be stored as it is: no operators, no paths, nothing too large."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(value, dict):
        return all(is_field_name(name) and is_storable(item, depth + 1) for name, item in value.items())
    if isinstance(value, list):
        return all(is_storable(item, depth + 1) for item in value)
    return not isinstance(value, int) or abs(value) <= LARGEST_STORED_INTEGER


def is_field_name(name: str) -> bool:
    return bool(name) and not name.startswith("$") and "." not in name and "\0" not in name


def _errors(name: str, argument: Argument, sent: Mapping[str, Any]) -> list[str]:
    if name not in sent:
        return [f"Missing {name} argument"] if argument.is_required else []
    value = sent[name]
    if not _is_of_kind(value, argument.kind):
        return [f"Invalid type for {name}"]
    if argument.kind is not Kind.TEXT:
        return []
    rules = [
        (len(value) >= argument.min_length, f"Length of {name} is lower than min length value"),
        (len(value) <= argument.max_length, f"Length of {name} is greater than max length value"),
        (not argument.needs_digit or re.search(r"[0-9]", value), f"{name} should have number"),
        (not argument.needs_capital or re.search(r"[A-Z]", value), f"{name} should have upchar"),
        (not argument.needs_symbol or re.search(r"[^A-Za-z0-9]", value), f"{name} should have special character"),
    ]
    return [sentence for is_met, sentence in rules if not is_met]


def _meant(value: Any, kind: Kind) -> Any:
    if kind is Kind.FLAG:
        return value in (True, "true")
    return _number(value) if kind is Kind.NUMBER else value


def _is_of_kind(value: Any, kind: Kind) -> bool:
    if kind is Kind.NUMBER:
        return _number(value) is not None
    types: dict[Kind, type] = {Kind.TEXT: str, Kind.LIST: list, Kind.OBJECT: dict}
    return kind is Kind.FLAG or isinstance(value, types[kind])


def _number(value: Any) -> int | float | None:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) <= LARGEST_STORED_INTEGER else None  # also false for NaN
