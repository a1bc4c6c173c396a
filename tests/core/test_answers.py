from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.answers import escaped, message, output, output_bytes, preflight


def text_of(response):
    return response.content.decode()


def test_message_is_escaped_only_when_it_holds_angle_brackets():
    assert text_of(message("a & \"b\" 'c'")) == '{"result":"a & \\"b\\" \'c\'"}'
    assert text_of(message("<b> & \"x\" 'y'")) == '{"result":"&lt;b&gt; &amp; &quot;x&quot; &#39;y&#39;"}'
    assert text_of(message([1.0, True])) == '{"result":[1,true]}'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a&b", '"a&amp;b"'),
        ("&amp; &#46; &#36;", '"&amp; &#46; &#36;"'),
        ("&amp; & x", '"&amp;amp; &amp; x"'),
        ({"<k>": "it's"}, '{"&lt;k&gt;":"it&#39;s"}'),
        ('{"a": "<b>"}', '"{\\"a\\":\\"&lt;b&gt;\\"}"'),
        ("{not json <", '"{not json &lt;"'),
        ([1.0, 1.5, -0.0, float("nan"), float("inf")], "[1,1.5,0,null,null]"),
        (
            [2**53 + 1, 2.0**60, -(2**60), 1e300, 10**400],
            "[9007199254740992,1152921504606847000,-1152921504606847000,1e+300,null]",
        ),
        ([None, True, False, 0], "[null,true,false,0]"),
        (
            [datetime(2026, 3, 1, 9, 5, 7, 42_000, UTC), datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=1)))],
            '["2026-03-01T09:05:07.042Z","2026-02-28T23:00:00.000Z"]',
        ),
    ],
)
def test_output_is_escaped_and_prints_numbers_as_javascript(data, expected):
    assert text_of(output(data)) == expected


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from([5.0, 1e16, 1e-7, 123456789012345, 1234567890123456, 2**53 + 1, 10**400, Decimal("1.50")]),
    st.text(max_size=8),
    st.sampled_from(['{"a":"<"}', "[1.0]", "&amp;", "a & b", "it's", 'a "b"', "\\", "v5.0", "1.0,", "2e5", "\x01"]),
    st.just(datetime(2025, 3, 12, tzinfo=UTC)),
)
keys = st.one_of(st.text(max_size=4), st.integers(0, 40), st.sampled_from(["<k>", "a'b", "[CLY]_view"]))
structures = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.tuples(inner), st.dictionaries(keys, inner, max_size=4), st.frozensets(leaves)
    ),
    max_leaves=8,
)


@given(structures)
def test_output_is_what_escaping_first_would_write(data):
    assert output_bytes(data) == orjson.dumps(escaped(data))


def test_status_and_headers():
    response = output({}, 404)
    hints = (
        "Sec-CH-UA, Sec-CH-UA-Mobile, Sec-CH-UA-Platform, Sec-CH-UA-Platform-Version, Sec-CH-UA-Full-Version, "
        "Sec-CH-UA-Model"
    )
    assert response.status_code == 404
    assert dict(response.headers) == {
        "Content-Type": "application/json; charset=utf-8",
        "X-Countly": "api",
        "Accept-CH": hints,
        "Critical-CH": hints,
        "Access-Control-Allow-Origin": "*",
        "X-Frame-Options": "deny",
        "X-XSS-Protection": "1; mode=block",
        "X-Content-Type-Options": "nosniff",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    }


def test_preflight():
    assert dict(preflight().headers) == {
        "Content-Type": "text/html; charset=utf-8",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
        "Access-Control-Allow-Headers": "countly-token, Content-Type",
    }
    assert preflight().content == b""
