import json
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import client_pipelines
from apps.core.client_queries import InvalidQuery

ID = "a" * 24


@pytest.mark.parametrize(
    "pipeline",
    [
        [],
        [{"$match": {"a": {"$gt": 1}}}, {"$group": {"_id": "$a", "n": {"$sum": 1}}}, {"$sort": {"n": -1}}],
        [{"$project": {"a": 1, "b": {"$cond": [{"$gte": ["$a", 2]}, "x", "$$ROOT.c"]}}}, {"$limit": 5}],
        [{"$unwind": "$a"}, {"$sortByCount": "$a"}, {"$count": "n"}],
        [{"$unwind": {"path": "$a", "preserveNullAndEmptyArrays": True}}],
        [{"$facet": {"one": [{"$match": {"a": 1}}], "two": [{"$count": "n"}]}}],
        [{"$bucket": {"groupBy": "$a", "boundaries": [0, 10], "default": "x", "output": {"n": {"$sum": 1}}}}],
        [{"$unset": ["a", "b.c"]}],
    ],
)
def test_pipelines_that_only_compute_stay_as_they_are(pipeline):
    assert client_pipelines.read(json.dumps(pipeline)) == (pipeline, {})


def test_stages_that_reach_elsewhere_are_left_out_at_any_depth():
    pipeline = [
        {"$lookup": {"from": "members", "as": "m", "pipeline": []}},
        {"$match": {"a": 1}},
        {"$facet": {"x": [{"$unionWith": "members"}, {"$limit": 1}, {"$facet": {"y": [{"$out": "z"}]}}]}},
        {"$merge": "apps"},
    ]

    found, removed = client_pipelines.read(pipeline)

    assert found == [{"$match": {"a": 1}}, {"$facet": {"x": [{"$limit": 1}, {"$facet": {"y": []}}]}}]
    assert removed == dict.fromkeys(["$lookup", "$unionWith", "$out", "$merge"], True)


def test_documents_of_collections_that_the_caller_names_may_be_taken() -> None:
    plain = {"from": "names", "localField": "_id", "foreignField": "_id", "as": "name"}

    def read(**changed: Any) -> Any:
        return client_pipelines.read([{"$lookup": {**plain, **changed}}], may_join=lambda name: name == "names")

    assert read() == ([{"$lookup": plain}], {})
    assert read(**{"from": "members"}) == ([], {"$lookup": True})
    for wrong in ({"pipeline": []}, {"as": "$x"}, {"localField": {"$gt": 1}}):
        with pytest.raises(InvalidQuery):
            read(**wrong)


@pytest.mark.parametrize(
    "pipeline",
    [
        {"$match": {}},
        "x",
        "{broken",
        [1],
        [{}],
        [{"$match": {}, "$limit": 1}],
        [{"$match": {"$where": "1"}}],
        [{"$match": {"$expr": {"$function": {}}}}],
        [{"$project": {"a": {"$function": {"body": "x"}}}}],
        [{"$group": {"_id": None, "a": {"$accumulator": {"init": "x"}}}}],
        [{"$set": {"a": {"$setField": {}}}}],
        [{"$addFields": {"a": {"b": {"$where": 1}}}}],
        [{"$limit": "x"}],
        [{"$limit": -1}],
        [{"$sort": {"a": 5}}],
        [{"$count": "$a"}],
        [{"$limit": 1}] * 51,
        [{"$facet": {"x": {}}}],
    ],
)
def test_what_is_refused(pipeline):
    with pytest.raises(InvalidQuery):
        client_pipelines.read(pipeline)


def test_depth_and_length_are_bounded():
    nested = 1
    for _ in range(30):
        nested = {"$add": [nested, 1]}
    for pipeline in ([{"$set": {"a": nested}}], [{"$set": {"a": list(range(6_000))}}]):
        with pytest.raises(InvalidQuery):
            client_pipelines.read(pipeline)


def test_ids_are_read():
    found, _ = client_pipelines.read([{"$project": {"a": {"$eq": ["$_id", {"$oid": ID}]}}}])

    assert found == [{"$project": {"a": {"$eq": ["$_id", ObjectId(ID)]}}}]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["$match", "$facet", "$function", "$where", "$out", "$group", "_id", "a", "$sum", "$lookup", "$expr"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["$match", "$facet", "$project", "$out"]), json_values, min_size=1)))
def test_whatever_is_sent_nothing_dangerous_passes(sent):
    try:
        pipeline, _ = client_pipelines.read(sent)
    except InvalidQuery:
        return
    assert not any(f"'{name}'" in str(pipeline) for name in ("$function", "$where", "$out", "$lookup", "$expr"))
