import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.aggregation import values

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.mark.parametrize("value", ["0", " ", "false", 1, -1, 0.5, True, [], {}, math.inf])
def test_truthy(value):
    assert values.is_truthy(value)


@pytest.mark.parametrize("value", ["", 0, 0.0, -0.0, None, False, math.nan])
def test_not_truthy(value):
    assert not values.is_truthy(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (True, "true"),
        (None, "null"),
        (7, "7"),
        (1.0, "1"),
        (1.5, "1.5"),
        (-0.0, "0"),
        (1e-6, "0.000001"),
        (1.5e-7, "1.5e-7"),
        (123456789012345680000, "123456789012345680000"),
        (1e21, "1e+21"),
        (-1.25e22, "-1.25e+22"),
        (10**400, "1.7976931348623157e+308"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        ({"a": 1}, "[object Object]"),
        ([1, None, "b", [2]], "1,,b,"),
    ],
)
def test_texts_are_those_of_javascript(value, text):
    assert values.text_of(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12.9", 12),
        ("7x", 7),
        ("1e2", 1),
        ("  9 ", 9),
        ("-5", -5),
        ("abc", None),
        ("", None),
        (True, None),
        (None, None),
        (2.7, 2),
        (-2.7, -2),
        (10**25, 1),
        ("9" * 20, 1e20),
        ("9" * 5000, math.inf),
    ],
)
def test_integers(value, number):
    assert values.integer_of(value) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1.5", 1.5),
        ("5", 5),
        ("1.5abc", 1.5),
        (".5", 0.5),
        ("-3", -3),
        ("1e3", 1000),
        ("Infinity", None),
        ("1e999", None),
        (math.nan, None),
        (True, None),
        ("x", None),
        (3_000_000_000, 3e9),
        (2.0, 2),
    ],
)
def test_numbers(value, number):
    found = values.number_of(value)
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize(
    ("number", "stored"),
    [(5, 5), (5.0, 5), (2**31 - 1, 2**31 - 1), (2**31, float(2**31)), (10**400, 1.7976931348623157e308), (0.5, 0.5)],
)
def test_numbers_are_stored_as_32_bit_integers_or_doubles(number, stored):
    found = values.stored_number(number)
    assert found == stored
    assert type(found) is type(stored)


@settings(deadline=None)
@given(JSON)
def test_nothing_raises(value):
    values.is_truthy(value)
    assert isinstance(values.text_of(value), str)
    values.integer_of(value)
    values.number_of(value)
    values.strict_number_of(value)
    values.stored_integer(value)
    values.trimmed(value)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_is_that_number(number):
    assert float(values.text_of(number)) == number


def test_trimming_reaches_inside():
    assert values.trimmed({"a": [" b ", {"c": " d"}], "e": 1}) == {"a": ["b", {"c": "d"}], "e": 1}
