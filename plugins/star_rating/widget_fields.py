"""What people set of a widget: which fields there are, what each may be, and what it is when it was not sent. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from apps.core import json_text
from apps.core.arguments import is_storable

COLOR = re.compile(r"#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
LONGEST_TEXT = 2_000
MOST_ITEMS = 200
RATING_TEXTS = ["Very Dissatisfied", "Somewhat Dissatisfied", "Neither Satisfied Nor Dissatisfied",
                "Somewhat Satisfied", "Very Satisfied"]  # fmt: skip
POSITIONS = ("mleft", "mright", "bleft", "bright")
SIZES = ("s", "m", "l")
SYMBOLS = ("emojis", "thumbs", "stars")
DEVICES = ("desktop", "phone", "tablet")
TEXTS = ("internalName", "popup_header_text", "popup_comment_callout", "popup_email_callout", "popup_button_callout",
         "popup_thanks_message", "trigger_button_text", "target_page", "finalText", "logo", "logoType",
         "showPolicy")  # fmt: skip
FLAGS = ("status", "hide_sticker", "contact_enable", "comment_enable", "consent", "globalLogo")


class InvalidFields(ValueError):
    """What is wrong, a sentence each."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(",".join(errors))


def read(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were sent, checked, and the defaults of those that every call sets. Raises InvalidFields."""
    missing = [f"Missing {name} argument" for name in ("app_id", "status") if sent.get(name) in (None, "")]
    if missing:
        raise InvalidFields(missing)
    found: dict[str, Any] = {}
    errors: list[str] = []
    for name, reader in READERS.items():
        if name in sent:
            try:
                found[name] = reader(sent[name])
            except ValueError:
                errors.append(f"Invalid type for {name}")
    if errors:
        raise InvalidFields(errors)
    return {**found, **_always_set(sent)}


def new_widget() -> dict[str, Any]:
    """What a widget has that was made with nothing but a name."""
    return {
        "type": "rating",
        "internalName": "",
        "popup_header_text": "What's your opinion about this page?",
        "popup_comment_callout": "Add comment",
        "popup_email_callout": "Contact me by e-mail",
        "popup_button_callout": "Submit Feedback",
        "popup_thanks_message": "Thanks for your feedback!",
        "trigger_position": "mleft",
        "trigger_bg_color": "123456",
        "trigger_font_color": "FFFFFF",
        "trigger_button_text": "Feedback",
        "trigger_size": "m",
        "contact_enable": False,
        "comment_enable": False,
        "rating_symbol": "emojis",
        "target_page": "selected",
        "consent": False,
        "finalText": "",
        "logo": None,
        "logoType": "default",
        "globalLogo": False,
        "showPolicy": "afterPageLoad",
        "appearance": {},
        "target_devices": dict.fromkeys(DEVICES, True),
    }


def _always_set(sent: Mapping[str, Any]) -> dict[str, Any]:
    """A call that leaves these out, or says nonsense, sets them to their defaults: the protocol has it so."""
    return {
        "status": is_true(sent.get("status")),
        "is_active": "true" if is_true(sent.get("status")) else "false",
        "hide_sticker": is_true(sent.get("hide_sticker")),
        "target_pages": _or(_texts, sent.get("target_pages"), ["/"]) or ["/"],
        "ratings_texts": _or(_five_texts, sent.get("ratings_texts"), list(RATING_TEXTS)),
        "links": _or(_items, sent.get("links"), []),
        "targeting": _or(_object, sent.get("targeting"), None),
    }


def is_true(value: Any) -> bool:
    return value is True or value == 1 or (isinstance(value, str) and value.strip().lower() in ("true", "1", "on"))


def _or(reader: Callable[[Any], Any], value: Any, default: Any) -> Any:
    try:
        return reader(value)
    except ValueError:
        return default


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > LONGEST_TEXT:
        raise ValueError("no text")
    return str(value)


def _color(value: Any) -> str:
    if not isinstance(value, str) or not COLOR.fullmatch(value):
        raise ValueError("no color")
    return value


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    def reader(value: Any) -> str:
        if value not in choices:
            raise ValueError("no choice")
        return str(value)

    return reader


def _json(value: Any) -> Any:
    """As JSON text or already read. Raises ValueError."""
    found = json_text.parse(value) if isinstance(value, str) else value
    if not is_storable(found):
        raise ValueError("cannot be stored")
    return found


def _object(value: Any) -> dict[str, Any]:
    found = _json(value)
    if not isinstance(found, dict) or len(found) > MOST_ITEMS:
        raise ValueError("no object")
    return found


def _items(value: Any) -> list[Any]:
    found = _json(value)
    if not isinstance(found, list) or len(found) > MOST_ITEMS:
        raise ValueError("no list")
    return found


def _texts(value: Any) -> list[str]:
    return [_text(item) for item in _items(value)]


def _five_texts(value: Any) -> list[str]:
    found = _texts(value)
    if len(found) != len(RATING_TEXTS):
        raise ValueError("not five")
    return found


def _devices(value: Any) -> dict[str, bool]:
    found = _object(value)
    return {name: is_true(found.get(name)) for name in DEVICES}


READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(FLAGS, is_true),
    "type": _one_of(("rating",)),
    "trigger_position": _one_of(POSITIONS),
    "trigger_size": _one_of(SIZES),
    "trigger_bg_color": _color,
    "trigger_font_color": _color,
    "rating_symbol": _one_of(SYMBOLS),
    "appearance": _object,
    "target_devices": _devices,
}
