"""Densities bear the short code of their system, since 2 on a phone is not 2 on a computer."""

import math
import re
from collections.abc import Mapping
from typing import Any

from apps.aggregation.operating_systems import SHORT_CODES, prefixed_version
from apps.aggregation.values import is_truthy, number_of, rounded, text_of

_CODES = "|".join(sorted(map(re.escape, set(SHORT_CODES.values())), key=len, reverse=True))
_PREFIX = re.compile(rf"^(?:\[[^\]]*\]|{_CODES})(?=.)")


def read_density(raw: Mapping[str, Any]) -> str:
    """`{"_os": "iOS", "_density": "2"}` -> "i2.00"; texts that are no number stay: "i@3x"."""
    told = raw.get("_density")
    if not is_truthy(told):
        return ""
    number = number_of(told)
    density = f"{rounded(number, 2):.2f}" if number is not None and math.isfinite(number) else text_of(told)
    return prefixed_version(raw.get("_os"), density)


def shown_density(stored: str) -> str:
    return _PREFIX.sub("", stored, count=1).replace(":", ".")
