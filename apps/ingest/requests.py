"""What came over HTTP, read only as far as the road in needs it."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Longer values are cut: they are stored with every item of a bulk request.
MAX_HEADER_LENGTH = 1_000
CLIENT_HINTS = (
    b"sec-ch-ua",
    b"sec-ch-ua-mobile",
    b"sec-ch-ua-platform",
    b"sec-ch-ua-platform-version",
    b"sec-ch-ua-full-version",
    b"sec-ch-ua-full-version-list",
    b"sec-ch-ua-model",
)


@dataclass(slots=True)
class SdkRequest:
    method: str
    path: str
    query: bytes  # as sent, not decoded
    headers: dict[bytes, bytes]  # lower-case names; of a repeated one the last
    forwarded_for: str  # all of `X-Forwarded-For`
    peer: str  # address of the other end of the connection
    body: bytes = b""  # as sent; only a POST has one

    def header(self, name: bytes) -> str:
        value = self.headers.get(name)
        return value.decode("latin-1")[:MAX_HEADER_LENGTH].strip() if value else ""

    @property
    def content_type(self) -> str:
        return self.header(b"content-type") if self.method == "POST" else ""

    @property
    def client_hints(self) -> dict[str, str]:
        return {name.decode(): self.header(name) for name in CLIENT_HINTS if name in self.headers}


def new_request(method: str, path: str, query: bytes, headers: Sequence[tuple[bytes, bytes]], peer: str) -> SdkRequest:
    known = dict(headers)
    forwarded_for = ""
    if b"x-forwarded-for" in known:
        forwarded_for = ",".join(value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for")
    return SdkRequest(method, path, query, known, forwarded_for, peer)
