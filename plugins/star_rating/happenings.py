"""A rating in a few words, for the live screen and the timeline of a user."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from apps.core.texts import Text


def words_of(event: Mapping[str, Any]) -> str:
    said = event.get("segmentation")
    return stars(said.get("rating")) if isinstance(said, Mapping) else ""


def told(rating: Mapping[str, Any]) -> tuple[Text, str]:
    return gettext_lazy("Rating"), f"{stars(rating.get('rating'))} {rating.get('comment') or ''}".strip()


def stars(rating: object) -> str:
    return "★" * int(str(rating)) if str(rating) in ("1", "2", "3", "4", "5") else ""
