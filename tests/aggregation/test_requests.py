import pytest

from apps.aggregation.records import Record
from apps.aggregation.requests import read_request
from apps.aggregation.timestamps import resolve_ms
from apps.core.keys import user_id
from tests.aggregation.ledger import APP_ID, RECEIVED_MS


def record(query: bytes = b"", body: bytes = b"", content_type: str = "", received_ms: int = RECEIVED_MS) -> Record:
    return Record(APP_ID, "key", "d1", received_ms, "127.0.0.1", query=query, body=body, content_type=content_type)


@pytest.mark.parametrize(
    ("timestamp", "ms"),
    [
        ("1741775400", 1_741_775_400_000),
        (1741775400, 1_741_775_400_000),
        ("1741775400.7", 1_741_775_400_700),
        ("1741775400123", 1_741_775_400_123),
        (1741775400123.9, 1_741_775_400_123),
        (str(RECEIVED_MS + 5), RECEIVED_MS),
        (str(RECEIVED_MS // 1000 + 60), RECEIVED_MS),
        ("1000000000", 1_000_000_000_000),
        ("yesterday", RECEIVED_MS),
        ("", RECEIVED_MS),
        ("0", RECEIVED_MS),
        ("123", RECEIVED_MS),
        ("-5", RECEIVED_MS),
        ("0000000123", RECEIVED_MS),
        ("1_741_775_400", RECEIVED_MS),
        ("nan", RECEIVED_MS),
        (True, RECEIVED_MS),
        ({"a": 1}, RECEIVED_MS),
        (10**400, RECEIVED_MS),
    ],
)
def test_times(timestamp, ms):
    assert resolve_ms(timestamp, RECEIVED_MS) == ms


def test_the_query_overwrites_fields_of_the_body():
    read = read_request(record(b"a=1&b=2", b'{"b": 3, "c": 4}', "application/json"))
    assert read.parameters == {"a": "1", "b": "2", "c": 4}


def test_an_unreadable_body_leaves_the_query():
    assert read_request(record(b"a=1", b"{broken", "application/json")).parameters == {"a": "1"}


def test_the_hash_has_the_form_that_is_stored():
    read = read_request(record(b"app_key=key&timestamp=1741775400"))
    assert read.hash == "b0c9d334429667e4f6abd51b4c5a3ffb48e20956" + "1741775400"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (record(b"a=1&timestamp=1741775400"), record(b"a=1&timestamp=1741775400&rr=3")),
        (record(b"rr=1&a=1&timestamp=1741775400"), record(b"rr=2&a=1&timestamp=1741775400")),
        (record(b"a=1&timestamp=1741775400&checksum=ab"), record(b"a=1&timestamp=1741775400&checksum=cd")),
        (record(body=b"a=1&timestamp=1&checksum256=a"), record(body=b"a=1&timestamp=1&checksum256=b")),
    ],
)
def test_a_retry_is_recognised(one, other):
    assert read_request(one).hash == read_request(other).hash
    assert read_request(one).fingerprint == read_request(other).fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (record(b"a=1"), record(b"a=1", received_ms=RECEIVED_MS + 1)),
        (record(b"arr=1&timestamp=1741775400"), record(b"arr=2&timestamp=1741775400")),
        (record(b"a=1&timestamp=1741775400"), record(body=b"a=1&timestamp=1741775400")),
        (record(b"timestamp=1741775400"), record(b"timestamp=1741775401")),
    ],
)
def test_different_requests_are_different(one, other):
    assert read_request(one).hash != read_request(other).hash
    assert read_request(one).fingerprint != read_request(other).fingerprint


@pytest.mark.parametrize(
    ("query", "old"),
    [
        (b"old_device_id=d0", user_id("key", "d0")),
        (b"old_device_id=d1", ""),
        (b"old_device_id=", ""),
        (b"", ""),
    ],
)
def test_the_user_under_the_old_device_id(query, old):
    assert read_request(record(query)).old_user_id == old
