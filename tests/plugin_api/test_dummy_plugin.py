"""Every hook works while the plugin is on, and is silent while it is off."""

import json
import sys
from typing import Any

import pytest

from apps.accounts import members, permissions
from apps.aggregation import user_data
from apps.applications import data, removal
from apps.applications.models import Application
from apps.core import mongo
from apps.pipeline import dead_letters
from apps.pipeline.flush import flush_all
from apps.plugin_api import audit, checkup, configuration, features, happenings, jobs, menu, places, states, widgets
from apps.plugin_api.registry import Registry
from apps.plugin_api.sdk_methods import SDK_METHODS
from apps.tasks.kinds import KINDS
from tests.accounts.calls import Caller
from tests.accounts.conftest import member, outsider, owner  # noqa: F401  fixtures
from tests.dummy_plugin import documents, offers
from tests.dummy_plugin.fixture import dummy  # noqa: F401  fixture
from tests.pipeline.conftest import accept, application, record  # noqa: F401  fixtures

pytestmark = pytest.mark.usefixtures("dummy")

INVALID_PATH = (400, {"result": "Invalid path"})


def off() -> None:
    states.switch("dummy", False)


@pytest.fixture
def admin(client, owner):  # noqa: F811
    return Caller(client, owner)


@pytest.fixture
def count(record, accept):  # noqa: F811
    """Sends and counts; each a query text, or one with a device."""

    def send(*sent, **more):
        accept(
            [
                record(
                    *([each] if isinstance(each, str) else each[:1]),
                    **(each[1] if isinstance(each, tuple) else {}),
                    **more,
                )
                for each in sent
            ]
        )
        flush_all()

    return send


def seen(number=1, key=documents.EVENT_OF_PART):
    return "events=" + json.dumps([{"key": key}] * number)


def test_every_registry_is_used_by_the_dummy_plugin():
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("apps.")]
    registries = {id(each): each for module in modules for each in vars(module).values() if type(each) is Registry}
    unused = [
        each._kind for each in registries.values() if "dummy" not in {each.plugin_of(name) for name in each.names()}
    ]
    assert len(registries) > 20
    assert unused == []


# Endpoints and pages -------------------------------------------------------------------------------------------------


def test_endpoints_ask_who_calls(admin, client, application, member, outsider):  # noqa: F811
    path = "/i/dummy/save/more"
    assert admin.post(path, app_id=application.id) == (200, {"by": "owner", "rest": ["more"]})
    creators = {**permissions.empty(), "c": {application.id: {"all": False, "allowed": {"dummy": True}}}}
    members.change_member(member, {"permission": creators}, by=member)
    assert Caller(client, member).post(path, app_id=application.id) == (200, {"by": "member", "rest": ["more"]})
    no_right = (401, {"result": "User does not have right"})
    assert Caller(client, outsider).post(path, app_id=application.id) == no_right
    assert Caller(client).post(path, app_id=application.id)[0] == 400
    assert Caller(client).get("/o/dummy/a/b", x="1") == (200, {"rest": ["a", "b"], "sent": "1"})
    assert Caller(client).get("/i/dummy") == INVALID_PATH


def test_endpoints_of_a_plugin_that_is_off_are_no_valid_paths(admin, client, application):  # noqa: F811
    off()
    assert admin.post("/i/dummy/save", app_id=application.id) == INVALID_PATH
    assert admin.get("/o/dummy") == INVALID_PATH
    assert admin.get("/o", app_id=application.id, method="dummy") == (400, {"result": "Invalid method"})
    assert client.get("/dummy/page").status_code == 404
    assert SDK_METHODS.get("dummy") is None


def test_methods_and_pages_answer(admin, client, application):  # noqa: F811
    assert admin.get("/o", app_id=application.id, method="dummy") == (200, {"application": "Pipeline"})
    assert client.get("/dummy/page").content == b"a page"
    assert SDK_METHODS.get("dummy") is not None


# What is shown -------------------------------------------------------------------------------------------------------

SHOWN: list[Registry[Any]] = [
    menu.MENU,
    happenings.HAPPENINGS,
    happenings.ONLINE_FIELDS,
    widgets.HOME_WIDGETS,
    widgets.DASHBOARD_WIDGETS,
    widgets.REPORT_SECTIONS,
    places.PLACES,
    jobs.JOBS,
    KINDS,
    checkup.CHECKS,
]


def test_what_is_shown_goes_and_comes_back():
    assert all("dummy" in registry for registry in SHOWN)
    assert {"dummy", "dummy_extra"} <= set(features.names())
    assert features.dependencies()["dummy"] == {"c": {"core": ["r"]}}
    assert audit.ACTIONS.get("dummy_saved") == "Dummy saved"
    off()
    assert not any("dummy" in registry for registry in SHOWN)
    assert not {"dummy", "dummy_extra"} & set(features.names())
    assert "dummy" not in features.dependencies()
    assert audit.ACTIONS.get("dummy_saved") is None
    states.switch("dummy", True)
    assert all("dummy" in registry for registry in SHOWN)


def test_a_plugin_is_off_while_its_parent_is():
    states.register("dummy", parents=("parent",))
    assert states.is_on("dummy")
    states.switch("parent", False)
    assert (states.is_on("dummy"), states.is_wanted("dummy")) == (False, True)


# Counting ------------------------------------------------------------------------------------------------------------


def profile(application, device):  # noqa: F811
    return mongo.collection(f"app_users{application.id}").find_one({"did": device})


