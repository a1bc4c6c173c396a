"""MongoDB for the hot paths. One client per process, shared with Django's ORM (the backend pools it per process)."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

Document = dict[str, Any]
Result = TypeVar("Result")

#: An acknowledged write is on a majority of the nodes and in the journal: it survives a crash of the server.
DURABLE = WriteConcern(w="majority", j=True)


def client() -> "MongoClient[Document]":
    connection.ensure_connection()
    found: MongoClient[Document] = connection.connection
    return found


def database() -> "Database[Document]":
    """The database `countly`: everything but what SDKs may read and files."""
    return client().get_database(connection.settings_dict["NAME"], write_concern=DURABLE)


def files_database() -> "Database[Document]":
    """The database `countly_fs`: files in GridFS buckets, so that every process on every machine sees them."""
    return client().get_database(settings.MONGODB_DATABASE_FS, write_concern=DURABLE)


def collection(name: str) -> "Collection[Document]":
    return database()[name]


def in_transaction(work: Callable[[ClientSession], Result]) -> Result:
    """All that `work` does with the session happens, or nothing. It runs again when somebody else, such as a flush,
    wrote one of its documents in the meantime; what it reads is one state of the database."""
    with client().start_session() as session:
        return session.with_transaction(
            work,
            read_concern=ReadConcern("snapshot"),
            write_concern=DURABLE,
            read_preference=ReadPreference.PRIMARY,
        )
