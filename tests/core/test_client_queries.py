"""What clients may ask the database: everything else is refused with a sentence, whatever it is."""

import json
import re
import time
from datetime import UTC, datetime

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from apps.core import client_queries, patterns
from apps.core.client_queries import InvalidQuery, read

ALLOWED = {*client_queries.OPERATORS, *client_queries.JOINED}


@pytest.mark.parametrize("nothing", [None, "", " ", "{}", {}])
def test_nothing_sent_matches_all(nothing):
    assert read(nothing) == {}


@pytest.mark.parametrize(
    "query",
    [
        {"uid": "1", "sc": 3, "custom.score": 1.5, "hasInfo": True, "av": None},
        {"sc": {"$gt": 1, "$lte": 9}, "p": {"$in": ["Android", "iOS", None]}, "did": {"$nin": []}},
        {"$and": [{"a": 1}, {"$or": [{"b": {"$exists": False}}, {"$nor": [{"c": {"$ne": 2}}]}]}]},
        {"name": {"$not": {"$regex": "^Ann", "$options": "i"}}},
        {"tags": ["a", "b"]},
        {"a.b.c": {"$eq": ["x"]}},
        {"a": {"$all": [1, 2], "$size": 2, "$type": "array"}},
        {"a": {"$elemMatch": {"$gt": 1, "$lt": 3}}, "b": {"$elemMatch": {"c": {"$gt": 1}, "d": 2}}},
    ],
)
def test_what_is_allowed_stays_as_it_is(query):
    assert read(json.dumps(query)) == query
    assert read(query) == query


def test_extended_json_becomes_the_type_it_means():
    oid = "a" * 24
    query = {
        "_id": {"$oid": oid},
        "at": {"$gte": {"$date": "2025-03-12T10:00:00Z"}, "$lt": {"$date": 0}},
        "lu": {"$date": {"$numberLong": "1000"}},
        "ids": {"$in": [{"$oid": oid}]},
    }

    assert read(query) == {
        "_id": ObjectId(oid),
        "at": {"$gte": datetime(2025, 3, 12, 10, tzinfo=UTC), "$lt": datetime(1970, 1, 1, tzinfo=UTC)},
        "lu": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
        "ids": {"$in": [ObjectId(oid)]},
    }


@pytest.mark.parametrize(
    "operator",
    ["$where", "$expr", "$function", "$accumulator", "$graphLookup", "$lookup", "$jsonSchema", "$text", "$comment"],
)
def test_operators_that_compute_are_refused_wherever_they_stand(operator):
    payload = {operator: "sleep(1000)"}
    for query in (
        payload,
        {"a": payload},
        {"a": {"$not": payload}},
        {"$and": [payload]},
        {"$or": [{"a": 1}, {"$nor": [payload]}]},
        {"a": {"$eq": 1, **payload}},
        {"a": {"$elemMatch": payload}},
        {"a": {"$elemMatch": {"b": payload}}},
    ):
        with pytest.raises(InvalidQuery, match=r"is not allowed here"):
            read(query)
    for query in ({"a": {"$in": [payload]}}, {"a": [payload]}, {"a": {"$eq": payload}}):
        with pytest.raises(InvalidQuery, match="A value is no object"):
            read(query)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{broken", "The query is not valid JSON"),
        ([], "A query is a JSON object"),
        ({"a": {"b": 1}}, "The operator b is not allowed here"),
        ({"a": {}}, "A condition names at least one operator"),
        ({"a.$b": 1}, "'a.$b' is not the name of a field"),
        ({"a..b": 1}, "'a..b' is not the name of a field"),
        ({"": 1}, "'' is not the name of a field"),
        ({"a\0b": 1}, "'a\\x00b' is not the name of a field"),
        ({"a": {"$in": "x"}}, "$in takes a list of at most 1000 values"),
        ({"a": {"$in": [1] * 1001}}, "$in takes a list of at most 1000 values"),
        ({"a": {"$exists": "yes"}}, "$exists takes true or false"),
        ({"a": {"$not": "x"}}, "$not takes an object with operators"),
        ({"a": {"$regex": 1}}, "$regex takes a text"),
        ({"a": {"$regex": "a", "$options": "x"}}, "$options takes some of the letters i, m and s"),
        ({"a": {"$options": "i"}}, "$options needs $regex"),
        ({"a": {"$size": "1"}}, "$size takes a number of items"),
        ({"a": {"$type": []}}, "$type takes the name or the number of a type"),
        ({"a": {"$elemMatch": 1}}, "$elemMatch takes an object"),
        ({"$or": []}, "$or takes a list of queries"),
        ({"$or": [1]}, "A query is a JSON object"),
        ({"a": 2**63}, "Values are texts, numbers that fit into 64 bits, true, false and null"),
        ({"a": "x" * 4097}, "Texts have at most 4096 characters"),
        ({"a": {"$oid": "zz"}}, "$oid takes 24 hexadecimal digits"),
        ({"a": {"$date": "yesterday"}}, "$date takes an ISO 8601 date or milliseconds"),
        ({"a": {"$date": 10**18}}, "$date takes an ISO 8601 date or milliseconds"),
        ({"a": {"$date": "0001-01-01T00:00:00+14:00"}}, "$date takes an ISO 8601 date or milliseconds"),
        ({"a": {"$date": "9999-12-31T23:59:59-14:00"}}, "$date takes an ISO 8601 date or milliseconds"),
        ({"a": {"$regex": r"\u0041"}}, "A pattern holds characters themselves, not their numbers or names"),
        ({"a": {"$regex": r"[\\\N{DIGIT ONE}]"}}, "A pattern holds characters themselves, not their numbers or names"),
        ({"a": {"$regex": "[[:letter:]]"}}, "A pattern knows no such class of characters"),
        ({"a": {"$regex": "[[.a.]]"}}, "A pattern knows no such class of characters"),
        ({"a": {"$regex": "[:alpha:]"}}, "A pattern knows no such class of characters"),
        ({f"f{number}": 1 for number in range(201)}, "The query has more than 200 conditions"),
    ],
)
def test_refusals_say_what_is_wrong(query, message):
    with pytest.raises(InvalidQuery) as refused:
        read(query)
    assert str(refused.value) == message


