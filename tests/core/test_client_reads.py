"""What the database has against a question, and questions that take too long."""

import pytest
from pymongo.errors import OperationFailure

from apps.core import client_reads, mongo
from apps.core.client_queries import InvalidQuery


def test_what_the_database_refuses_is_told(db):
    with pytest.raises(InvalidQuery, match="Invalid numerical type code: 0"), client_reads.bounded():
        mongo.collection("members").find_one({"a": {"$type": 0}})


def test_what_takes_too_long_is_given_up(db):
    with pytest.raises(client_reads.TooSlow), client_reads.bounded(0.0001):
        mongo.collection("members").find_one({})


def test_a_transaction_that_is_repeated_hears_of_its_conflicts():
    conflict = OperationFailure("WriteConflict", 112, {"errorLabels": ["TransientTransactionError"]})
    with pytest.raises(OperationFailure), client_reads.told():
        raise conflict
