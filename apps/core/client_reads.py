"""Reads of what clients ask for: given up when they take too long, and told what the database has against them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pymongo
from pymongo.errors import ExecutionTimeout, NetworkTimeout, OperationFailure

from apps.core.client_queries import InvalidQuery

#: A read for which somebody waits.
MAX_TIME_MS = 30_000


class TooSlow(InvalidQuery):
    """It took longer than it may."""


@contextmanager
def told() -> Iterator[None]:
    """Around reads of a filter or pipeline from outside, which the database may refuse for reasons of its own: a
    pattern that its engine does not know, a number that it cannot take there. Raises InvalidQuery, and TooSlow."""
    try:
        yield
    except (ExecutionTimeout, NetworkTimeout) as error:
        raise TooSlow("It takes too long") from error
    except OperationFailure as error:
        if error.has_error_label("TransientTransactionError"):
            raise  # says nothing of the question: the transaction is repeated
        raise InvalidQuery(str((error.details or {}).get("errmsg") or error)) from error


@contextmanager
def bounded(most_ms: float = MAX_TIME_MS) -> Iterator[None]:
    """As `told`, for reads that may take so long together. No cursor may leave it."""
    with told(), pymongo.timeout(most_ms / 1000):
        yield
