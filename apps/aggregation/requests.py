"""One record of the stream, read: its parameters, its time, whose it is, and by what it is known when sent again."""

import hashlib
import re
from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from apps.aggregation.records import Record
from apps.aggregation.timestamps import resolve_ms
from apps.aggregation.values import is_truthy, text_of, trimmed
from apps.core import json_text
from apps.core.keys import user_id
from apps.core.parameters import is_form, is_multipart, parse_body, parse_multipart, parse_query

FINGERPRINT_BYTES = 8
#: Differ between the first sending and a retry: the length of the SDK's queue, and checksums, which cover it.
CHANGING_PARAMETERS = re.compile(rb"(?:^|[?&])(?:rr|checksum|checksum256)=[^&]*")
#: The same in a body of JSON. Equal names further inside are left out as well, which does no harm.
CHANGING_MEMBERS = re.compile(rb'"(?:rr|checksum|checksum256)"\s*:\s*(?:"[^"]*"|-?[0-9.]+)\s*,?')
NOT_READ = object()


@dataclass(slots=True)
class IngestRequest:
    record: Record
    app_id: str
    user_id: str
    old_user_id: str  # "" unless the request moves a user from another device id
    parameters: dict[str, Any]
    time_ms: int  # of the client, never after its arrival
    hash: str  # as stored in `last_req` of the profile
    fingerprint: bytes  # stands for the hash in the memory of duplicates
    _events: Any = field(default=NOT_READ, compare=False, repr=False)

    @property
    def time_s(self) -> int:
        return self.time_ms // 1000

    @property
    def received_s(self) -> int:
        return self.record.received_ms // 1000

    def read_events(self) -> Any:
        """`events` as sent, or what its text says, read once; a text that is no JSON stays a text."""
        if self._events is NOT_READ:
            self._events = self.parameters.get("events")
            if isinstance(self._events, str):
                with suppress(ValueError):
                    said = json_text.parse(self._events)
                    self._events = None if isinstance(said, str) else said
        return self._events

    def events(self) -> list[dict[str, Any]]:
        """In their order, without those that are no objects."""
        events = self.read_events()
        return [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []

    def event_keys(self, wanted: Set[str]) -> Set[str]:
        """Those of the wanted keys that events of this request have. Looks first whether the text holds one at all."""
        sent = self.parameters.get("events")
        if isinstance(sent, str) and "\\u" not in sent and not any(key in sent for key in wanted):
            return frozenset()
        return {key for event in self.events() if isinstance(key := event.get("key"), str)} & wanted

    def enriched(self, parameters: Mapping[str, Any]) -> "IngestRequest":
        """With these parameters over its own. Hash and time are still those of what was sent."""
        return replace(self, parameters={**self.parameters, **parameters}, _events=NOT_READ)

    def trimmed(self) -> "IngestRequest":
        """Without white space around its texts, and around those in parameters that are objects or lists as JSON."""
        parameters = {name: trimmed(_said_by(value)) for name, value in self.parameters.items()}
        return replace(self, parameters=parameters, _events=NOT_READ)


def _said_by(value: Any) -> Any:
    """What a text with an object or a list in it says; anything else as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        with suppress(ValueError):
            return json_text.parse(value)
    return value


def read_request(record: Record) -> IngestRequest:
    parameters: dict[str, Any] = parse_body(record.body, record.content_type) if record.body else {}
    if record.query:
        parameters.update(parse_query(record.query))
    timestamp = parameters.get("timestamp")
    request_hash, fingerprint = _hashes(record, timestamp)
    old_device_id = parameters.get("old_device_id")
    if is_truthy(old_device_id) and (old := text_of(old_device_id)) != record.device_id:
        old_user_id = user_id(record.app_key, old)
    else:
        old_user_id = ""
    return IngestRequest(
        record=record,
        app_id=record.app_id,
        user_id=user_id(record.app_key, record.device_id),
        old_user_id=old_user_id,
        parameters=parameters,
        time_ms=resolve_ms(timestamp, record.received_ms) if timestamp is not None else record.received_ms,
        hash=request_hash,
        fingerprint=fingerprint,
    )


def fingerprint_of(record: Record, timestamp: Any) -> bytes:
    """By what the request is known when it is sent again; `timestamp` as sent."""
    return _hashes(record, timestamp)[1]


def _comparable_body(record: Record) -> bytes:
    if is_multipart(record.content_type):  # its boundary is another one each time
        return urlencode(parse_multipart(record.body, record.content_type), errors="replace").encode()
    if not is_form(record.content_type) and (b'"rr"' in record.body or b'"checksum' in record.body):
        return CHANGING_MEMBERS.sub(b"", record.body)
    return record.body


def _hashes(record: Record, timestamp: Any) -> tuple[str, bytes]:
    """SHA-1 of query and body without what changes on a retry, with the time; and a short form of the same."""
    content = record.query
    if record.body or record.content_type:
        content += b"&" + _comparable_body(record)
    if b"rr=" in content or b"checksum" in content:
        content = CHANGING_PARAMETERS.sub(b"", content)
    digest = hashlib.sha1(content, usedforsecurity=False)
    time = text_of(timestamp) if is_truthy(timestamp) else str(record.received_ms)
    request_hash = digest.hexdigest() + time[:64]
    digest.update(time.encode())
    return request_hash, digest.digest()[:FINGERPRINT_BYTES]
