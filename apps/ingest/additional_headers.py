"""The setting `security.api_additional_headers`: what every answer of the API carries besides the protocol's own."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from apps.ingest.replies import Send

DEFAULT = "\n".join(
    (
        "X-Frame-Options:deny",
        "X-XSS-Protection:1; mode=block",
        "Strict-Transport-Security:max-age=31536000; includeSubDomains; preload",
        "Access-Control-Allow-Origin:*",
    )
)
ORIGIN = b"access-control-allow-origin"
NAME = re.compile(r"[A-Za-z0-9-]+")

RawHeaders = Sequence[tuple[bytes, bytes]]


@lru_cache(maxsize=16)
def parse(setting: str) -> dict[bytes, bytes]:
    """Lines of `Name:value`; what is none is left out."""
    headers = {}
    for line in setting.splitlines():
        name, _, value = (part.strip() for part in line.partition(":"))
        if NAME.fullmatch(name) and value and value.isprintable():
            headers[name.lower().encode()] = value.encode("latin-1", "replace")
    return headers


def adjusted(headers: RawHeaders, wanted: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """Answers are made with the default headers. An origin that an application allows stays as it is."""
    replaced = wanted.keys() | parse(DEFAULT).keys()
    kept = [(name, value) for name, value in headers if name.lower() not in replaced]
    own_origin = next((value for name, value in headers if name.lower() == ORIGIN and value != b"*"), None)
    added = wanted if own_origin is None else {**wanted, ORIGIN: own_origin}
    return kept + list(added.items())


def sending(send: Send, setting: str) -> Send:
    if setting == DEFAULT:
        return send
    wanted = parse(setting)

    async def send_adjusted(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": adjusted(message["headers"], wanted)}
        await send(message)

    return send_adjusted
