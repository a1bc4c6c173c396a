"""Templates as people write them in the form: lines of text, and back. Pure.

Membership: Basic 60% | Gold 40%            a property of users, or (indented) a segment of an event or view
  if Country = DE: Basic 20% | Gold 80%     other values where a property or an earlier segment has that value
Purchase | sum 10-120 | duration 20-60      an event
view Home > event Search 60% > view Cart    a sequence: what follows what, and how likely it is
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from plugins.populator.template import EVENTS, SESSION_STEPS, START, VIEWS

Document = dict[str, Any]
SHARE = re.compile(r"(?P<value>.*\S)\s+(?P<share>\d{1,6}(?:\.\d{1,3})?)\s*%")
CONDITION = re.compile(r"if\s+(?P<key>\S.*?)\s*(?P<sign>!?=)\s*(?P<value>\S[^:]*?)\s*:\s*(?P<rest>.*)")
RANGE = re.compile(r"(?P<low>\d+(?:\.\d+)?)\s*-\s*(?P<high>\d+(?:\.\d+)?)")
STEP = re.compile(r"(?P<kind>view|event)\s+(?P<value>\S.*)")
STEP_KINDS = {"view": VIEWS, "event": EVENTS}


class Unreadable(ValueError):
    """Its text quotes the line that cannot be read."""


# Reading ------------------------------------------------------------------------------------------------------------
def read_properties(text: str) -> list[Document]:
    found: list[Document] = []
    for is_indented, line in _lines(text):
        if is_indented:
            _add_condition(found, line)
        else:
            found.append(_attribute(line))
    return found


def read_events(text: str) -> list[Document]:
    return _read_items(text, has_amounts=True)


def read_views(text: str) -> list[Document]:
    return _read_items(text, has_amounts=False)


def read_sequences(text: str) -> list[Document]:
    return [{"steps": _steps(line)} for _, line in _lines(text)]


def read_weighted(text: str) -> list[Document]:
    """`Gold 40% | Basic 60%`; without shares all are equally likely."""
    parts = [part.strip() for part in text.split("|") if part.strip()]
    found = [SHARE.fullmatch(part) for part in parts]
    if any(found) and not all(found):
        raise Unreadable(f"Either all values have a share, or none: {text.strip()}")
    return [
        {"key": match["value"], "probability": _number(match["share"])} if match else {"key": part, "probability": 0}
        for part, match in zip(parts, found, strict=True)
    ]


def read_range(text: str) -> list[float]:
    match = RANGE.fullmatch(text.strip())
    if match is None:
        raise Unreadable(f"No range like 10-20: {text.strip()}")
    return [_number(match["low"]), _number(match["high"])]


def read_gap_conditions(text: str) -> list[Document]:
    return [{**condition, "values": read_range(rest)} for condition, rest in _conditions(text)]


def read_sequence_conditions(text: str) -> list[Document]:
    return [{**condition, "values": read_weighted(rest)} for condition, rest in _conditions(text)]


def _read_items(text: str, *, has_amounts: bool) -> list[Document]:
    found: list[Document] = []
    for is_indented, line in _lines(text):
        if not is_indented:
            found.append(_item(line, has_amounts=has_amounts))
        elif not found:
            raise Unreadable(f"What does it belong to? {line}")
        elif CONDITION.fullmatch(line):
            _add_condition(found[-1]["segmentations"], line)
        else:
            found[-1]["segmentations"].append(_attribute(line))
    return found


def _item(line: str, *, has_amounts: bool) -> Document:
    key, *amounts = [part.strip() for part in line.split("|")]
    item: Document = {"key": key, "segmentations": []}
    for amount in amounts:
        name, _, rest = amount.partition(" ")
        if not has_amounts or name not in ("sum", "duration") or name in item:
            raise Unreadable(f"Neither sum nor duration: {line}")
        item[name] = read_range(rest)
    return item


def _attribute(line: str) -> Document:
    key, colon, rest = line.partition(":")
    if not colon or not key.strip():
        raise Unreadable(f"A name, a colon and its values are needed: {line}")
    return {"key": key.strip(), "values": read_weighted(rest), "conditions": []}


def _add_condition(attributes: list[Document], line: str) -> None:
    condition = _condition(line)
    if condition is None or not attributes:
        raise Unreadable(f"No condition like `if Plan = Gold: A | B`: {line}")
    found, rest = condition
    attributes[-1]["conditions"].append({**found, "values": read_weighted(rest)})


def _conditions(text: str) -> Iterator[tuple[Document, str]]:
    for _, line in _lines(text):
        condition = _condition(line)
        if condition is None:
            raise Unreadable(f"No condition like `if Plan = Gold: ...`: {line}")
        yield condition


def _condition(line: str) -> tuple[Document, str] | None:
    match = CONDITION.fullmatch(line)
    if match is None:
        return None
    kind = 1 if match["sign"] == "=" else -1
    found = {"conditionType": kind, "selectedKey": match["key"], "selectedValue": match["value"]}
    return found, match["rest"]


def _steps(line: str) -> list[Document]:
    steps: list[Document] = [{"key": "session", "value": START, "probability": 100}]
    for part in line.split(">"):
        share = SHARE.fullmatch(part.strip())
        match = STEP.fullmatch((share["value"] if share else part).strip())
        if match is None:
            raise Unreadable(f"Neither view nor event: {part.strip()}")
        probability = _number(share["share"]) if share else 100
        steps.append({"key": STEP_KINDS[match["kind"]], "value": match["value"], "probability": probability})
    return steps


def _lines(text: str) -> Iterator[tuple[bool, str]]:
    """Whether it is indented, and what it says."""
    for line in text.replace("\t", "  ").splitlines():
        if line.strip():
            yield line.startswith(" "), line.strip()


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number


# Writing ------------------------------------------------------------------------------------------------------------
def write_properties(found: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(line for one in found for line in _attribute_lines(one, ""))


def write_items(found: Iterable[Mapping[str, Any]]) -> str:
    """Events or views."""
    lines = []
    for item in found:
        amounts = [f" | {name} {write_range(item[name])}" for name in ("sum", "duration") if item.get(name)]
        lines.append(f"{item['key']}{''.join(amounts)}")
        lines += [line for one in item.get("segmentations") or () for line in _attribute_lines(one, "  ")]
    return "\n".join(lines)


def write_sequences(found: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(" > ".join(_step_text(step) for step in _told(one.get("steps") or ())) for one in found)


def write_weighted(found: Iterable[Mapping[str, Any]]) -> str:
    values = list(found)
    if not any(value.get("probability") for value in values):
        return " | ".join(str(value["key"]) for value in values)
    return " | ".join(f"{value['key']} {value.get('probability') or 0}%" for value in values)


def write_range(found: Any) -> str:
    low, high = found
    return f"{low}-{high}"


def write_gap_conditions(found: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(f"{_condition_text(one)}: {write_range(one['values'])}" for one in found)


def write_sequence_conditions(found: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(f"{_condition_text(one)}: {write_weighted(one['values'])}" for one in found)


def _attribute_lines(attribute: Mapping[str, Any], indent: str) -> Iterator[str]:
    yield f"{indent}{attribute['key']}: {write_weighted(attribute.get('values') or ())}"
    for condition in attribute.get("conditions") or ():
        yield f"{indent}  {_condition_text(condition)}: {write_weighted(condition.get('values') or ())}"


def _condition_text(condition: Mapping[str, Any]) -> str:
    sign = "!=" if str(condition.get("conditionType", 1)) == "-1" else "="
    return f"if {condition['selectedKey']} {sign} {condition['selectedValue']}"


def _told(steps: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [step for step in steps if step.get("key") not in SESSION_STEPS and step.get("disabled") is not True]


def _step_text(step: Mapping[str, Any]) -> str:
    kind = next(name for name, kind in STEP_KINDS.items() if kind == step["key"])
    probability = step.get("probability", 100)
    return f"{kind} {step['value']}" + ("" if probability in (100, "100") else f" {probability}%")
