"""Switching plugins and changing settings by the API."""

import json

import pytest

from apps.core import mongo
from apps.plugin_api import audit, configuration, loader, states
from apps.plugin_api.loader import Problem
from tests.accounts.calls import NO_RIGHT, Caller
from tests.accounts.conftest import application, member, outsider, owner  # noqa: F401  fixtures
from tests.dummy_plugin.fixture import dummy  # noqa: F401  fixture

pytestmark = pytest.mark.usefixtures("dummy")

DESCRIBED = {
    "enabled": True,
    "code": "dummy",
    "title": "Dummy",
    "name": "dummy",
    "description": "Uses every hook.",
    "version": "1.2.3",
    "author": "Nobody",
    "homepage": "https://example.com/dummy",
    "cly_dependencies": {},
}
NOT_UPDATED = (400, {"result": "Error updating configs"})


@pytest.fixture
def admin(client, owner):  # noqa: F811
    return Caller(client, owner)


@pytest.fixture
def recorded():
    heard = []

    def hear(action, data, address, member, **_):  # noqa: F811
        heard.append((action, data, member.username))

    audit.action_recorded.connect(hear)
    yield heard
    audit.action_recorded.disconnect(hear)


def own(answer):
    return next(each for each in answer[1] if each["code"] == "dummy")


def test_plugins_are_listed_with_those_that_cannot_be_used(admin, monkeypatch):
    monkeypatch.setattr(loader, "_problems", [Problem("tests.broken", "broken", "It needs the setting X.")])
    answer = admin.get("/o/plugins")
    assert own(answer) == DESCRIBED
    broken = next(each for each in answer[1] if each["code"] == "broken")
    named = {"code": "broken", "title": "broken", "name": "tests.broken"}
    assert broken == {"enabled": False, **named, "problem": "It needs the setting X."}


def test_a_plugin_is_switched_and_the_log_knows(admin, recorded):
    assert admin.post("/i/plugins", plugin=json.dumps({"dummy": False})) == (200, {"result": "started"})
    assert admin.get("/o/plugins-check") == (200, {"result": "completed"})
    assert own(admin.get("/o/plugins")) == {**DESCRIBED, "enabled": False}
    assert "dummy" not in admin.get("/o/system/plugins")[1]
    assert mongo.collection("plugins").find_one({"_id": "plugins"})["plugins"] == {"dummy": False}
    assert recorded == [("change_plugins", {"before": {"dummy": True}, "update": {"dummy": False}}, "owner")]

    admin.post("/i/plugins", plugin=json.dumps({"dummy": True}))
    assert own(admin.get("/o/plugins")) == DESCRIBED
    assert "dummy" in admin.get("/o/system/plugins")[1]


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({}, (200, "Not enough parameters")),
        ({"plugin": "{broken"}, (200, "Not enough parameters")),
        ({"plugin": '{"dummy": "yes"}'}, (400, {"result": 'Invalid parameter "plugin"'})),
        ({"plugin": '{"dummy": false, "nobody": true}'}, (400, {"result": "Unknown plugin: nobody"})),
    ],
)
def test_what_cannot_be_switched_switches_nothing(admin, recorded, sent, answer):
    assert admin.get("/i/plugins", **sent) == answer
    assert (states.is_on("dummy"), recorded) == (True, [])


def test_only_those_who_may_see_and_change(client, application, member, outsider):  # noqa: F811
    for path in ("/o/plugins", "/o/system/plugins", "/i/plugins", "/o/plugins-check", "/i/configs", "/i/userconfigs"):
        assert Caller(client, member).post(path, app_id=application.id) == NO_RIGHT, path
        assert Caller(client).get(path)[0] == 400
    assert Caller(client, member).get("/o/configs", app_id=application.id) == NO_RIGHT
    assert Caller(client, outsider).get("/o/userconfigs") == (200, {"dummy_own": {"colour": "red"}})


def test_settings_are_shown_without_those_of_plugins_that_are_off(admin, application):  # noqa: F811
    shown = admin.get("/o/configs", app_id=application.id)[1]
    assert shown["dummy"] == {"limit": 10, "is_loud": False, "secret": ""}
    assert shown["dummy_own"] == {"colour": "red", "_user": {"colour": True}}
    assert "plugins" not in shown
    states.switch("dummy", False)
    shown = admin.get("/o/configs", app_id=application.id)[1]
    assert not {"dummy", "dummy_own", "plugins"} & shown.keys()
    assert {"api", "apps", "security"} <= shown.keys()
    assert admin.get("/o/configs") == (400, {"result": "No app id provided"})


def test_settings_are_changed_typed_and_logged_without_secrets(admin, recorded):
    sent = {"dummy": {"limit": "25", "is_loud": "true", "secret": "s3cret"}, "apps": {"country": 5}}
    status, shown = admin.post("/i/configs", configs=json.dumps(sent))
    assert (status, shown["dummy"], shown["apps"]["country"]) == (
        200,
        {"limit": 25, "is_loud": True, "secret": "s3cret"},
        "5",
    )
    assert dict(configuration.read("dummy")) == {"limit": 25, "is_loud": True, "secret": "s3cret"}
    before = {"dummy": {"limit": 10, "is_loud": False, "secret": True}, "apps": {"country": "TR"}}
    update = {"dummy": {"limit": "25", "is_loud": "true", "secret": True}, "apps": {"country": 5}}
    assert recorded == [("change_configs", {"before": before, "update": update}, "owner")]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "{broken",
        "{}",
        "[]",
        '{"dummy": 5}',
        '{"nobody": {"x": 1}}',
        '{"plugins": {"dummy": false}}',
        '{"dummy": {"limit": 1, "a.b": 1}}',
        '{"dummy": {"limit": {"$where": 1}}}',
    ],
)
def test_what_is_no_setting_changes_nothing(admin, recorded, sent):
    assert admin.post("/i/configs", **({} if sent is None else {"configs": sent})) == NOT_UPDATED
    assert (configuration.read("dummy")["limit"], states.is_on("dummy"), recorded) == (10, True, [])


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"country_data": False}, (False, False)),
        ({"country_data": False, "city_data": True}, (False, False)),
        ({"city_data": True}, (True, True)),
        ({"city_data": "false"}, (True, False)),
    ],
)
def test_there_are_no_cities_without_countries(admin, sent, stored):
    configuration.write(
        "api", {"country_data": sent.get("country_data", "city_data" not in sent or sent["city_data"] == "false")}
    )
    api = admin.post("/i/configs", configs=json.dumps({"api": sent}))[1]["api"]
    assert (api["country_data"], api["city_data"]) == stored


def test_members_have_settings_of_their_own_where_they_may(admin, owner):  # noqa: F811
    sent = {"dummy_own": {"colour": "blue"}, "dummy": {"limit": 1}, "theme": {"x": 1}}
    assert admin.post("/i/userconfigs", configs=json.dumps(sent)) == (200, {"dummy_own": {"colour": "blue"}})
    assert admin.get("/o/userconfigs") == (200, {"dummy_own": {"colour": "blue"}})
    assert mongo.collection("members").find_one({"_id": owner.pk})["settings"] == {"dummy_own": {"colour": "blue"}}
    assert configuration.read("dummy")["limit"] == 10
    assert configuration.read("dummy_own")["colour"] == "red"
