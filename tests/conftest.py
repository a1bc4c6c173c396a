from typing import Any

import django.test.testcases
import pytest
from django.core import management

from apps.applications import lookup
from apps.core import mongo, redis_client, schema
from apps.pipeline import known_values
from apps.plugin_api import configuration
from tests.stack import own_stack, stack  # noqa: F401  fixtures


def _call_command(name: str, *args: Any, **options: Any) -> Any:
    """Django empties the test database by its command `flush`. Ours of that name drains streams: empty it ourselves."""
    if name != "flush":
        return management.call_command(name, *args, **options)
    database = mongo.database()
    for collection in database.list_collection_names():
        if collection != "django_migrations":
            database[collection].delete_many({})
    return None


django.test.testcases.call_command = _call_command


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    redis_client.client().flushdb()
    known_values.forget_all()
    lookup.forget_all()
    configuration.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database gets the collections and indexes of a real start."""
    with django_db_blocker.unblock():
        schema.ensure_global()
