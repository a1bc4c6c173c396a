import asyncio

import pytest
from django.test import Client

from apps.accounts import permissions
from apps.pipeline import refusals
from plugins.logger import settings
from tests.accounts.conftest import person
from tests.traffic import Traffic


@pytest.fixture(autouse=True)
def _fresh_minute():
    settings.BUDGET.begin_anew()


def test_requests_are_shown_to_who_may_read_them(traffic: Traffic) -> None:
    traffic.count("phone-1", begin_session=1)
    asyncio.run(refusals.note(traffic.record("phone-2"), "App is currently not accepting data"))
    refusals.tell_pending()
    path = f"/applications/{traffic.application.id}/incoming"
    core = {**permissions.empty(), "r": {traffic.application.id: {"all": False, "allowed": {"core": True}}}}
    client = Client()

    client.force_login(traffic.owner)
    page = client.get(path).content.decode()
    assert "phone-1" in page
    assert "Not counted: App is currently not accepting data" in page
    sessions = client.get(path, {"type": "session"}).content.decode()
    assert "phone-1" in sessions
    assert "phone-2" not in sessions
    refused = client.get(path, {"refused": "1"}).content.decode()
    assert "phone-2" in refused
    assert "phone-1" not in refused
    client.force_login(person("other", permission=core))
    assert client.get(path).status_code == 403
    client.force_login(person("outsider", permission=permissions.empty()))
    assert client.get(path).status_code == 404