def stored(prefix, application):  # noqa: F811
    found = mongo.collection(prefix + application.id).find({}, {"_id": 0})
    return sorted((document["uid"], document["n"]) for document in found)


def tally(application):  # noqa: F811
    return sum(document["c"] for document in mongo.collection(documents.TALLIES).find({"a": application.id}))


def test_a_part_counts_in_the_transaction(application, count):  # noqa: F811
    count((seen(2), {"device_id": "a"}), (seen(), {"device_id": "b"}))
    count((seen() + "&x=1", {"device_id": "a"}))
    uid = {device: profile(application, device)["uid"] for device in "ab"}
    assert stored(documents.USERS_PREFIX, application) == sorted([(uid["a"], 3), (uid["b"], 1)])
    assert tally(application) == 4
    assert profile(application, "a")[documents.FIELD] == 3


def test_a_request_that_a_part_cannot_count_is_a_dead_letter(application, count):  # noqa: F811
    count((seen(), {"device_id": "a"}), (seen() + "&poison=1", {"device_id": "a"}), (seen(), {"device_id": "b"}))
    assert tally(application) == 2
    letters = list(mongo.collection(dead_letters.COLLECTION).find())
    assert [letter["reason"] for letter in letters] == ["ValueError: poison"]
    told = [each for heard in offers.heard for each in heard.get("noticed", ())]  # not of the dead one
    uids = [profile(application, device)["uid"] for device in "ab"]
    assert told == [("/dummy/seen", application.id, {"uid": uid}) for uid in uids]


def test_data_of_a_user_follows_a_merge(application, count):  # noqa: F811
    count((seen(2), {"device_id": "a"}))
    count(("begin_session=1", {"device_id": "b"}))
    count(("old_device_id=a", {"device_id": "b"}))
    survivor = profile(application, "b")["uid"]
    assert stored(documents.USERS_PREFIX, application) == [(survivor, 2)]
    merged = [heard["merges"] for heard in offers.heard if "merges" in heard]
    assert [(merge.from_uid, merge.into_uid) for [merge] in merged] == [("1", survivor)]


def test_metrics_enrichments_and_reserved_events_count(admin, application, count):  # noqa: F811
    count("begin_session=1&dummy=blue", seen(1, documents.EVENT))
    assert profile(application, "d1")["dummy"] == "blue"
    year = {"app_id": application.id, "period": "[1741564800000,1741996800000]"}
    rows = admin.get("/o/analytics/metric", metric="dummies", **year)[1]
    assert [(row["_id"], row["t"]) for row in rows] == [("blue", 1)]
    assert documents.EVENT in mongo.collection("events").find_one({})["list"]
    assert [heard["accepted"] for heard in offers.heard] == [{application.id: 2}]


def test_nothing_is_counted_while_the_plugin_is_off(admin, application, count):  # noqa: F811
    off()
    count("begin_session=1&dummy=blue", seen(), seen(1, documents.EVENT))
    assert "dummy" not in profile(application, "d1")
    assert documents.FIELD not in profile(application, "d1")
    for name in (documents.COUNTERS, documents.TALLIES, f"{documents.USERS_PREFIX}{application.id}"):
        assert mongo.collection(name).count_documents({}) == 0
    assert mongo.collection("events").find_one({}) is None
    assert admin.get("/o/analytics/metric", app_id=application.id, metric="dummies") == (200, [])
    assert offers.heard == []


# Data ----------------------------------------------------------------------------------------------------------------


def test_data_goes_with_its_application_also_while_the_plugin_is_off(application, count):  # noqa: F811
    count("begin_session=1&dummy=blue", seen())
    off()
    removal.reset_application(Application.objects.get(pk=application.id), removal.ALL)
    assert "dummies" in data.titles()
    for name in (documents.COUNTERS, documents.TALLIES):
        assert mongo.collection(name).count_documents({}) == 0


def test_data_of_users_is_exported_and_deleted_also_while_the_plugin_is_off(application, count):  # noqa: F811
    count((seen(2), {"device_id": "a"}), (seen(), {"device_id": "b"}))
    gone, stays = (profile(application, device)["uid"] for device in "ab")
    off()
    entry = next(each for each in user_data.USER_DATA.all_entries() if each.title == "dummies")
    [(name, exported)] = entry.export(application.id, [gone])
    assert (name, [document["n"] for document in exported]) == (documents.USERS_PREFIX, [2])
    user_data.delete_users(application.id, [gone])
    assert stored(documents.USERS_PREFIX, application) == [(stays, 1)]
    assert (profile(application, "a"), profile(application, "b")["uid"]) == (None, stays)


# Settings ------------------------------------------------------------------------------------------------------------


def test_settings_of_an_application_are_checked_by_their_plugin(admin, application):  # noqa: F811
    def send(values):
        return admin.post("/i/apps/update/plugins", {"dummy": values}, app_id=application.id)

    assert send({"x": 1}) == (200, {"_id": application.id, "plugins": {"dummy": {"checked": {"x": 1}}}})
    assert send({"bad": 1}) == (400, {"result": "Couldn't update plugin: no good"})
    assert [heard["application_id"] for heard in offers.heard] == [application.id]
    off()
    assert send({"bad": 1}) == (200, {"_id": application.id, "plugins": {"dummy": {"bad": 1}}})
    assert len(offers.heard) == 1


def test_settings_are_read_by_namespace():
    assert dict(configuration.read("dummy")) == {"limit": 10, "is_loud": False, "secret": ""}
