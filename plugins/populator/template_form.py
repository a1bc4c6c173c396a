"""A template as the fields of a form: what is written into them, and what is read from them."""

from collections.abc import Mapping
from typing import Any

from plugins.populator import notation
from plugins.populator.documents import NAME, Document
from plugins.populator.notation import Unreadable
from plugins.populator.template import PLATFORMS, RANDOM, SEQUENCE, Behavior

LONGEST_FIELD = 200_000
USERS, EVENTS, VIEWS, SEQUENCES, CHOSEN = "users", "events", "views", "sequences", "chosen"
GAPS, GAP_CONDITIONS, SEQUENCE_CONDITIONS = "gap_hours", "gap_conditions", "sequence_conditions"
TEXTS = (NAME, "count", USERS, EVENTS, VIEWS, SEQUENCES, GAPS, GAP_CONDITIONS, CHOSEN, SEQUENCE_CONDITIONS)


class Unwritable(ValueError):
    """The lines of the form could not say the same: a name holds a sign that means something in them."""


def empty() -> dict[str, Any]:
    low, high = Behavior().gap_hours
    return {
        **dict.fromkeys(TEXTS, ""),
        "count": "100",
        GAPS: f"{low:g}-{high:g}",
        "platforms": _platforms(["iOS", "Android"]),
    }


def typed(sent: Any) -> dict[str, Any]:
    """What somebody typed, to be shown again."""
    return {**{name: sent.get(name, "") for name in TEXTS}, "platforms": _platforms(sent.getlist("platforms"))}


def written(document: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Unwritable."""
    values = _texts(document)
    try:
        again = _texts(_document(values))
    except Unreadable as error:
        raise Unwritable(str(error)) from error
    if again != values:
        raise Unwritable("the lines would be read otherwise")
    return {**values, NAME: document.get(NAME), "platforms": _platforms(document.get("platformType") or [])}


def read(sent: Any) -> Document:
    """As `templates.create` takes it. Raises Unreadable."""
    values = {name: sent.get(name, "").replace("\r\n", "\n") for name in TEXTS}
    if any(len(text) > LONGEST_FIELD for text in values.values()):
        raise Unreadable(f"A field has more than {LONGEST_FIELD} characters")
    document = _document(values)
    behavior = document["behavior"]
    if not behavior["sequences"]:  # without any the rest of the behaviour would not be kept
        names = [f"{SEQUENCE}{number}" for number, _ in enumerate(document["sequences"], 1)] or [RANDOM]
        behavior["sequences"] = [{"key": name, "probability": 0} for name in names]  # all equally likely
    return {**document, NAME: values[NAME].strip(), "platformType": sent.getlist("platforms")}


def _texts(document: Mapping[str, Any]) -> dict[str, str]:
    behavior = document.get("behavior") or {}
    low, high = Behavior().gap_hours
    return {
        "count": str(document.get("uniqueUserCount", "")),
        USERS: notation.write_properties(document.get("users") or ()),
        EVENTS: notation.write_items(document.get("events") or ()),
        VIEWS: notation.write_items(document.get("views") or ()),
        SEQUENCES: notation.write_sequences(document.get("sequences") or ()),
        GAPS: notation.write_range(behavior.get("runningSession") or (f"{low:g}", f"{high:g}")),
        GAP_CONDITIONS: notation.write_gap_conditions(behavior.get("generalConditions") or ()),
        CHOSEN: notation.write_weighted(behavior.get("sequences") or ()),
        SEQUENCE_CONDITIONS: notation.write_sequence_conditions(behavior.get("sequenceConditions") or ()),
    }


def _document(values: Mapping[str, str]) -> Document:
    count = values["count"].strip()
    return {
        "uniqueUserCount": int(count) if count.isascii() and count.isdigit() and len(count) < 10 else count,
        "users": notation.read_properties(values[USERS]),
        "events": notation.read_events(values[EVENTS]),
        "views": notation.read_views(values[VIEWS]),
        "sequences": notation.read_sequences(values[SEQUENCES]),
        "behavior": {
            "runningSession": notation.read_range(values[GAPS]),
            "generalConditions": notation.read_gap_conditions(values[GAP_CONDITIONS]),
            "sequences": notation.read_weighted(values[CHOSEN]),
            "sequenceConditions": notation.read_sequence_conditions(values[SEQUENCE_CONDITIONS]),
        },
    }


def _platforms(chosen: Any) -> list[dict[str, Any]]:
    """Those that are known here, and what the template names beside them."""
    names = [*PLATFORMS, *(one for one in chosen if isinstance(one, str) and one not in PLATFORMS)]
    return [{"name": name, "is_set": name in chosen} for name in names]
