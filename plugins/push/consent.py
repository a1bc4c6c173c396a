"""What a request says of the consent to push messages."""

from typing import Any

from apps.core import json_text


def is_withdrawn(sent: Any) -> bool:
    """`sent`: the parameter `consent`, an object or its text."""
    if isinstance(sent, str) and "push" in sent:
        try:
            sent = json_text.parse(sent)
        except ValueError:
            return False
    return isinstance(sent, dict) and sent.get("push") is False
