import asyncio

import pytest
from django.test import Client

from apps.accounts import permissions
from apps.core import mongo
from apps.pipeline import refusals
from plugins.logger import documents, settings
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


def test_problems_are_told_in_the_language_of_the_reader(traffic: Traffic) -> None:
    traffic.count("phone-1", begin_session=1, events="{broken", crash='{"_os": "x", "_app_version": "1"}')
    from_elsewhere = {"$push": {"p": "Another {name} problem"}}
    mongo.collection(documents.collection_name(traffic.application.id)).update_one({}, from_elsewhere)
    path = f"/applications/{traffic.application.id}/incoming"
    client = Client()
    client.force_login(traffic.owner)

    english = client.get(path).content.decode()
    german = client.get(path, headers={"accept-language": "de"}).content.decode()

    for text in ("Could not parse events", "Crash missing _error property", "Another {name} problem"):
        assert text in english
    for text in ("events ist nicht lesbar", "Dem Absturz fehlt die Eigenschaft _error", "Another {name} problem"):
        assert text in german
    assert "Could not parse" not in german
