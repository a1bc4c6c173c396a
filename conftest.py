"""Fixtures of all tests, those of plugins included."""

import re
from collections.abc import Iterator
from typing import Any

import django.test.testcases
import pytest
from argon2 import PasswordHasher
from django.conf import settings
from django.core import management
from django.test import override_settings
from django.utils import translation
from pymongo import monitoring
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from apps.accounts import passwords
from apps.analytics import merged_months
from apps.applications import lookup
from apps.core import mongo, redis_client, schema
from apps.ingest import copies
from apps.pipeline import stored_sketches, stored_values
from apps.plugin_api import configuration
from apps.system import translations
from tests.smtp import Mailbox, smtp_server
from tests.stack import mortal_stack, own_stack, stack  # noqa: F401  fixtures
from tests.targets import target  # noqa: F401  a fixture
from tests.traffic import APPLICATION_ID, traffic, web_traffic  # noqa: F401  fixtures

OF_AN_APPLICATION = re.compile("[0-9a-f]{24}$")


class Written(CommandListener):
    """What was written to since it was last forgotten: to empty all collections takes half of the time of all tests."""

    COMMANDS = ("insert", "update", "delete", "findAndModify", "create", "createIndexes")

    def __init__(self) -> None:
        self.collections: set[tuple[str, str]] = set()  # with the names of their databases

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in self.COMMANDS:
            self.collections.add((event.database_name, event.command[event.command_name]))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


written = Written()
monitoring.register(written)


def _call_command(name: str, *args: Any, **options: Any) -> Any:
    """Django empties the test database by its command `flush`. Ours of that name drains streams: empty it ourselves."""
    if name != "flush":
        return management.call_command(name, *args, **options)
    database = mongo.database()
    names = [collection for of, collection in written.collections if of == database.name]
    for collection in names:
        if OF_AN_APPLICATION.search(collection) and not collection.endswith(str(APPLICATION_ID)):
            database.drop_collection(collection)  # else every test leaves some for the next ones to empty
        elif collection != "django_migrations":
            database[collection].delete_many({})
    written.collections.clear()
    return None


django.test.testcases.call_command = _call_command


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first, so that at the end no process waits for another (see `make test`)."""
    items.sort(key=lambda item: item.get_closest_marker("stack") is None)


translations.compile_outdated()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    redis_client.client().flushdb()
    stored_values.forget_all()
    stored_sketches.forget_all()
    lookup.forget_all()
    copies.forget()
    configuration.forget()
    merged_months.forget_all()
    translation.deactivate()  # a page that a test asked for left its language behind


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with smtp_server() as box:
        yield box


@pytest.fixture(autouse=True, scope="session")
def _cheap_password_hashes() -> None:
    """At full cost the members that tests create would take most of their time."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True, scope="session")
def _static_files_as_they_are() -> Iterator[None]:
    """Their names carry a hash only where `collectstatic` has run."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database gets the collections and indexes of a real start."""
    with django_db_blocker.unblock():
        schema.ensure_global()
