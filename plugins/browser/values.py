"""A version bears the name of its browser: 120 of one is not 120 of another."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from apps.aggregation.values import is_truthy, text_of

_PREFIX = re.compile(r"^\[([^\]]*)\]_")


def read_browser(raw: Mapping[str, Any]) -> str:
    told = raw.get("_browser")
    return text_of(told) if is_truthy(told) else ""


def read_version(raw: Mapping[str, Any]) -> str:
    """`{"_browser": "Chrome", "_browser_version": "120.0"}` -> "[chrome]_120.0"."""
    told = raw.get("_browser_version")
    if not is_truthy(told):
        return ""
    version = text_of(told)
    browser = read_browser(raw)
    return version if version.startswith("[") or not browser else f"[{browser.lower()}]_{version}"


def named_version(stored: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """With the browser it is a version of: "Chrome 120.0". `names`: as the browsers are spelled, by small letters."""
    found = _PREFIX.match(stored)
    browser = names.get(found[1], found[1].title()) if found else ""
    return f"{browser} {shown_version(stored)}".strip()


def shown_version(stored: str) -> str:
    """As people read it: "120.0"."""
    return _PREFIX.sub("", stored).replace(":", ".")
