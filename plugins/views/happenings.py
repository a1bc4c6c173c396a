"""A visit in a few words, for the live screen."""

from collections.abc import Mapping
from typing import Any


def words_of(event: Mapping[str, Any]) -> str:
    """The name of the view; nothing for events that only add time to a visit."""
    said = event.get("segmentation")
    return str(said.get("name") or "") if isinstance(said, Mapping) and said.get("visit") else ""
