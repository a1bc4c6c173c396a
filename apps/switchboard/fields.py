"""A setting as a field of a form: what people see, and what they sent."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from apps.core import json_text
from apps.core.texts import Text
from apps.plugin_api.configuration import Described

LONG_TEXT = 60  # characters; longer texts have several lines
NAME_PREFIX = "setting-"  # so that no setting is mistaken for another field of the form


class Unreadable(ValueError):
    """The message says to people which field, and why."""


@dataclass(frozen=True, slots=True)
class SettingField:
    name: str
    described: Described
    kind: str  # "flag", "number", "text", "lines", "choice", "json", "secret"
    value: Any
    text: str  # the value as the field shows it
    default: str  # for people; "" where there is none, or it is long and holds
    differs: bool  # from the default

    @property
    def title(self) -> Text:
        return self.described.title

    @property
    def help(self) -> Text:
        return self.described.help

    @property
    def choices(self) -> Mapping[str, Text]:
        return self.described.choices or {}

    @property
    def is_kept_only(self) -> bool:
        return self.described.is_kept_only

    @property
    def input_name(self) -> str:
        return NAME_PREFIX + self.name


def field_of(name: str, value: Any, default: Any, described: Described | None) -> SettingField:
    about = described or Described(name.replace("_", " ").replace("-", " ").capitalize())
    kind = _kind(value, default, about)
    differs = default is not None and value != default
    text = "" if kind == "secret" else _text(value)
    shown = "" if default is None else _default_text(kind, default, differs, about.choices or {})
    return SettingField(name, about, kind, value, text, shown, differs)


def _default_text(kind: str, default: Any, differs: bool, choices: Mapping[str, Text]) -> str:
    if kind == "secret":
        return "…" if differs else ""
    if kind == "flag":
        return gettext("On") if default else gettext("Off")
    text = str(choices.get(default, default)) if kind == "choice" else _text(default)
    return text if differs or len(text) <= LONG_TEXT else ""


def value_from(field: SettingField, sent: Mapping[str, str]) -> Any:
    """What the form says of it. Raises Unreadable."""
    text = sent.get(field.input_name)
    if field.kind == "flag":
        return text is not None
    if text is None or (field.kind == "secret" and not text):
        return field.value  # not part of the form, or not to be changed
    if field.kind == "number":
        number = _number(text)
        if number is None:
            raise Unreadable(f"{field.title}: {text[:LONG_TEXT]}")
        return int(number) if number.is_integer() else number
    if (field.kind == "choice" and text not in field.choices) or not field.described.takes(text.strip()):
        raise Unreadable(f"{field.title}: {text}")
    if field.kind == "json":
        try:
            return json_text.parse(text)
        except ValueError:
            raise Unreadable(f"{field.title}: {text[:LONG_TEXT]}") from None
    return text.replace("\r\n", "\n")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _kind(value: Any, default: Any, about: Described) -> str:
    if about.is_secret:
        return "secret"
    if about.choices:
        return "choice"
    like = value if default is None else default
    if isinstance(like, bool):
        return "flag"
    if isinstance(like, int | float):
        return "number"
    if isinstance(like, str):
        return "lines" if "\n" in f"{value}{default}" or len(str(value)) > LONG_TEXT else "text"
    return "json"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
