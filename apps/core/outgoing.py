"""HTTP requests to addresses that people configured: never into our own network.

A name is resolved when the connection is made, each of its addresses is checked, and the connection goes to the checked
address. So a name that answers differently the second time leads nowhere. Redirects are not followed.
OUTGOING_ALLOWED_NETWORKS names networks that are meant to be reached although they are internal.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

CONNECT_SECONDS = 5.0
TRANSFER_SECONDS = 10.0  # for the whole answer, its head included
MAX_ANSWER_BYTES = 64 * 1024
MAX_CONNECTIONS = 32
#: Wrap an IPv4 address: what they lead to is checked as well.
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
#: For documentation and of relays that are no more: global by the tables of some versions of Python.
UNUSED = (ipaddress.ip_network("3fff::/20"), ipaddress.ip_network("192.88.99.0/24"))

#: Of the request that is under way here, by `time.monotonic`. Connections outlive requests, so it is none of theirs.
_deadline: ContextVar[float] = ContextVar("deadline")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Blocked(Exception):
    """The address is not one that may be reached from here; the text says why."""


class NoAnswer(Exception):
    """Nobody there, or not in time, or no HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes  # at most MAX_ANSWER_BYTES
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case


def send(method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """Raises Blocked or NoAnswer."""
    check_url(url)
    timeout = {"connect": CONNECT_SECONDS, "read": TRANSFER_SECONDS, "write": TRANSFER_SECONDS, "pool": CONNECT_SECONDS}
    _deadline.set(time.monotonic() + TRANSFER_SECONDS)
    encoded = [(name.encode("latin-1", "replace"), _one_line(value)) for name, value in headers.items()]
    try:
        with _pool().stream(method, url, headers=encoded, content=body, extensions={"timeout": timeout}) as response:
            content = b""
            for chunk in response.iter_stream():
                content += chunk
                if len(content) > MAX_ANSWER_BYTES:
                    raise NoAnswer("the answer is too long")
            return Answer(response.status, content, _readable(response.headers))
    except (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        httpcore.ConnectionNotAvailable,
        httpcore.UnsupportedProtocol,
        OSError,
        UnicodeError,
    ) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}") from error


def check_url(url: str) -> None:
    """What can be seen without asking for the name's addresses. Raises Blocked."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Blocked("the address cannot be read") from error
    if parts.scheme not in ("http", "https") or not host:
        raise Blocked("only http and https are allowed")
    if parts.username or parts.password:
        raise Blocked("credentials in the address are not allowed")
    try:
        check_addresses(host, [ipaddress.ip_address(host)])
    except ValueError:  # a name, to be resolved when the connection is made
        return


def check_addresses(host: str, addresses: Iterable[Address]) -> None:
    """Raises Blocked when one of them is not public."""
    for address in addresses:
        if not (is_public(address) or _is_allowed(address)):
            raise Blocked(f"{host} leads to an address that is not public")


def is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local:
            return False
    if any(address in network for network in UNUSED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_allowed(address: Address) -> bool:
    allowed = (ipaddress.ip_network(network, strict=False) for network in settings.OUTGOING_ALLOWED_NETWORKS)
    return any(address in network for network in allowed)


def _readable(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _one_line(value: str) -> bytes:
    return "".join(character for character in value if character.isprintable()).encode("utf-8", "replace")


class _TimedStream(httpcore.NetworkStream):
    """Reads until the deadline of the request: who sends a byte now and then would keep it open for ever."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds_left = _deadline.get() - time.monotonic()
        if seconds_left <= 0:
            raise httpcore.ReadTimeout("the answer takes too long")
        return self._stream.read(max_bytes, seconds_left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _CheckedBackend(httpcore.SyncBackend):
    """Connects to the address that was checked, never to a name. TLS still asks for the name."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        found = [
            ipaddress.ip_address(str(where[0]).partition("%")[0])
            for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        ]
        check_addresses(host, found)
        return _TimedStream(super().connect_tcp(str(found[0]), port, timeout, local_address, socket_options))

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        raise Blocked("only addresses of the network are allowed")


@cache
def _pool() -> httpcore.ConnectionPool:
    return httpcore.ConnectionPool(
        max_connections=MAX_CONNECTIONS, keepalive_expiry=15.0, network_backend=_CheckedBackend(), http2=False
    )
