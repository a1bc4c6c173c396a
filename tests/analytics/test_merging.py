"""The rules by which counter documents become one tree."""

import bson
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.merging import UNIQUE, UNIQUE_OF_USERS, flatten_event_names, merge_documents, merge_trees

APP = "5f0000000000000000000001"


def two_shards():
    """Device `0` from Germany, new today, and device `k` from the US, back today and yesterday."""
    return [
        {
            "_id": f"{APP}_2025:0_0",
            "m": "2025:0",
            "a": APP,
            "meta_v2": {"countries": {"DE": True}, "f-ranges": {"0": True}, "d-ranges": {"2": True}},
            "d": {
                "u": 1,
                "DE": {"u": 1},
                "f": {"0": 1},
                "ds": {"2": 1},
                "w11": {"u": 1, "DE": {"u": 1}, "f": {"0": 1}, "ds": {"2": 1}},
                "3": {"u": 1, "DE": {"u": 1}, "f": {"0": 1}},
            },
        },
        {
            "_id": f"{APP}_2025:0_k",
            "m": "2025:0",
            "a": APP,
            "meta_v2": {"countries": {"US": True}},
            "d": {"u": 1, "US": {"u": 1}, "w11": {"u": 1, "US": {"u": 1}}, "3": {"u": 1, "US": {"u": 1}}},
        },
        {
            "_id": f"{APP}_2025:3_0",
            "m": "2025:3",
            "a": APP,
            "d": {
                "12": {
                    "t": 1,
                    "n": 1,
                    "u": 1,
                    "e": 2,
                    "d": 60,
                    "DE": {"t": 1, "n": 1, "u": 1},
                    "f": {"0": 1},
                    "ds": {"2": 1},
                    "13": {"t": 1, "n": 1, "u": 1, "e": 1},
                }
            },
        },
        {
            "_id": f"{APP}_2025:3_k",
            "m": "2025:3",
            "a": APP,
            "d": {
                "11": {"t": 2, "u": 1, "e": 2, "d": 30, "US": {"t": 2, "u": 1}, "9": {"t": 2, "u": 1, "e": 1}},
                "12": {"t": 1, "u": 1, "e": 1, "US": {"t": 1, "u": 1}, "13": {"t": 1, "u": 1, "e": 1}},
            },
        },
    ]


MERGED = {
    "2025": {
        "u": 2, "t": 4, "n": 1, "e": 5, "d": 90,
        "DE": {"u": 1, "t": 1, "n": 1},
        "US": {"u": 1, "t": 3},
        "f": {"0": 1}, "ds": {"2": 1},
        "w11": {"u": 2, "DE": {"u": 1}, "US": {"u": 1}, "f": {"0": 1}, "ds": {"2": 1}},
        "3": {
            "u": 2, "t": 4, "n": 1, "e": 5, "d": 90,
            "DE": {"u": 1, "t": 1, "n": 1}, "US": {"u": 1, "t": 3}, "f": {"0": 1},
            "11": {"t": 2, "u": 1, "e": 2, "d": 30, "US": {"t": 2, "u": 1}, "9": {"t": 2, "u": 1, "e": 1}},
            "12": {
                "t": 2, "n": 1, "u": 2, "e": 3, "d": 60,
                "DE": {"t": 1, "n": 1, "u": 1}, "US": {"t": 1, "u": 1},
                "f": {"0": 1}, "ds": {"2": 1},
                "13": {"t": 2, "n": 1, "u": 2, "e": 2},
            },
        },
    },
    "meta": {"countries": ["DE", "US"], "f-ranges": ["0"], "d-ranges": ["2"]},
}  # fmt: skip


def test_two_shards_become_one_tree():
    assert merge_documents(two_shards(), unique=UNIQUE_OF_USERS) == MERGED


def test_the_order_in_which_documents_arrive_does_not_matter():
    assert merge_documents(reversed(two_shards()), unique=UNIQUE_OF_USERS) == MERGED


def test_without_documents_there_is_no_tree():
    assert merge_documents([], unique=UNIQUE_OF_USERS) == {}


def test_documents_without_postfix_and_legacy_known_values_count_too():
    documents = [
        {"_id": "A_2025:0", "m": "2025:0", "meta": {"os": ["Android"]}, "d": {"Android": {"u": 3}}},
        {"_id": "A_2025:0_G", "m": "2025:0", "meta_v2": {"os": {"iOS": True}}, "d": {"iOS": {"u": 1, "t": 9}}},
        {"_id": "A_2025:3", "m": "2025:3", "d": {"1": {"Android": {"t": 4, "u": 3}}}},
        {"_id": "A_2025:3_G", "m": "2025:3", "d": {"1": {"iOS": {"t": 1, "n": 1, "u": 1}, "Android": {"t": 1}}}},
    ]

    assert merge_documents(documents, unique=UNIQUE) == {
        "2025": {
            "Android": {"u": 3, "t": 5},
            "iOS": {"u": 1, "t": 1, "n": 1},
            "3": {
                "Android": {"t": 5},
                "iOS": {"t": 1, "n": 1},
                "1": {"Android": {"t": 5, "u": 3}, "iOS": {"t": 1, "n": 1, "u": 1}},
            },
        },
        "meta": {"os": ["Android", "iOS"]},
    }


