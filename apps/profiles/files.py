"""An export of users as a file of JSON."""

from collections.abc import Iterator
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
    return orjson.dumps(plain(value)).decode()
