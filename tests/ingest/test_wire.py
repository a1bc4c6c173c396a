"""Bytes on the wire of the real server, as only broken or hostile clients send them."""

import json
import socket

import pytest

from tests.ingest.door import SUCCESS
from tests.stack import Stack

pytestmark = pytest.mark.stack


def exchange(stack: Stack, data: bytes) -> tuple[int, object]:
    """The status and the JSON of the answer."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=20) as connection:
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), json.loads(body)


def hang_up_after(stack: Stack, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", stack.port), timeout=20) as connection:
        connection.sendall(data)


def test_only_whole_bodies_are_counted(stack: Stack) -> None:
    application = stack.create_application("Wire")
    start = b"POST /i HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    body = b"app_key=%b&device_id=" % application.key.encode()
    length = b"Content-Length: %d\r\n\r\n"
    chunked = b"Transfer-Encoding: chunked\r\n\r\n"
    hang_up_after(stack, start + length % (len(body) + 99) + body + b"cut-off")
    hang_up_after(stack, start + chunked + b"%x\r\n%bno-end\r\n" % (len(body) + 6, body))
    assert [
        exchange(stack, start + chunked + b"%x\r\n%bbroken\r\nzz\r\n" % (len(body) + 6, body)),
        exchange(stack, start + length % 10**9 + body),
        exchange(stack, start + length % (len(body) + 5) + body + b"whole"),
        exchange(stack, start + chunked + b"%x\r\n%bparts\r\n0\r\n\r\n" % (len(body) + 5, body)),
    ] == [
        (400, {"result": "Request body is incomplete"}),
        (413, {"result": "Request body is too large"}),
        (200, SUCCESS),
        (200, SUCCESS),
    ]
    stack.flush()
    users = stack.database()[f"app_users{application.id}"].find()
    assert sorted(user["did"] for user in users) == ["parts", "whole"]
