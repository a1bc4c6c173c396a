"""What makes a message be sent: its trigger. A message has one; the list is the stored layout's."""

from collections.abc import Mapping
from typing import Any

PLAIN, EVENT, COHORT, API = "plain", "event", "cohort", "api"
Message = Mapping[str, Any]


def trigger_of(message: Message) -> Mapping[str, Any]:
    triggers = message.get("triggers")
    first = triggers[0] if isinstance(triggers, list) and triggers else {}
    return first if isinstance(first, Mapping) else {}


def kind_of(message: Message) -> str:
    return str(trigger_of(message).get("kind") or PLAIN)


def is_plain(message: Message) -> bool:
    return kind_of(message) == PLAIN


def is_automatic(message: Message) -> bool:
    return kind_of(message) in (EVENT, COHORT)


def is_api(message: Message) -> bool:
    return kind_of(message) == API
