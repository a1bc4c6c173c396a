"""Collections that nobody can foresee are made between two attempts of a transaction, never inside one."""

import uuid
from collections.abc import Iterator

import pytest
from pymongo import ASCENDING, IndexModel

from apps.core import mongo, schema


@pytest.fixture
def name(db: None) -> Iterator[str]:
    made = f"on_request_{uuid.uuid4().hex}"
    yield made
    schema.drop([made])


def test_a_collection_is_missed_once(name: str) -> None:
    wanted = {name: [IndexModel([("a", ASCENDING)])]}
    with pytest.raises(schema.CollectionsMissing) as missing:
        schema.require(wanted)
    assert name not in mongo.database().list_collection_names()

    schema.make(missing.value)
    schema.require(wanted)
    assert [list(index["key"]) for index in mongo.collection(name).list_indexes()] == [["_id"], ["a"]]

    schema.drop([name])
    with pytest.raises(schema.CollectionsMissing):
        schema.require(wanted)


def test_what_exists_already_is_only_seen_to(name: str) -> None:
    mongo.database().create_collection(name)
    mongo.collection(name).insert_one({"_id": 1})
    schema.make(schema.CollectionsMissing({name: []}))
    schema.require({name: []})
    assert mongo.collection(name).count_documents({}) == 1
