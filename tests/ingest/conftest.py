from collections.abc import Callable
from typing import Any

import pytest

from apps.applications.info import ApplicationInfo, from_document
from apps.applications.lifecycle import create_application
from apps.applications.lookup import forget_all
from apps.core import mongo
from apps.plugin_api import configuration

MakeApplication = Callable[..., ApplicationInfo]


@pytest.fixture
def make_application(transactional_db: None) -> MakeApplication:
    """`make(salt="pepper", paused=True)`: an application with these fields in its document."""

    def make(**fields: Any) -> ApplicationInfo:
        created = create_application("Test")
        if fields:
            mongo.collection("apps").update_one({"_id": created.pk}, {"$set": fields})
            forget_all()
        return from_document(mongo.collection("apps").find_one({"_id": created.pk}))

    return make


@pytest.fixture
def application(make_application: MakeApplication) -> ApplicationInfo:
    return make_application()


@pytest.fixture
def api_settings(transactional_db: None) -> Callable[..., None]:
    """`write(trim_trailing_ending_spaces=True)`: stored settings of the namespace `api`."""
    return lambda **values: configuration.write("api", values)
