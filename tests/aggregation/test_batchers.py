from collections.abc import Collection
from typing import Any

import pytest
from pymongo import DeleteOne, InsertOne, UpdateOne

from apps.aggregation.batchers import InsertBatcher, ReadBatcher, WriteBatcher
from apps.core import mongo


def test_a_document_that_is_removed_is_not_written() -> None:
    batcher, other = WriteBatcher(), WriteBatcher()

    batcher.update("users", "a", {"$set": {"x": 1}})
    batcher.update("users", "b", {"$set": {"x": 1}})
    other.remove("users", "a")
    batcher.merge(other)
    batcher.update("users", "a", {"$set": {"x": 2}})

    updated = UpdateOne({"_id": "b"}, {"$set": {"x": 1}}, upsert=True)
    assert batcher.operations() == {"users": [DeleteOne({"_id": "a"}), updated]}


def test_updates_of_one_document_become_one() -> None:
    batcher = WriteBatcher()

    batcher.update("users", "a", {"$inc": {"d.1.t": 1, "d.1.n": 2}, "$set": {"m": "2025:3", "x": 1}})
    batcher.update("users", "a", {"$inc": {"d.1.t": 3}, "$set": {"x": 2}})
    batcher.update("users", "a", {"$min": {"fs": 5}, "$max": {"ls": 5}, "$setOnInsert": {"seed": 1}})
    batcher.update("users", "a", {"$min": {"fs": 3}, "$max": {"ls": 3}, "$setOnInsert": {"seed": 2}})
    batcher.update("users", "a", {"$addToSet": {"list": "x"}, "$push": {"log": "x"}})
    batcher.update("users", "a", {"$addToSet": {"list": {"$each": ["y", "x"]}}, "$push": {"log": "x"}})
    batcher.update("users", "b", {"$unset": {"old": ""}})

    assert batcher.operations() == {
        "users": [
            UpdateOne(
                {"_id": "a"},
                {
                    "$inc": {"d.1.t": 4, "d.1.n": 2},
                    "$set": {"m": "2025:3", "x": 2},
                    "$min": {"fs": 3},
                    "$max": {"ls": 5},
                    "$setOnInsert": {"seed": 1},
                    "$addToSet": {"list": {"$each": ["x", "y"]}},
                    "$push": {"log": {"$each": ["x", "x"]}},
                },
                upsert=True,
            ),
            UpdateOne({"_id": "b"}, {"$unset": {"old": ""}}, upsert=True),
        ]
    }


def test_new_documents_are_inserted_when_whole_fields_are_set() -> None:
    batcher, other = WriteBatcher(), WriteBatcher()
    for document_id, operators in {
        "whole": {"$set": {"a": 1, "b": {"c": 2}}},
        "path": {"$set": {"a": 1, "b.c": 2}},
        "counted": {"$set": {"a": 1}, "$inc": {"n": 1}},
    }.items():
        batcher.note_new("users", document_id)
        batcher.update("users", document_id, operators)
    batcher.update("users", "known", {"$set": {"a": 1}})
    other.note_new("users", "merged")
    other.update("users", "merged", {"$set": {"a": 1}})

    batcher.merge(other)

    assert batcher.operations() == {
        "users": [
            InsertOne({"_id": "whole", "a": 1, "b": {"c": 2}}),
            UpdateOne({"_id": "path"}, {"$set": {"a": 1, "b.c": 2}}, upsert=True),
            UpdateOne({"_id": "counted"}, {"$set": {"a": 1}, "$inc": {"n": 1}}, upsert=True),
            UpdateOne({"_id": "known"}, {"$set": {"a": 1}}, upsert=True),
            InsertOne({"_id": "merged", "a": 1}),
        ]
    }


def test_operators_in_hand_stay_as_they_are() -> None:
    mine = {"$inc": {"t": 1}}
    batcher = WriteBatcher()

    batcher.update("users", "a", mine)
    batcher.update("users", "a", {"$inc": {"t": 1}})

    assert mine == {"$inc": {"t": 1}}


