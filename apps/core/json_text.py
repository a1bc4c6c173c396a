"""Parses the JSON of clients as JavaScript would: strict, yet with room for lone surrogates and huge numbers."""

import json
from typing import Any, NoReturn

import orjson

from apps.core.keys import well_formed

DIGITS_OF_INT64 = 18  # every integer with so many digits fits


def parse(text: str | bytes) -> Any:
    """Raises ValueError. Texts in the answer are well formed, so that UTF-8 can hold them; bytes are UTF-8."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    try:
        return without_lone_surrogates(json.loads(text, parse_constant=_refuse, parse_int=_integer))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def without_lone_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {well_formed(key): without_lone_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_lone_surrogates(item) for item in value]
    return value


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= DIGITS_OF_INT64 else float(digits)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
