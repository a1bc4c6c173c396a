"""The last requests of a user, so that what a client sends again is counted once.

They are one binary field of the profile, `req_hashes`: 8 bytes each, the newest last. It is written in the transaction
that counts the request, so it knows exactly those that were counted.
"""

from typing import Any

from apps.aggregation.requests import FINGERPRINT_BYTES, IngestRequest

REMEMBERED_REQUESTS = 64
MEMORY_BYTES = REMEMBERED_REQUESTS * FINGERPRINT_BYTES


def is_duplicate(fields: dict[str, Any], request: IngestRequest) -> bool:
    """Also true for a request that Countly itself stored last, before the data was taken over."""
    if fields.get("last_req") == request.hash:
        return True
    memory = fields.get("req_hashes")
    if not isinstance(memory, bytes):
        return False
    found = memory.find(request.fingerprint)
    while found != -1:
        if found % FINGERPRINT_BYTES == 0:
            return True
        found = memory.find(request.fingerprint, found + 1)
    return False


def memory_with(memory: Any, fingerprints: bytes) -> bytes:
    """The memory after one more request, or after all those of another memory."""
    return ((bytes(memory) if isinstance(memory, bytes) else b"") + fingerprints)[-MEMORY_BYTES:]
