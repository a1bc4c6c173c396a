"""An application with events that were counted, its neighbour with the same ones, and who may do what."""

import asyncio
import json

import pytest

from apps.accounts import permissions
from apps.aggregation.records import Record
from apps.core import clock
from apps.pipeline import stream
from apps.pipeline.flush import flush_all
from tests.accounts.calls import Caller
from tests.accounts.conftest import person
from tests.applications.conftest import admin, other, outsider, owner, shop  # noqa: F401  fixtures

AT_MS = 1_741_775_400_000  # 12 March 2025, 10:30 UTC


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(AT_MS):
        yield


def send(application, *events):
    """Counted when it returns."""
    query = (
        f"app_key={application.key}&device_id=d1&timestamp={AT_MS + send.number}&events={json.dumps(events)}".encode()
    )
    send.number += 1
    record = Record(str(application.pk), application.key, "d1", AT_MS, "127.0.0.1", query)
    asyncio.run(stream.accept_many([record]))
    flush_all()


send.number = 0


@pytest.fixture
def counted(shop, other):  # noqa: F811  the fixtures
    for application in (shop, other):
        send(
            application,
            {"key": "Buy", "count": 2, "sum": 3, "segmentation": {"plan": "pro", "ver.1": "x"}},
            {"key": "Buy.now", "segmentation": {"plan": "free"}},
        )
    return shop


def with_events(client, application, name, letters, feature="events"):
    rights = permissions.empty()
    for letter in letters:
        rights[letter] = {str(application.pk): {"all": False, "allowed": {feature: True}}}
    return Caller(client, person(name, permission=rights))


@pytest.fixture
def editor(client, shop):  # noqa: F811  the fixture
    return with_events(client, shop, "editor", "rud")


@pytest.fixture
def reader(client, shop):  # noqa: F811  the fixture
    return with_events(client, shop, "reader", "r")
