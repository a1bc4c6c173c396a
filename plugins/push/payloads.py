"""What goes to the providers: the contract with the SDKs. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from plugins.push.contents import USER_FIELDS
from plugins.push.platforms import IOS

DEFAULT_EXPIRATION_MS = 7 * 86_400_000


def custom_data(content: Mapping[str, Any]) -> dict[str, Any]:
    data = content.get("data")
    if isinstance(data, str) and data:
        found = json.loads(data)
        return found if isinstance(found, dict) else {}
    return {}


def apns(
    message_id: str, content: Mapping[str, Any], extras: Mapping[str, Any], *, content_available: bool
) -> dict[str, Any]:
    aps: dict[str, Any] = {}
    alert = {name: text for name, text in (("title", content.get("title")), ("body", content.get("message"))) if text}
    specific = _specific(content)
    if specific.get("subtitle"):
        alert["subtitle"] = specific["subtitle"]
    if alert:
        aps["alert"] = alert
    if content.get("sound"):
        aps["sound"] = content["sound"]
    if content.get("badge") is not None:
        aps["badge"] = content["badge"]
    if not alert or content_available or specific.get("setContentAvailable"):
        aps["content-available"] = 1
    own: dict[str, Any] = {"i": message_id}
    if content.get("url"):
        own["l"] = content["url"]
    if content.get("media"):
        own["a"] = content["media"]
    if content.get("buttons"):
        own["b"] = _buttons(content)
    if extras:
        own["e"] = dict(extras)
    if "a" in own or "b" in own:
        aps["mutable-content"] = 1
    return {**custom_data(content), "aps": aps, "c": own}


def data_message(message_id: str, content: Mapping[str, Any], extras: Mapping[str, Any]) -> dict[str, str]:
    """For FCM and HMS; values are texts, objects as JSON."""
    data: dict[str, Any] = dict(flattened(custom_data(content)))
    data["c.i"] = message_id
    for name in ("title", "message", "sound", "badge"):
        if content.get(name) is not None:
            data[name] = content[name]
    if content.get("url"):
        data["c.l"] = content["url"]
    if content.get("media"):
        data["c.m"] = content["media"]
    if content.get("buttons"):
        data["c.b"] = _buttons(content)
    if icon := _specific(content).get("large_icon"):
        data["c.li"] = icon
    data.update({f"c.e.{name}": value for name, value in extras.items()})
    return {name: _text(value) for name, value in data.items()}


def flattened(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            flat.update(flattened(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def is_silent(content: Mapping[str, Any]) -> bool:
    return not content.get("title") and not content.get("message")


def seconds_to_live(content: Mapping[str, Any]) -> int:
    return int(content.get("expiration") or DEFAULT_EXPIRATION_MS) // 1000


def extras_of(content: Mapping[str, Any], profile: Mapping[str, Any]) -> dict[str, Any]:
    """Properties of the user that the message carries along."""
    found: dict[str, Any] = {}
    custom = profile.get("custom")
    for name in content.get("extras") or ():
        key = name.removeprefix("custom.")
        value = custom.get(key) if isinstance(custom, Mapping) else None
        if value is None and name in USER_FIELDS:
            value = profile.get(name)
        if isinstance(value, str | int | float | bool):
            found[key] = value
    return found


def build(
    platform: str,
    message_id: str,
    content: Mapping[str, Any],
    extras: Mapping[str, Any],
    *,
    content_available: bool,
) -> dict[str, Any]:
    if platform == IOS:
        return apns(message_id, content, extras, content_available=content_available)
    return dict(data_message(message_id, content, extras))


def _buttons(content: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"t": button["title"], "l": button["url"]} for button in content["buttons"]]


def _specific(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for one in content.get("specific") or () for name, value in one.items()}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
