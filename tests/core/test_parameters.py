import pytest
from django.test import RequestFactory

from apps.core.parameters import (
    MAX_FIELDS,
    is_form,
    parse_body,
    parse_multipart,
    parse_named,
    parse_query,
    request_parameters,
)


def multipart(*fields: tuple[str, str], boundary: str = "AaB03x") -> bytes:
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields]
    return ("\r\n".join(parts) + f"\r\n--{boundary}--\r\n").encode()


MULTIPART = "multipart/form-data; boundary=AaB03x"

QUERIES = [
    (b"", {}),
    (b"a=1&b=2", {"a": "1", "b": "2"}),
    (b"a=1&a=2", {"a": "2"}),
    (b"a", {"a": ""}),
    (b"a=&=b&&c==d=", {"a": "", "c": "=d="}),
    (b"a=x+y%20z%2B", {"a": "x y z+"}),
    (b"a%20b=1&c+d=2", {"a b": "1", "c d": "2"}),
    (b"a=%zz%4", {"a": "%zz%4"}),
    (b"a=%ff\xff", {"a": "\ufffd\ufffd"}),
    (b"a=%ed%a0%80", {"a": "\ufffd\ufffd\ufffd"}),
    (b"a=%00", {"a": "\0"}),
    ("a=ü".encode(), {"a": "ü"}),
]


@pytest.mark.parametrize(("raw", "expected"), QUERIES)
def test_query_is_parsed(raw, expected):
    assert parse_query(raw) == expected


@pytest.mark.parametrize(("raw", "expected"), QUERIES)
def test_named_parameters_are_those_of_the_whole_query(raw, expected):
    names = {name.encode() for name in expected}
    assert parse_named(raw, names | {b"missing"}) == expected
    assert parse_named(raw, {b"missing"}) == {}


def test_number_of_fields_is_bounded():
    raw = b"&".join(b"f%d=1" % number for number in range(MAX_FIELDS + 5))
    assert len(parse_query(raw)) == MAX_FIELDS
    assert parse_named(raw, {b"f0", b"f%d" % (MAX_FIELDS + 1)}) == {"f0": "1"}


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"a=1", "application/x-www-form-urlencoded", {"a": "1"}),
        (b"a=1", "", {"a": "1"}),
        (b'{"a": {"b": [1, null]}, "c": "x"}', "application/json; charset=utf-8", {"a": {"b": [1, None]}, "c": "x"}),
        (b'{"a": 1}', "text/JSON", {"a": 1}),
        (b"{broken", "application/json", {}),
        (b"[1, 2]", "application/json", {}),
        (b"null", "application/json", {}),
        (b'{"a": NaN}', "application/json", {}),
        (b"\xff\xfe{}", "application/json", {}),
        (b'{"a": "\xff"}', "application/json", {"a": "\ufffd"}),
        (b'{"a": "cut \\ud83d", "\\ude00": 1}', "application/json", {"a": "cut \ufffd", "\ufffd": 1}),
        (
            b'{"a": 1e999, "b": 123456789012345678901}',
            "application/json",
            {"a": float("inf"), "b": 1.2345678901234568e20},
        ),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "application/json", {}),
        (b"[" * 100_000, "application/json", {}),
        (multipart(("a", "1"), ("b", "ü &")), MULTIPART, {"a": "1", "b": "ü &"}),
        (multipart(("a", "1")), "multipart/form-data", {}),
        (multipart(("a", "1"))[:-30], "multipart/form-data; boundary=other", {}),
        (b"", MULTIPART, {}),
    ],
)
def test_body_is_parsed_by_its_type(body, content_type, expected):
    assert parse_body(body, content_type) == expected


def test_multipart_fields_keep_their_order_and_files_are_left_out():
    body = multipart(("z", "1"), ("a", "2"))
    file = b'--AaB03x\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\n\r\n\x00\xff\r\n'
    assert parse_multipart(file + body, MULTIPART) == [("z", "1"), ("a", "2")]


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [("", True), ("application/x-www-form-urlencoded", True), ("application/JSON", False), (MULTIPART, False)],
)
def test_form_is_what_is_neither_json_nor_multipart(content_type, expected):
    assert is_form(content_type) is expected


def test_query_overwrites_the_body_of_a_django_request():
    request = RequestFactory().post("/o?a=query&b=2", '{"a": "body", "c": [3]}', "application/json")
    assert request_parameters(request) == {"a": "query", "b": "2", "c": [3]}
    assert request_parameters(RequestFactory().get("/o?a=1")) == {"a": "1"}
