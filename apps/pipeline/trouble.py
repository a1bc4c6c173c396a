"""Which errors say something about the requests at hand, and which only of the stores."""

import redis
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DocumentTooLarge,
    OperationFailure,
    PyMongoError,
    WriteError,
)

from apps.pipeline import pause

#: BSONObjectTooLarge (two codes), ExceededMemoryLimit, TransactionTooLarge: fewer requests at once may do.
CODES_OF_TOO_MUCH = {10334, 17419, 146, 257}


def is_passing(error: Exception) -> bool:
    """Trouble that says nothing about the requests: later they may be counted."""
    if isinstance(error, pause.Paused | ConnectionFailure | redis.RedisError):
        return True
    if not isinstance(error, PyMongoError):
        return False
    if error.has_error_label("TransientTransactionError") or error.has_error_label("UnknownTransactionCommitResult"):
        return True
    if isinstance(error, OperationFailure) and error.code in CODES_OF_TOO_MUCH:
        return False
    # What the database says of its own state (interrupted, not authorised, no space) must not condemn a request.
    return not isinstance(error, BulkWriteError | WriteError | DocumentTooLarge)
