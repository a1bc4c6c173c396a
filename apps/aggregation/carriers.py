"""Mobile carriers: network codes become names, names one spelling."""

import json
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from apps.aggregation.values import is_truthy, text_of

UNKNOWN = "Unknown"
NAMES_FILE = Path(__file__).parent / "data" / "carriers.json"
_WORD = re.compile(r"\w\S*")  # a mark before the first letter, such as a quote, does not hide it


@cache
def _names() -> dict[str, str]:
    """Country and network code as one text, such as "26202", to the brand or the operator's name."""
    names: dict[str, str] = json.loads(NAMES_FILE.read_text(encoding="utf-8"))
    return names


def carrier_name(carrier: Any) -> str:
    if not is_truthy(carrier):
        return UNKNOWN
    text = text_of(carrier)
    if len(text) in (5, 6) and text.isascii() and text.isdigit():
        text = _names().get(text, text)
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:].lower(), text)


def as_written(name: str) -> str:
    """What the carrier itself writes, for a name as it is stored: "AT&T" for "At&t"."""
    return _spellings().get(name, name)


@cache
def _spellings() -> dict[str, str]:
    """The most frequent of each name in the list, where it differs from what is stored."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in _names().values():
        found[carrier_name(name)][name] += 1
    usual = {stored: max(names, key=lambda name: (names[name], name == stored)) for stored, names in found.items()}
    return {stored: name for stored, name in usual.items() if name != stored}
