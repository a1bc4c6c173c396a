"""A crash in a few words, for the live screen and the timeline of a user."""

from collections.abc import Mapping
from typing import Any


def words_of(report: Mapping[str, Any]) -> str:
    """Its name, else the first line of what was thrown."""
    return first_line(report.get("_name") or report.get("_error"))


def first_line(said: object) -> str:
    return str(said or "").strip().partition("\n")[0]
