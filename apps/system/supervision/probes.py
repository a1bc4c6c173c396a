"""Does it really answer? Asked in the servers' own protocols, by hand, so that the supervisor needs no driver."""

import socket
import struct
from pathlib import Path

TIMEOUT_SECONDS = 2.0

OP_MSG = 2013
#: BSON of {hello: 1, $db: "admin"}
_HELLO = b"\x10hello\x00\x01\x00\x00\x00\x02$db\x00\x06\x00\x00\x00admin\x00"
_HELLO_DOCUMENT = struct.pack("<i", len(_HELLO) + 5) + _HELLO + b"\x00"
_HELLO_BODY = struct.pack("<IB", 0, 0) + _HELLO_DOCUMENT
_HELLO_MESSAGE = struct.pack("<iiii", len(_HELLO_BODY) + 16, 1, 0, OP_MSG) + _HELLO_BODY


def mongodb_answers(port: int) -> bool:
    """Whether the server on this machine's `port` calls itself ready for writes."""
    try:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection:
            connection.sendall(_HELLO_MESSAGE)
            answer = connection.recv(4096)
    except OSError:
        return False
    return b"\x08isWritablePrimary\x00\x01" in answer


def valkey_answers(path: Path) -> bool:
    """Whether the server behind the unix socket has loaded its data."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64) == b"+PONG\r\n"
    except OSError:
        return False


def web_answers(host: str, port: int, host_header: str) -> bool:
    """Whether `/o/ping` says that web server and MongoDB work together."""
    try:
        with socket.create_connection((host, port), TIMEOUT_SECONDS) as connection:
            request = f"GET /o/ping HTTP/1.1\r\nHost: {host_header}\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            return connection.recv(64).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False
