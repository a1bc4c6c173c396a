from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def cells(row: Mapping[str, Any], data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The metrics of a row in the order of the widget, with their kinds."""
    return [{"value": row[name], "kind": kind} for name, kind in zip(data["metrics"], data["kinds"], strict=True)]
