"""Parameters of a request: from the query string, and from a body in any of the forms that SDKs send.

Nothing here raises for what a client sends: an unreadable body has no parameters, as in the original.
"""

from collections.abc import Set
from io import BytesIO
from typing import Any
from urllib.parse import unquote_plus, unquote_to_bytes

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from apps.core import json_text

MAX_FIELDS = 10_000
#: The escapes of which most of an url-encoded JSON text consists.
JSON_ESCAPES = (
    ("%22", '"'),
    ("%3A", ":"),
    ("%2C", ","),
    ("%7B", "{"),
    ("%7D", "}"),
    ("%5B", "["),
    ("%5D", "]"),
    ("%20", " "),
)


def parse_query(raw: bytes) -> dict[str, str]:
    """Of a repeated name the last value wins. Bytes that are no UTF-8 become U+FFFD."""
    parameters: dict[str, str] = {}
    for pair in raw.decode("utf-8", "replace").split("&", MAX_FIELDS)[:MAX_FIELDS]:
        name, _, value = pair.partition("=")
        if "%" in value or "+" in value:
            value = unquoted(value)
        if "%" in name or "+" in name:
            name = unquote_plus(name)
        if name:
            parameters[name] = value
    return parameters


def parse_named(raw: bytes, names: Set[bytes]) -> dict[str, str]:
    """As `parse_query`, for the given names only: what is not asked for is never decoded."""
    parameters: dict[str, str] = {}
    for pair in raw.split(b"&", MAX_FIELDS)[:MAX_FIELDS]:
        name, _, value = pair.partition(b"=")
        if name not in names:
            if b"%" not in name and b"+" not in name:
                continue
            name = unquote_to_bytes(name.replace(b"+", b" "))
            if name not in names:
                continue
        text = value.decode("utf-8", "replace")
        parameters[name.decode()] = unquote_plus(text) if "%" in text or "+" in text else text
    return parameters


def unquoted(text: str) -> str:
    """`unquote_plus`, several times faster for JSON. An encoded `%` could begin a new escape: that goes the slow way.

    What is put in here is no part of any escape, so the order of the replacements does not matter.
    """
    if "%25" not in text:
        for escape, character in JSON_ESCAPES:
            text = text.replace(escape, character)
        if "%" not in text:
            return text.replace("+", " ")
    return unquote_plus(text)


def parse_body(body: bytes, content_type: str) -> dict[str, Any]:
    """Form, JSON object or multipart by the content type; without one that is known, a form."""
    kind = content_type.lower()
    if "json" in kind:
        return _json_object(body)
    if is_multipart(content_type):
        return dict(parse_multipart(body, content_type))
    return dict(parse_query(body))


def is_form(content_type: str) -> bool:
    """Whether the body is read as `name=value&...`: so is everything that is neither JSON nor multipart."""
    return "json" not in content_type.lower() and not is_multipart(content_type)


def is_multipart(content_type: str) -> bool:
    return content_type.lower().startswith("multipart/form-data")


def parse_multipart(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Text fields in the order received; files are left out. Empty when the body cannot be read."""
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
    try:
        fields, _files = MultiPartParser(meta, BytesIO(body), [_IgnoreFiles()], "utf-8").parse()
    except (
        MultiPartParserError,
        TooManyFieldsSent,
        TooManyFilesSent,
        RequestDataTooBig,
        SuspiciousOperation,
        ValueError,
        LookupError,
    ):
        return []
    return [(str(name), str(value)) for name, values in fields.lists() for value in values]


def request_parameters(request: HttpRequest) -> dict[str, Any]:
    """Fields of the body first; the query string overwrites equal names."""
    parameters: dict[str, Any] = {}
    if request.method == "POST":
        parameters = parse_body(request.body, request.META.get("CONTENT_TYPE", ""))
    parameters.update(parse_query(request.META.get("QUERY_STRING", "").encode()))
    return parameters


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json_text.parse(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


class _IgnoreFiles(MemoryFileUploadHandler):
    """Files are no parameters."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile
