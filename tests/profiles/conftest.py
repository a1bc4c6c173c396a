"""Two applications with the same users, and who may do what."""

import asyncio

import pytest

from apps.accounts import permissions
from apps.aggregation.records import Record
from apps.core import clock, mongo
from apps.pipeline import stream
from apps.pipeline.flush import flush_all
from tests.accounts.calls import Caller
from tests.accounts.conftest import person
from tests.applications.conftest import admin, other, outsider, owner, shop, shop_admin  # noqa: F401  fixtures

AT_MS = 1_741_775_400_000  # 12 March 2025, 10:30 UTC
AT_S = AT_MS // 1000


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(AT_MS):
        yield


def accept(application, device_id, at_s=AT_S, more="begin_session=1"):
    """Waits in the stream when it returns."""
    query = f"app_key={application.key}&device_id={device_id}&timestamp={at_s}&{more}"
    record = Record(str(application.pk), application.key, device_id, AT_MS, "127.0.0.1", query.encode())
    asyncio.run(stream.accept_many([record]))


@pytest.fixture
def counted(shop, other):  # noqa: F811  the fixtures
    for application in (shop, other):
        for device_id in ("d1", "d2", "d3"):
            accept(application, device_id, AT_S - 100, f'begin_session=1&user_details={{"name":"N {device_id}"}}')
        accept(application, "d1", more='begin_session=1&metrics={"_os":"iOS","_app_version":"2.0"}')
    flush_all()
    return shop


@pytest.fixture
def stored(shop):  # noqa: F811  the fixture
    """As `counted`, where only the profiles matter."""
    collection = mongo.collection(f"app_users{shop.pk}")
    collection.insert_many(
        [
            {"_id": f"id{n}", "uid": str(n), "did": f"d{n}", "name": f"N d{n}", "sc": 2 if n == 1 else 1, "lac": AT_S}
            for n in (1, 2, 3)
        ]
    )
    return shop


@pytest.fixture
def reader(client, shop):  # noqa: F811  the fixture
    rights = {**permissions.empty(), "r": {str(shop.pk): {"all": False, "allowed": {"core": True}}}}
    return Caller(client, person("reader", permission=rights))


def profiles(application):
    """By device id, without what every request leaves."""
    return {profile["did"]: profile for profile in mongo.collection(f"app_users{application.pk}").find({})}


def everything_of(application):
    """All that is stored of the users of the application."""
    names = ("app_users", "metric_changes", "app_user_aliases")
    return {name: sorted(mongo.collection(f"{name}{application.pk}").find({}), key=repr) for name in names}


def core_rows(rows):
    """Of an export, without what plugins store of users."""
    return [row for row in rows if row["_col"].startswith(("app_users", "metric_changes"))]
