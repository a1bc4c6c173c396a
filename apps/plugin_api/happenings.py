"""What the live screen tells of requests as they come in, beside sessions and custom events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.core.texts import Text
from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class Happening:
    """Registered under the key of a reserved event, `[CLY]_view`, or the name of a request parameter, `crash`.

    `text` takes the event, or what the parameter says (of JSON an object), and answers a few words for people; "" for
    what shall not be told. It runs in the worker after the batch was committed; what it raises leaves this one out.
    """

    title: Text
    text: Callable[[Mapping[str, Any]], str]
    feature: str = "core"


@dataclass(frozen=True, slots=True)
class OnlineField:
    """A field of profiles by whose values the live screen divides who is online. Registered under its name."""

    title: Text
    display: Callable[[str], str] = str
    feature: str = "core"
    position: int = 50


HAPPENINGS: Registry[Happening] = Registry("happening")
ONLINE_FIELDS: Registry[OnlineField] = Registry("field of who is online")
