"""Bytes on the wire of the real server, as only broken or hostile clients send them."""

import json
import socket

import pytest

from tests.ingest.door import SUCCESS
from tests.stack import Stack

pytestmark = pytest.mark.stack

INCOMPLETE = {"result": "Request body is incomplete"}


def exchange(stack: Stack, data: bytes) -> tuple[int, object]:
    """Sends, says that nothing more will come, and returns the status and the JSON of the answer."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), json.loads(body)


def test_framing_of_the_body(stack: Stack) -> None:
    application = stack.create_application("Wire")
    start = b"POST /i HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    body = b"app_key=%b&device_id=" % application.key.encode()
    length = b"Content-Length: %d\r\n\r\n"
    chunked = b"Transfer-Encoding: chunked\r\n\r\n"
    assert [
        exchange(stack, start + length % (len(body) + 5) + body + b"whole"),
        exchange(stack, start + length % (len(body) + 99) + body + b"cut-off"),
        exchange(stack, start + chunked + b"%x\r\n%bparts\r\n0\r\n\r\n" % (len(body) + 5, body)),
        exchange(stack, start + chunked + b"%x\r\n%bno-end\r\n" % (len(body) + 6, body)),
        exchange(stack, start + chunked + b"zz\r\n%bbroken" % body),
        exchange(stack, start + length % 10**9 + body),
    ] == [
        (200, SUCCESS),
        (400, INCOMPLETE),
        (200, SUCCESS),
        (400, INCOMPLETE),
        (400, INCOMPLETE),
        (413, {"result": "Request body is too large"}),
    ]
    stack.flush()
    users = stack.database()[f"app_users{application.id}"].find()
    assert sorted(user["did"] for user in users) == ["parts", "whole"]
