"""The list of users and the page of one."""

import json

import pytest
from django.test import Client

from apps.accounts import permissions
from apps.core import mongo
from tests.accounts.conftest import person
from tests.profiles.conftest import AT_S, core_rows, everything_of, profiles

pytestmark = pytest.mark.django_db


def browser(member):
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def keeper(shop):
    return browser(person("keeper2", permission=permissions.with_applications(None, {str(shop.pk)}, set())))


@pytest.fixture
def looker(shop):
    return browser(person("looker", permission=permissions.with_applications(None, set(), {str(shop.pk)})))


@pytest.fixture
def stranger(other):
    return browser(person("stranger", permission=permissions.with_applications(None, {str(other.pk)}, set())))


def page_of(application, uid=""):
    return f"/applications/{application.pk}/users/profiles" + (f"/{uid}" if uid else "")


def test_readers_find_users_and_administrators_export_and_delete_them(counted, other, keeper, looker, stranger):
    uid = profiles(counted)["d1"]["uid"]
    mongo.collection(f"app_users{counted.pk}").update_one({"uid": uid}, {"$set": {"custom": {"plan": ["a", "<b>"]}}})
    found = looker.get(page_of(counted), {"q": "n D1"}).text
    assert ("N d1" in found, "N d2" in found) == (True, False)
    page = looker.get(page_of(counted, uid)).text
    assert ("N d1" in page, "iOS" in page, 'value="delete"' in page) == (True, True, False)
    assert "a, &lt;b&gt;" in page
    export = f"{page_of(counted, uid)}/export"
    before = everything_of(counted)
    for action in ("export", "delete"):
        assert looker.post(page_of(counted, uid), {"action": action}).status_code == 403
        assert stranger.post(page_of(counted, uid), {"action": action}).status_code == 404
    assert [client.get(export).status_code for client in (keeper, stranger)] == [404, 404]
    assert everything_of(counted) == before

    assert keeper.post(page_of(counted, uid), {"action": "export"}).status_code == 302
    rows = json.loads(b"".join(looker.get(export).streaming_content))
    assert [row["did"] for row in core_rows(rows) if "did" in row] == ["d1"]
    assert stranger.get(export).status_code == 404
    neighbour = everything_of(other)
    assert keeper.post(page_of(counted, uid), {"action": "delete"}).url == page_of(counted)
    assert set(profiles(counted)) == {"d2", "d3"}
    assert everything_of(other) == neighbour


def test_the_timeline_has_what_its_reader_may_read(counted, keeper):
    rights = {**permissions.empty(), "r": {str(counted.pk): {"all": False, "allowed": {"core": True}}}}
    of_core = browser(person("core", permission=rights))
    uid = profiles(counted)["d1"]["uid"]
    rating = {"uid": uid, "ts": AT_S, "rating": 2, "comment": "so lala"}
    mongo.collection(f"feedback{counted.pk}").insert_one(rating)

    page = page_of(counted, uid)
    assert ("so lala" in keeper.get(page).text, "so lala" in of_core.get(page).text) == (True, False)


def test_users_that_are_not_there(counted, keeper, stranger):
    assert keeper.get(page_of(counted, "nobody")).status_code == 404
    assert keeper.get(page_of(counted)).status_code == 200
    assert stranger.get(page_of(counted)).status_code == 404
    assert Client().get(page_of(counted)).status_code == 302