def test_merging_is_as_if_every_update_had_been_made_here() -> None:
    updates: list[tuple[str, str, dict[str, dict[str, Any]]]] = [
        ("users", "a", {"$inc": {"t": 1}, "$set": {"x": 1}}),
        ("users", "b", {"$inc": {"t": 1}}),
        ("cities", "a", {"$addToSet": {"list": "x"}}),
        ("users", "a", {"$inc": {"t": 5}, "$set": {"x": 2}}),
        ("cities", "a", {"$addToSet": {"list": "y"}}),
    ]
    whole, first, second = WriteBatcher(), WriteBatcher(), WriteBatcher()
    for number, (collection, document_id, operators) in enumerate(updates):
        whole.update(collection, document_id, operators)
        (first if number < 3 else second).update(collection, document_id, operators)

    first.merge(second)

    assert first.operations() == whole.operations()


@pytest.mark.django_db
def test_written_documents_are_made_or_changed() -> None:
    mongo.collection("users").insert_one({"_id": "a", "t": 1})
    batcher = WriteBatcher()
    batcher.update("users", "a", {"$inc": {"t": 1}})
    batcher.update("users", "b", {"$inc": {"t": 1}})
    batcher.update("users", "nothing", {})

    with mongo.client().start_session() as session:
        assert batcher.write(mongo.database(), session) == 2

    assert list(mongo.collection("users").find().sort("_id")) == [{"_id": "a", "t": 2}, {"_id": "b", "t": 1}]


@pytest.mark.django_db
def test_inserts_can_be_written_again_after_a_rollback() -> None:
    batcher = InsertBatcher()
    batcher.insert("metric_changesx", {"uid": "1"})
    batcher.insert("metric_changesx", {"uid": "2"})
    mongo.database().create_collection("metric_changesx")

    with mongo.client().start_session() as session:
        session.start_transaction()
        assert batcher.write(mongo.database(), session) == 2
        session.abort_transaction()
        assert mongo.collection("metric_changesx").count_documents({}) == 0
        assert batcher.write(mongo.database(), session) == 2

    assert batcher.documents() == {"metric_changesx": [{"uid": "1"}, {"uid": "2"}]}
    stored = mongo.collection("metric_changesx").find({}, {"_id": 0}).sort("uid")
    assert list(stored) == [{"uid": "1"}, {"uid": "2"}]


class Source:
    """Counts what it is asked for; holds all keys but `missing`."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.now = 0.0
        self.batcher = ReadBatcher(self.load, refresh_seconds=60, drop_seconds=600, clock=lambda: self.now)

    def load(self, keys: Collection[str]) -> dict[str, str]:
        self.asked.append(sorted(keys))
        return {key: f"{key} at {self.now:.0f}" for key in keys if key != "missing"}


def test_keys_are_loaded_together_and_remembered() -> None:
    source = Source()

    assert source.batcher.get_many(["a", "b"]) == {"a": "a at 0", "b": "b at 0"}
    assert source.batcher.get_many(["a", "b", "c"]) == {"a": "a at 0", "b": "b at 0", "c": "c at 0"}
    assert source.batcher.get("a") == "a at 0"

    assert source.asked == [["a", "b"], ["c"]]


def test_old_answers_are_read_again() -> None:
    source = Source()
    source.batcher.get("a")

    source.now = 59
    assert source.batcher.get("a") == "a at 0"
    source.now = 60
    assert source.batcher.get("a") == "a at 60"


def test_missing_keys_are_asked_for_again() -> None:
    source = Source()

    assert source.batcher.get("missing") is None
    assert source.batcher.get("missing") is None

    assert source.asked == [["missing"], ["missing"]]


def test_remembered_and_forgotten_keys() -> None:
    source = Source()
    source.batcher.remember("a", "told")

    assert source.batcher.get("a") == "told"
    source.batcher.forget("a")
    assert source.batcher.get("a") == "a at 0"


def test_unused_keys_do_not_stay_in_memory() -> None:
    source = Source()
    source.batcher.get_many(["a", "b"])

    source.now = 599
    source.batcher.remember("b", "fresh")
    source.now = 601
    source.batcher.get("c")

    assert sorted(source.batcher._entries) == ["b", "c"]
