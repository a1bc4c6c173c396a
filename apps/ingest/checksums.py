"""Signed requests: an application with a salt accepts only what was hashed with it."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson

from apps.aggregation.values import is_truthy, text_of
from apps.core.parameters import is_multipart, parse_multipart
from apps.ingest.requests import SdkRequest

MISSING = "Request does not have checksum"
WRONG = "Request does not match checksum"
#: The first one that is sent is checked, the other ignored.
ALGORITHMS = {"checksum": hashlib.sha1, "checksum256": hashlib.sha256}


def checksum_problem(request: SdkRequest, parameters: Mapping[str, Any], salt: str) -> str:
    """Empty when the signature holds for the query, or for the body, exactly as they were sent."""
    name = _sent_checksum(parameters)
    if not name:
        return MISSING
    value = text_of(parameters[name])
    candidates = [request.query]
    if request.method == "POST":
        candidates.append(_signed_body(request))
    return "" if any(_matches(candidate, name, value, salt) for candidate in candidates) else WRONG


def is_item_signed(item: Mapping[str, Any], salt: str) -> bool:
    """An item of a bulk request may be signed for itself: over its own compact JSON without the checksum."""
    name = _sent_checksum(item)
    if not name:
        return False
    content = orjson.dumps({key: value for key, value in item.items() if key not in ALGORITHMS})
    return _equal(ALGORITHMS[name](content + salt.encode()).hexdigest(), text_of(item[name]))


def _sent_checksum(parameters: Mapping[str, Any]) -> str:
    return next((name for name in ALGORITHMS if is_truthy(parameters.get(name))), "")


def _signed_body(request: SdkRequest) -> bytes:
    """Of a multipart body its fields in the order received, values as they are; any other body as it is."""
    if is_multipart(request.content_type):
        fields = parse_multipart(request.body, request.content_type)
        return "&".join(f"{name}={value}" for name, value in fields).encode("utf-8", "replace")
    return request.body


def _matches(content: bytes, name: str, value: str, salt: str) -> bool:
    pair = f"{name}={value}".encode("utf-8", "replace")
    unsigned = content.replace(b"&" + pair, b"", 1).replace(pair, b"", 1)
    return _equal(ALGORITHMS[name](unsigned + salt.encode()).hexdigest(), value)


def _equal(digest: str, sent: str) -> bool:
    return hmac.compare_digest(digest.encode(), sent.lower().encode("utf-8", "replace"))
