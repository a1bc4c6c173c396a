"""Platforms and token fields. A field key is the letter of the platform and the kind of token: `ip`, `ap`, `hp`."""

from typing import NamedTuple

IOS, ANDROID, HUAWEI = "i", "a", "h"
TITLES = {IOS: "iOS", ANDROID: "Android", HUAWEI: "Huawei"}
#: Messages are addressed to these; Huawei's devices are Androids.
ADDRESSED = {IOS: ("ip", "id", "ia"), ANDROID: ("ap", "hp")}
FIELDS = ("ip", "id", "ia", "ap", "hp")
IOS_FIELDS = {"0": "ip", "1": "id", "2": "ia"}  # by `test_mode`
HMS_PROVIDERS = frozenset({"HMS", "HPK"})
BLACKLISTED = "BLACKLISTED"
LONGEST_TOKEN = 4_096


class Token(NamedTuple):
    field: str
    text: str


def read_token(parameters: dict[str, object]) -> Token | None:
    """What `token_session` says; None when it names no token, or one that cannot be used."""
    if "ios_token" in parameters:
        field = IOS_FIELDS.get(str(parameters.get("test_mode") or "0"))
        text = parameters["ios_token"]
    elif "android_token" in parameters:
        field = "hp" if parameters.get("token_provider") in HMS_PROVIDERS else "ap"
        text = parameters["android_token"]
    else:
        return None
    if field is None or not isinstance(text, str) or text == BLACKLISTED or not 0 < len(text) <= LONGEST_TOKEN:
        return None
    return Token(field, text)


def platform_of(field: str) -> str:
    """As statistics name it: "i", "a" or "h"."""
    return field[0]
