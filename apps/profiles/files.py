"""An export of users as a file of JSON."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from apps.core.answers import plain
from apps.exports.download import Download
from apps.profiles import exports

EXTENSION, CONTENT_TYPE = "json", "application/json"


def download(export_id: str) -> Download:
    return Download(pieces(export_id), name=export_id, extension=EXTENSION, content_type=CONTENT_TYPE)


def pieces(export_id: str) -> Iterator[bytes]:
    yield b"["
    for number, row in enumerate(exports.rows(export_id)):
        yield (b"," if number else b"") + json_of(row).encode()
    yield b"]"


def json_of(value: Any) -> str:
    return orjson.dumps(_said(value)).decode()


def _said(value: Any) -> Any:
    """As JSON has it: times in ISO 8601, ids as text."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, dict):
        return {str(name): _said(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_said(item) for item in value]
    return plain(value)
