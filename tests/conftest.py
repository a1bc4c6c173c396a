from typing import Any

import django.test.testcases
import pytest
from django.core import management

from apps.core import mongo, redis_client
from apps.pipeline import known_values
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
