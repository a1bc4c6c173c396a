"""Which content a user gets, and with which words. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Content = Mapping[str, Any]
FIELDS = (
    "title", "message", "sound", "badge", "data", "extras", "expiration", "url", "media", "mediaMime", "buttons",
    "specific",
)  # fmt: skip
PERSONAL = {"title": "titlePers", "message": "messagePers"}
#: What users may be addressed with.
USER_FIELDS = frozenset(
    {"name", "username", "email", "organization", "phone", "gender", "byear", "did", "cc", "cty", "la", "p", "pv", "d",
     "av"}
)  # fmt: skip


def resolve(contents: Sequence[Content], platform: str, language: str) -> dict[str, Any]:
    """The first content with what the others say for this platform and language: the closest wins, field by field."""
    chosen: dict[str, Any] = {}
    for wanted in ((None, None), (None, language), (platform, None), (platform, language)):
        for content in contents:
            if (content.get("p"), content.get("la")) != wanted:
                continue
            for name in FIELDS:
                if content.get(name) not in (None, "", []):
                    chosen[name] = content[name]
                    if name in PERSONAL:
                        chosen[PERSONAL[name]] = content.get(PERSONAL[name]) or {}
            break
    return chosen


def personal(content: Content, profile: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """With the user's own words in place."""
    written = dict(content)
    for name, pers in PERSONAL.items():
        if written.get(pers):
            written[name] = put_in(str(written.get(name) or ""), written[pers], profile, variables)
    if any(button.get("pers") for button in written.get("buttons") or ()):
        written["buttons"] = [
            {**button, "title": put_in(button["title"], button.get("pers") or {}, profile, variables)}
            for button in written["buttons"]
        ]
    return written


def put_in(text: str, pers: Mapping[str, Any], profile: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    """Each at its position in the text as it was written."""
    places = sorted(((int(position), one) for position, one in pers.items()), key=lambda place: place[0])
    result, last = "", 0
    for position, one in places:
        at = min(max(position, last), len(text))
        result += text[last:at] + _word(one, profile, variables)
        last = at
    return result + text[last:]


def _word(one: Mapping[str, Any], profile: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    kind, key = one.get("t"), re.sub(r"^(up|custom)\.", "", str(one.get("k")))
    found: Any = None
    if kind == "u" and key in USER_FIELDS:
        found = profile.get(key)
    elif kind == "c":
        custom = profile.get("custom")
        found = custom.get(key) if isinstance(custom, Mapping) else None
    elif kind in ("a", "e"):
        found = variables.get(key)
    word = str(found) if isinstance(found, str | int | float) and found != "" else str(one.get("f") or "")
    return word[:1].upper() + word[1:] if one.get("c") else word
