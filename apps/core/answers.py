"""The two ways in which the API answers, byte for byte as its clients know them.

A *message* is `{"result": ...}`; its text is escaped only when it contains `<` or `>`. An *output* is bare JSON in
which every text and key is escaped, since old clients put it into pages as it is.
"""

import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpResponse

CLIENT_HINTS = (
    "Sec-CH-UA, Sec-CH-UA-Mobile, Sec-CH-UA-Platform, Sec-CH-UA-Platform-Version, Sec-CH-UA-Full-Version, "
    "Sec-CH-UA-Model"
)
CONTENT_TYPE = "application/json; charset=utf-8"
HEADERS: dict[str, str] = {
    "X-Countly": "api",
    "Accept-CH": CLIENT_HINTS,
    "Critical-CH": CLIENT_HINTS,
    "Access-Control-Allow-Origin": "*",
    "X-Frame-Options": "deny",
    "X-XSS-Protection": "1; mode=block",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
PREFLIGHT_HEADERS: dict[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
    "Access-Control-Allow-Headers": "countly-token, Content-Type",
}

_ENTITIES = str.maketrans({"&": "&amp;", '"': "&quot;", "'": "&#39;", "<": "&lt;", ">": "&gt;"})
_SPECIAL = re.compile("[&\"'<>]")
_MARKUP = re.compile("[\"'<>]")
_KNOWN_ENTITIES = ("&amp;", "&quot;", "&#39;", "&lt;", "&gt;", "&#46;", "&#36;")
#: Of written JSON, in which a quotation mark that is text has a backslash before it: what may have to be escaped, texts
#: that may be JSON themselves, integral floats. And with all digits alike: integers beyond 15 digits, exponents.
_TO_ESCAPE = (b"&", b"'", b"<", b">", b"\\", b'"[', b'"{', b".0,", b".0}", b".0]")
_DIGITS_ALIKE = bytes.maketrans(b"0123456789", b"0" * 10)
_NUMBERS_TO_ROUND = (b"0" * 16, b"0e")
#: What is more than JSON's own types is refused, so that `plain` says how it is written.
_NOTHING_OF_ITS_OWN = (
    orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
)
LARGEST_EXACT_INTEGER = 2**53
LARGEST_WRITABLE_INTEGER = 2**63  # as an integer; above it as a floating point number


def message(result: Any, status: int = 200) -> HttpResponse:
    """`{"result": result}`."""
    return _response(message_bytes(result), status)


def message_bytes(result: Any) -> bytes:
    if isinstance(result, str) and ("<" in result or ">" in result):
        result = result.translate(_ENTITIES)
    return orjson.dumps({"result": plain(result)})


def output(data: Any, status: int = 200) -> HttpResponse:
    """Bare JSON, texts and keys escaped, numbers as JavaScript prints them."""
    return _response(output_bytes(data), status)


def output_bytes(data: Any) -> bytes:
    """`escaped(data)` as JSON. Trees of counters are large and seldom hold anything to escape: they are written as they
    are, and searched for what would have been written differently."""
    try:
        written = orjson.dumps(data, option=_NOTHING_OF_ITS_OWN)
    except orjson.JSONEncodeError:
        return orjson.dumps(escaped(data))
    digits_alike = written.translate(_DIGITS_ALIKE)
    if (
        any(part in written for part in _TO_ESCAPE)
        or any(part in digits_alike for part in _NUMBERS_TO_ROUND)
        or written.endswith(b".0")
    ):
        return orjson.dumps(escaped(data))
    return written


def preflight() -> HttpResponse:
    """The answer to OPTIONS."""
    return HttpResponse(b"", headers=PREFLIGHT_HEADERS)


def plain(value: Any) -> Any:
    """What JSON can say, as JavaScript would: integral floats become integers, NaN and infinity null, times ISO 8601 in
    UTC, other objects their text."""
    if isinstance(value, bool | str | None):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int):
        return value if -LARGEST_EXACT_INTEGER <= value <= LARGEST_EXACT_INTEGER else _rounded(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)


def escaped(value: Any) -> Any:
    kind = type(value)  # sees every number of every tree that is read
    if kind is int and -LARGEST_EXACT_INTEGER <= value <= LARGEST_EXACT_INTEGER:
        return value
    if kind is dict:
        return {_escape(key if type(key) is str else str(key)): escaped(item) for key, item in value.items()}
    if isinstance(value, str):
        return _escape_value(value)
    if isinstance(value, dict):
        return {_escape(str(key)): escaped(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [escaped(item) for item in value]
    return plain(value)


def _escape_value(text: str) -> str:
    """A text that itself is JSON of an object or array is escaped inside."""
    if text[:1] in ("{", "["):
        try:
            return orjson.dumps(escaped(orjson.loads(text))).decode()
        except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):  # no JSON, or nested beyond reason
            return _escape(text)
    return _escape(text)


def _escape(text: str) -> str:
    if not _SPECIAL.search(text):
        return text
    if not _MARKUP.search(text) and not _has_bare_ampersand(text):
        return text
    return text.translate(_ENTITIES)


def _has_bare_ampersand(text: str) -> bool:
    start = text.find("&")
    while start != -1:
        if not text.startswith(_KNOWN_ENTITIES, start):
            return True
        start = text.find("&", start + 1)
    return False


def _number(value: float) -> int | float | None:
    if not math.isfinite(value):
        return None
    if value.is_integer() and abs(value) < LARGEST_WRITABLE_INTEGER:
        return int(Decimal(repr(value)))  # the shortest digits that mean this number, then zeros
    return value


def _rounded(value: int) -> int | float | None:
    try:
        return _number(float(value))
    except OverflowError:
        return None


def _response(body: bytes, status: int) -> HttpResponse:
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers=HEADERS)
