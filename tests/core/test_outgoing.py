"""Requests to addresses that people configured reach the outside only."""

import ipaddress
import socket
import threading
from unittest.mock import patch

import pytest
from django.test import override_settings

from apps.core import outgoing

INTERNAL = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fd00:ec2::254", "ff02::1", "fec0::1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "3fff::1", "192.88.99.1",
]  # fmt: skip
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "2002:808:808::"]


@pytest.mark.parametrize("address", INTERNAL)
def test_internal_addresses_are_none_of_the_outside(address):
    assert not outgoing.is_public(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(outgoing.Blocked, match="not public"):
        outgoing.send("GET", f"http://{host}/i", {})


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address):
    assert outgoing.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com",
        "file:///etc/passwd",
        "http://",
        "https://user:pw@example.com/",
        "http://[::1",
        "http://x:99999999/",
    ],
)
def test_addresses_that_are_none_are_blocked(url):
    with pytest.raises(outgoing.Blocked):
        outgoing.send("GET", url, {})


@pytest.mark.parametrize(
    "url", ["http://localhost:1/i", "http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://0177.0.0.1/"]
)
def test_names_and_odd_spellings_of_internal_addresses_are_blocked(url):
    with pytest.raises(outgoing.Blocked, match="not public"):
        outgoing.send("GET", url, {})


def test_one_internal_address_among_several_is_enough():
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
    with patch.object(socket, "getaddrinfo", return_value=found), pytest.raises(outgoing.Blocked):
        outgoing.send("GET", "http://two.example/", {})


def test_the_connection_goes_to_the_address_that_was_checked(target):
    """A name that leads elsewhere when it is asked again is not asked again."""
    answers = iter([[(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", target.port))]])
    real = socket.getaddrinfo

    def resolve(host, *more, **options):
        return next(answers) if host == "rebinding.example" else real(host, *more, **options)

    with (
        override_settings(OUTGOING_ALLOWED_NETWORKS=["127.0.0.0/8"]),
        patch.object(socket, "getaddrinfo", side_effect=resolve),
    ):
        answer = outgoing.send("GET", f"http://rebinding.example:{target.port}/i?a=1", {"X-Test": "a\r\nb"})
    assert (answer.status, answer.body) == (200, b'{"result":"Success"}')
    (seen,) = target.seen
    assert (seen.path, seen.headers["Host"]) == ("/i?a=1", f"rebinding.example:{target.port}")
    assert seen.headers["X-Test"] == "ab"


@override_settings(OUTGOING_ALLOWED_NETWORKS=["127.0.0.0/8"])
def test_redirects_are_not_followed_and_answers_are_bounded(target):
    target.answer(302, b"", Location="http://169.254.169.254/")
    assert outgoing.send("GET", target.url, {}).status == 302
    assert len(target.seen) == 1
    target.answer(200, b"x" * (outgoing.MAX_ANSWER_BYTES + 1))
    with pytest.raises(outgoing.NoAnswer):
        outgoing.send("GET", target.url, {})


@override_settings(OUTGOING_ALLOWED_NETWORKS=["127.0.0.0/8"])
def test_nobody_there(target):
    target.stop()
    with pytest.raises(outgoing.NoAnswer):
        outgoing.send("POST", target.url, {}, b"x")


@pytest.mark.parametrize("sent", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["head", "body"])
@override_settings(OUTGOING_ALLOWED_NETWORKS=["127.0.0.0/8"])
def test_answer_that_drips_is_given_up(monkeypatch, sent):
    monkeypatch.setattr(outgoing, "TRANSFER_SECONDS", 0.3)

    def drip():
        connection, _ = listener.accept()
        with connection:
            connection.sendall(sent)
            while not is_over.wait(0.05):
                connection.sendall(b"x")

    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            with pytest.raises(outgoing.NoAnswer, match="Timeout"):
                outgoing.send("GET", f"http://127.0.0.1:{listener.getsockname()[1]}/", {})
        finally:
            is_over.set()
            dripping.join()
