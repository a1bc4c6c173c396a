"""Versions of the tracked application: which one is higher. Pure."""

import re
from functools import lru_cache

#: A semantic version whose minor and patch numbers may be missing.
VERSION = re.compile(
    r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?", re.ASCII
)
SORT_OFFSET = 100_000
PIECE = re.compile(r"\d{1,18}|[^\d.]+")

Key = tuple[tuple[int, int, str], ...]


def sort_form(version: str) -> str:
    """A text by which the database sorts: `1.2.3` -> `100001.100002.100003`. What is no version stays as it is."""
    found = VERSION.fullmatch(version)
    if found is None:
        return version
    numbers = ".".join(str(int(part) + SORT_OFFSET) for part in found.groups()[:3] if part is not None)
    return f"{numbers}-{found[4]}" if found[4] else numbers


def parts(version: str) -> dict[str, int | str]:
    """For a report: by the name of its field; none for what is no version."""
    found = VERSION.fullmatch(version)
    if found is None:
        return {}
    major, minor, patch, prerelease, build = found.groups()
    told: dict[str, int | str] = {
        "app_version_major": int(major),
        "app_version_minor": int(minor or 0),
        "app_version_patch": int(patch or 0),
    }
    if prerelease:
        told["app_version_prerelease"] = prerelease
    if build:
        told["app_version_build"] = build
    return told


def is_higher(one: str, other: str) -> bool:
    return key(one) > key(other)


@lru_cache(maxsize=4096)
def key(version: str) -> Key:
    """For comparing: numbers as such, a prerelease before its release."""
    found = VERSION.fullmatch(version)
    if found is None:
        return tuple(_piece(piece) for piece in PIECE.findall(version))
    numbers = tuple((2, int(part or 0), "") for part in found.groups()[:3])
    if found[4] is None:
        return (*numbers, (1, 0, ""))
    return (
        *numbers,
        *((0, int(piece), "") if piece.isdigit() else (0, -1, piece) for piece in PIECE.findall(found[4])),
    )


def _piece(piece: str) -> tuple[int, int, str]:
    return (2, int(piece), "") if piece.isdigit() else (0, 0, piece)