def test_depth_is_bounded():
    query = {"a": 1}
    for _ in range(8):
        query = {"$and": [query]}
    with pytest.raises(InvalidQuery, match="nested more than 8 levels"):
        read(query)


def test_only_the_given_fields_may_be_named():
    assert read({"did": "x", "custom.age": 3}, fields={"did", "custom"}) == {"did": "x", "custom.age": 3}
    with pytest.raises(InvalidQuery, match=r"The field 'password.x' cannot be asked for"):
        read({"$or": [{"did": 1}, {"password.x": 1}]}, fields={"did"})


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "ann",
        "^a.*b$",
        r"\d+-\d{2,4}",
        "(a|b)?c",
        "[^+*]+",
        "(?:ab){3}",
        r"\(x\)+",
        r"\\u",
        "[:;]",
        "[[:^alpha:])]+[[:digit:]a]",
    ],
)
def test_patterns_that_people_search_with(pattern):
    assert read({"a": {"$regex": pattern}}) == {"a": {"$regex": pattern}}


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|aa)*b",
        "(?:a?){50}",
        ".*.*.*.*x",
        r"(a)\1",
        "(?=a)a",
        "(?P<x>a)",
        "a{1,5000}",
        "((a+))+",
        "[",
        "x" * 257,
    ],
)
def test_patterns_that_could_run_for_ever_are_refused(pattern):
    with pytest.raises(InvalidQuery):
        read({"a": {"$regex": pattern}})


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of sets that look nested
@given(st.text(alphabet="ab(|)*+?{2,}[]^.:\\", max_size=20))
def test_an_accepted_pattern_ends_soon(pattern):
    try:
        patterns.check_pattern(pattern)
    except patterns.InvalidPattern:
        return
    started = time.process_time()
    re.search(pattern, "ab" * 40 + "!")
    assert time.process_time() - started < 1


names = st.sampled_from([*sorted(ALLOWED), "$where", "$expr", "$oid", "$date", "a", "b.c", "$", ""])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*ALLOWED, "$where", "$expr", "$oid", "$date", "a", "b.c", "$", ""]), inner, max_size=3
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_whatever_is_sent_is_refused_or_holds_allowed_operators_only(sent):
    try:
        found = read(sent)
    except InvalidQuery:
        return
    assert operators(found) <= ALLOWED


def operators(value):
    if isinstance(value, dict):
        return {name for name in value if name.startswith("$")}.union(*map(operators, value.values()))
    return set().union(*map(operators, value)) if isinstance(value, list) else set()
