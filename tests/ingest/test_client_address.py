import pytest

from apps.ingest.client_address import client_address
from apps.ingest.requests import new_request


def address(headers=(), peer="192.0.2.1", trusted=()):
    return client_address(new_request("GET", "/i", b"", list(headers), peer), trusted)


def forwarded(*values):
    return [(b"x-forwarded-for", value.encode()) for value in values]


@pytest.mark.parametrize(
    ("headers", "peer", "expected"),
    [
        ([], "192.0.2.1", "192.0.2.1"),
        ([], "::ffff:192.0.2.1", "192.0.2.1"),
        ([], "2001:db8::1", "2001:db8::1"),
        ([], "", ""),
        ([(b"x-real-ip", b"198.51.100.1:8080")], "192.0.2.1", "198.51.100.1"),
        ([*forwarded("198.51.100.2, 10.0.0.1"), (b"x-real-ip", b"198.51.100.1")], "192.0.2.1", "198.51.100.2"),
        (forwarded(" [2001:db8::2]:443 "), "192.0.2.1", "2001:db8::2"),
        (forwarded("198.51.100.3:1234"), "192.0.2.1", "198.51.100.3"),
        (forwarded("", "198.51.100.4"), "192.0.2.1", "198.51.100.4"),
        (forwarded("x" * 100), "192.0.2.1", "x" * 64),
        (forwarded(","), "192.0.2.1", "192.0.2.1"),
    ],
)
def test_address_without_known_proxies(headers, peer, expected):
    assert address(headers, peer) == expected


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ("203.0.113.9, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("203.0.113.9, 10.1.2.3, 127.0.0.1", "203.0.113.9"),
        ("203.0.113.9, 172.16.5.5", "203.0.113.9"),
        ("10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("203.0.113.9, made-up", "made-up"),
    ],
)
def test_address_behind_known_proxies(entries, expected):
    assert address(forwarded(entries), trusted=["10.0.0.0/8", "172.16."]) == expected
