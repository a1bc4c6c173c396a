"""MongoDB for the hot paths. One client per process, shared with Django's ORM (the backend pools it per process)."""

from typing import Any

from django.db import connection
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.write_concern import WriteConcern

Document = dict[str, Any]

#: An acknowledged write is on a majority of the nodes and in the journal: it survives a crash of the server.
DURABLE = WriteConcern(w="majority", j=True)


def client() -> "MongoClient[Document]":
    connection.ensure_connection()
    found: MongoClient[Document] = connection.connection
    return found


def database() -> "Database[Document]":
    """The database `countly`: everything but what SDKs may read and files."""
    return client().get_database(connection.settings_dict["NAME"], write_concern=DURABLE)


def collection(name: str) -> "Collection[Document]":
    return database()[name]
