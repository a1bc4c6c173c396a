"""From the text of an error to the id of its group, and to its threads for reading. Pure.

Equal reports must come to equal ids, also those that the original has grouped: each step is its step.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

ERROR_AND_FILE = "error_and_file"
STACKTRACE = "stacktrace"
REPLACEMENT = "gim"  # for what a custom pattern finds: the original puts this in, and ids depend on it
LONGEST_SEED = 20_000
INTERNAL_LINE = "(internal/"
ANDROID_LINES = ("at android.", "at com.android.", "at java.lang.")
ADDRESS = "0x%%%%%% "

# Nobody may send a text that takes long: repetitions begin where a run of characters begins, or are bounded.
_SCRIPT_STEPS = (
    (re.compile(r"\b[a-z][a-z0-9+.-]{0,40}://", re.I), "/"),
    (re.compile(r"\?[^\s:)]*"), ""),
    (re.compile(r"(?<![^\s(@])[^\s(@]*/"), ""),
    (re.compile(r"(?::\d+){1,2}"), ""),
)
_IOS_STEPS = (
    (re.compile(r"^\d+\s+", re.M), ""),
    (re.compile(r"0x[0-9a-f]+\s*", re.I), ADDRESS),
    (re.compile(r"\+\s*\d+"), ""),
)
_ANDROID_STEPS = ((re.compile(r":\d+"), ""),)
_SMART_STEPS = (
    (re.compile(r"(?<!\S)\d+(?!\S)"), ""),
    (re.compile(r"/.*?/"), ""),
    (re.compile(r"\{[^}\n]{0,1000}\}"), ""),
    (re.compile(r"\b[a-z]{2,20}://", re.I), "/"),
    (re.compile(r"\?\S*"), ""),
    (re.compile(r"(?<!\S)\S*/"), ""),
    (re.compile(r":\d+"), ""),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"), ""),
    (re.compile(r"\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b", re.I), ""),
    (re.compile(r"0x[0-9a-f]+", re.I), ""),
    (re.compile(r"\b[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\b"), ""),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), ""),
)


class Pattern(Protocol):
    """A compiled regular expression, of whatever engine."""

    def sub(self, repl: str, text: str, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Grouping:
    """The settings."""

    strategy: str = ERROR_AND_FILE
    is_smart: bool = True
    patterns: tuple[Pattern, ...] = ()


def tidy(error: str) -> str:
    """As it is stored and shown."""
    return error.replace("\r\n", "\n").replace("\t", "").strip()


def first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def lines_of(error: str, platform: str, *, is_script: bool) -> list[str]:
    """Of a tidy text the lines that say what went wrong where, without what differs from device to device."""
    block = error.partition("\n\n")[0]
    system = platform.casefold()
    lines = block.split("\n")
    if is_script:
        lines = [line for line in lines if INTERNAL_LINE not in line]
        block = _after("\n".join(lines), _SCRIPT_STEPS)
    elif system == "ios":
        block = _after("\n".join(lines), _IOS_STEPS)
    elif system == "android":
        lines = [line for line in lines if not any(noise in line for noise in ANDROID_LINES)]
        block = _after("\n".join(lines), _ANDROID_STEPS)
    return list(dict.fromkeys(block.split("\n"))) if block else []


def seed_of(name: str, lines: Sequence[str], grouping: Grouping) -> str:
    """The text whose equality makes two reports one group."""
    if grouping.strategy == STACKTRACE:
        seed = "\n".join(lines)
    else:
        first = lines[0] if lines else ""
        second = lines[1] if len(lines) > 1 else ""
        seed = f"{name}{second if name == first else first}" if name else f"{first}{first}"
    seed = seed[:LONGEST_SEED]
    if grouping.is_smart:
        seed = _after(seed, _SMART_STEPS)
        for pattern in grouping.patterns:
            seed = pattern.sub(REPLACEMENT, seed)
    return seed


def group_id(application_id: str, platform: str, seed: str, *, is_nonfatal: bool) -> str:
    """`platform` is empty for errors that are the same on all of them."""
    text = f"{platform}{seed}{application_id}{'true' if is_nonfatal else 'false'}"
    return hashlib.sha1(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _after(text: str, steps: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, put in steps:
        text = pattern.sub(put, text)
    return text