def test_known_values_come_in_the_order_that_decides_between_equals():
    documents = [
        {"_id": f"A_2025:0_{postfix}", "m": "2025:0", "meta_v2": {"countries": {country: True}}}
        for postfix, country in zip("4DSgjk", ["US", "DE", "DE", "FR", "TR", "US"], strict=True)
    ]

    assert merge_documents(documents, unique=UNIQUE_OF_USERS) == {"meta": {"countries": ["TR", "US", "DE", "FR"]}}


def test_fresh_reads_carry_no_sums():
    documents = [{"_id": "A_2025:3", "m": "2025:3", "d": {"1": {"t": 4, "5": {"t": 4}}}}]

    assert merge_documents(documents, unique=UNIQUE, sum_days=False) == {"2025": {"3": {"1": {"t": 4, "5": {"t": 4}}}}}


def test_broken_values_are_left_out():
    documents = [{"_id": "A_2025:3", "m": "2025:3", "d": {"1": {"t": "4", "n": None, "u": True, "d": 1.5}, "2": 3}}]

    assert merge_documents(documents, unique=UNIQUE) == {"2025": {"d": 1.5, "3": {"d": 1.5, "1": {"d": 1.5}, "2": 3}}}


def test_equal_names_are_one_object_and_nothing_is_shared_with_the_documents():
    """Names come from the database as an object for each time that they stand there."""
    days = {str(day): {"Model 9": {"t": 1, "u": 1}} for day in range(1, 6)}
    stored = [bson.encode({"_id": f"x_2025:3_{postfix}", "m": "2025:3", "d": days}) for postfix in "ab"]
    documents = [bson.decode(document) for document in stored]
    month = merge_documents(documents, unique=UNIQUE)["2025"]["3"]

    names = [name for day in days for name in month[day]]
    assert len({id(name) for name in names}) == 1
    assert month["Model 9"] == {"t": 10}
    documents[0]["d"]["1"]["Model 9"]["t"] = 99
    assert month["1"] == {"Model 9": {"t": 2, "u": 2}}


def test_trees_of_several_events_are_added():
    one = {"2025": {"c": 1, "3": {"c": 1, "4": {"c": 1}}}, "meta": {"plan": ["pro"]}}
    two = {"2025": {"c": 2, "s": 0.5, "3": {"c": 2, "4": {"c": 2}}}, "meta": {"plan": ["free", "pro"]}}

    assert merge_trees([one, two]) == {
        "2025": {"c": 3, "s": 0.5, "3": {"c": 3, "4": {"c": 3}}},
        "meta": {"plan": ["pro", "free"]},
    }


def test_event_names_with_dots_are_joined_again():
    tree = {"2025": {"my": {"event": {"c": 3}, "c": 1}, "3": {"my": {"event": {"c": 3}}, "12": {"a": {"c": 1}}}}}

    assert flatten_event_names(tree) == {
        "2025": {"my:event": {"c": 3}, "my": {"c": 1}, "3": {"my:event": {"c": 3}, "12": {"a": {"c": 1}}}}
    }


counters = st.dictionaries(st.sampled_from(["t", "n", "e", "d"]), st.integers(0, 1000), max_size=4)
month_documents = st.lists(
    st.builds(
        lambda postfix, month, days: {"_id": f"A_2025:{month}_{postfix}", "m": f"2025:{month}", "d": days},
        st.sampled_from("0kZ+/"),
        st.integers(1, 12),
        st.dictionaries(st.integers(1, 28).map(str), counters, max_size=5),
    ),
    max_size=6,
)


@given(month_documents)
def test_days_sum_to_months_and_months_to_the_year(documents):
    year = merge_documents(documents, unique=UNIQUE).get("2025", {})
    months = [year[str(month)] for month in range(1, 13) if str(month) in year]

    for counter in ("t", "n", "e", "d"):
        sent = sum(day.get(counter, 0) for document in documents for day in document["d"].values())
        assert year.get(counter, 0) == sent
        assert sum(month.get(counter, 0) for month in months) == sent
        assert sum(day.get(counter, 0) for month in months for day in month.values() if isinstance(day, dict)) == sent
