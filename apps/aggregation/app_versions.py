"""Versions of the tracked app: the text that is counted, and its parts for comparing."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from apps.aggregation.values import stored_number, strict_number_of, text_of

#: A semantic version whose minor and patch numbers may be missing.
VERSION = re.compile(
    r"v?(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?", re.ASCII
)
PART_FIELDS = ("av_major", "av_minor", "av_patch", "av_prerel", "av_build")


def version_text(version: Any) -> str:
    """A plain number gets `.0`: counters of values must not look like days."""
    text = text_of(version)
    return f"{text}.0" if "." not in text and strict_number_of(text) is not None else text


@lru_cache(maxsize=4096)
def version_parts(text: str) -> Mapping[str, Any]:
    """By field of the profile; all None when the text is no version. Not to be changed: the answer is kept."""
    found = VERSION.fullmatch(text)
    if found is None:
        return dict.fromkeys(PART_FIELDS)
    major, minor, patch, prerelease, build = found.groups()
    return {
        "av_major": stored_number(int(major)),
        "av_minor": stored_number(int(minor or 0)),
        "av_patch": stored_number(int(patch or 0)),
        "av_prerel": [_identifier(part) for part in prerelease.split(".")] if prerelease else [],
        "av_build": build.split(".") if build else [],
    }


def _identifier(part: str) -> str | int | float:
    return stored_number(int(part)) if part.isdigit() and len(part) <= 15 else part
