import json

import pytest

from apps.core import client_selections
from apps.core.client_queries import InvalidQuery


def test_projections():
    assert client_selections.read_projection('{"a":1,"b.c":true,"_id":0}') == {"a": 1, "b.c": 1, "_id": 0}
    assert client_selections.read_projection({"a": "0"}) == {"a": 0}
    assert client_selections.read_projection(None) == {}


def test_sorts():
    assert client_selections.read_sort('{"a":1,"b":"-1"}') == [("a", 1), ("b", -1)]
    assert client_selections.read_sort("") == []


@pytest.mark.parametrize(
    "sent", [{"a": 1, "b": 0}, {"a": {"$slice": 1}}, {"a": "$b"}, {"$a": 1}, {"a..b": 1}, "[1]", "{"]
)
def test_projections_that_are_refused(sent):
    with pytest.raises(InvalidQuery):
        client_selections.read_projection(sent)


@pytest.mark.parametrize("sent", [{"a": 2}, {"$a": 1}, {"a": {"$meta": "x"}}, {str(n): 1 for n in range(9)}, "1"])
def test_sorts_that_are_refused(sent):
    with pytest.raises(InvalidQuery):
        client_selections.read_sort(sent)


def test_numbers():
    read = client_selections.whole_number

    assert [read(sent, 20, largest=50) for sent in (None, "", "x", "7", 7, -1, 1e9, "99")] == [
        20,
        20,
        20,
        7,
        7,
        0,
        20,
        50,
    ]


@pytest.mark.parametrize("sent", ["[" * 101 + "]" * 101, [{"a": json.loads("[" * 99 + "]" * 99)}]])
def test_nesting_is_bounded(sent):
    assert client_selections.json_of("[" * 100 + "]" * 100)
    with pytest.raises(InvalidQuery, match="nested more than 100 levels deep"):
        client_selections.json_of(sent)


def test_which_fields_a_filter_looks_at():
    names = ["password", "a.b"]

    assert client_selections.names_field({"$or": [{"x": 1}, {"password": {"$gt": ""}}]}, names)
    assert client_selections.names_field({"password.x": 1}, names)
    assert not client_selections.names_field({"ab": 1, "passwords": 2}, names)
