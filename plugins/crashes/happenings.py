"""A crash in a few words, for the live screen."""

from collections.abc import Mapping
from typing import Any


def words_of(report: Mapping[str, Any]) -> str:
    """Its name, else the first line of what was thrown."""
    return str(report.get("_name") or str(report.get("_error") or "").strip().partition("\n")[0])
