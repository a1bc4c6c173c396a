import pytest

from apps.core.arguments import MAX_DEPTH, Argument, InvalidArguments, Kind, is_storable, parse, read

EXPECTED = {
    "name": Argument(is_required=True, min_length=2, max_length=5),
    "secret": Argument(min_length=4, needs_digit=True, needs_capital=True, needs_symbol=True),
    "list": Argument(Kind.LIST),
    "object": Argument(Kind.OBJECT),
    "flag": Argument(Kind.FLAG),
}


def errors(sent):
    with pytest.raises(InvalidArguments) as error:
        read({"args": sent}, EXPECTED)
    return error.value.errors


def test_expected_fields_are_kept_and_others_dropped():
    sent = '{"name": "abc", "list": [1], "object": {"a": 1}, "$where": "1", "admin": true}'

    assert read({"args": sent}, EXPECTED) == {"name": "abc", "list": [1], "object": {"a": 1}}


@pytest.mark.parametrize(
    ("sent", "sentences"),
    [
        ({}, ["Missing name argument"]),
        ({"name": None}, ["Invalid type for name"]),
        ({"name": "a"}, ["Length of name is lower than min length value"]),
        ({"name": "abcdef"}, ["Length of name is greater than max length value"]),
        ({"name": "abc", "list": {}, "object": []}, ["Invalid type for list", "Invalid type for object"]),
        (
            {"name": "abc", "secret": "x"},
            [
                "Length of secret is lower than min length value",
                "secret should have number",
                "secret should have upchar",
                "secret should have special character",
            ],
        ),
    ],
)
def test_every_broken_rule_is_named_in_order(sent, sentences):
    assert errors(sent) == sentences


@pytest.mark.parametrize(
    ("sent", "flag"),
    [(True, True), (1, True), ("true", True), (False, False), ("false", False), (None, False), ({"$ne": 1}, False)],
)
def test_only_what_says_true_is_true(sent, flag):
    assert read({"args": {"name": "abc", "flag": sent}}, EXPECTED)["flag"] is flag


@pytest.mark.parametrize("sent", [None, "", "null", "0", 0, False])
def test_nothing_sent(sent):
    assert errors(sent) == ["Missing 'args' parameter"]


@pytest.mark.parametrize("sent", ["{broken", "[1]", [1], "5", '"text"', "[" * 100_000])
def test_what_is_no_object_has_no_fields(sent):
    assert parse({"args": sent}) == {}


def nested(levels):
    value = 1
    for _ in range(levels):
        value = {"a": [value]}
    return value


@pytest.mark.parametrize(
    ("value", "can_be_stored"),
    [
        ({"a": [{"b": "$text"}, None, 1.5, True]}, True),
        (2**63 - 1, True),
        (2**63, False),
        ({"$set": 1}, False),
        ({"a": [{"b.c": 1}]}, False),
        ({"": 1}, False),
        ({"a\0": 1}, False),
        (nested(MAX_DEPTH // 2), True),
        (nested(MAX_DEPTH), False),
    ],
)
def test_values_that_clients_made_up(value, can_be_stored):
    assert is_storable(value) is can_be_stored
