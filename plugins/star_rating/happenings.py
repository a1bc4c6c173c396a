"""A rating in a few words, for the live screen."""

from collections.abc import Mapping
from typing import Any


def words_of(event: Mapping[str, Any]) -> str:
    said = event.get("segmentation")
    rating = str(said.get("rating") or "") if isinstance(said, Mapping) else ""
    return "★" * int(rating) if rating in ("1", "2", "3", "4", "5") else ""
