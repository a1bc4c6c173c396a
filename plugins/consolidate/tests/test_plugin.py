import json
from typing import Any

import pytest

from apps.accounts import members, permissions
from apps.applications import data
from apps.applications.lifecycle import create_application
from apps.applications.lookup import forget_all, fresh_by_ids
from apps.applications.models import Application
from apps.core import mongo
from apps.ingest import copies
from apps.pipeline.flush import flush_all
from apps.plugin_api import states
from tests.ingest import door
from tests.traffic import Traffic


@pytest.fixture
def destination(traffic: Traffic) -> Application:
    return create_application("All of them", timezone="Atlantic/Reykjavik")


def choose(traffic: Traffic, destination: Application, *sources: str, before: tuple[str, ...] = ()) -> tuple[int, Any]:
    found = traffic.ask(
        "/i/apps/update/plugins",
        app_id=str(destination.pk),
        args={"consolidate": {"selectedApps": list(sources), "initialApps": list(before)}},
    )
    copies.forget()
    forget_all()
    return found


def sessions(application_id: str) -> int:
    return sum(
        day.get("t", 0)
        for document in mongo.collection("users").find({"a": application_id, "m": {"$not": {"$regex": ":0$"}}})
        for day in document.get("d", {}).values()
    )


def send(traffic: Traffic, device_id: str = "d1") -> None:
    asked = {"app_key": traffic.application.key, "device_id": device_id, "begin_session": "1"}
    answer = door.in_loop(lambda: door.get("/i", **asked))
    assert answer.json == door.SUCCESS
    flush_all()


def test_requests_are_counted_in_the_chosen_application_too(traffic: Traffic, destination: Application) -> None:
    status, answer = choose(traffic, destination, traffic.application.id)
    assert status == 200
    assert answer["plugins"]["consolidate"][0]["plugins"] == {"consolidate": [str(destination.pk)]}
    assert fresh_by_ids([str(destination.pk)])[str(destination.pk)].overrides == {}

    send(traffic)

    assert sessions(traffic.application.id) == 1
    assert sessions(str(destination.pk)) == 1

    choose(traffic, destination, before=(traffic.application.id,))
    send(traffic, "d2")
    assert sessions(traffic.application.id) == 2
    assert sessions(str(destination.pk)) == 1


@pytest.mark.parametrize("path", ["/i", "/i/bulk"])
def test_what_is_sent_on_is_copied_by_neither_door(traffic: Traffic, destination: Application, path: str) -> None:
    choose(traffic, destination, traffic.application.id)
    redirect = {"$set": {"redirect_url": "http://192.0.2.1"}}
    mongo.collection("apps").update_one({"key": traffic.application.key}, redirect)
    forget_all()
    item = {"device_id": "d1", "begin_session": "1"}
    asked = {**item, "requests": json.dumps([item])} if path == "/i/bulk" else item
    door.in_loop(lambda: door.get(path, app_key=traffic.application.key, **asked))
    flush_all()
    assert (sessions(traffic.application.id), sessions(str(destination.pk))) == (0, 0)


def test_items_of_bulks_are_copied(traffic: Traffic, destination: Application) -> None:
    choose(traffic, destination, traffic.application.id)
    items = [{"device_id": "d1", "begin_session": 1}, {"device_id": "d2", "begin_session": 1, "populator": True}]
    door.in_loop(lambda: door.post("/i/bulk", app_key=traffic.application.key, requests=items))
    flush_all()

    assert sessions(traffic.application.id) == 2
    assert sessions(str(destination.pk)) == 1


def test_circles_count_once(traffic: Traffic, destination: Application) -> None:
    choose(traffic, destination, traffic.application.id)
    back = {"consolidate": {"selectedApps": [str(destination.pk)], "initialApps": []}}
    assert traffic.ask("/i/apps/update/plugins", args=back)[0] == 200
    copies.forget()
    forget_all()

    send(traffic)

    assert (sessions(traffic.application.id), sessions(str(destination.pk))) == (1, 1)


def test_only_administrators_of_both_may_connect_applications(traffic: Traffic, destination: Application) -> None:
    rights = {**permissions.empty(), "_": {"a": [str(destination.pk)], "u": [[]]}}
    admin = members.create_member(
        full_name="An Admin",
        username="admin-of-one",
        email="admin@example.com",
        password="Correct-Horse-1",
        permission=rights,
    )
    status, answer = traffic.ask(
        "/i/apps/update/plugins",
        api_key=admin.api_key,
        app_id=str(destination.pk),
        args={"consolidate": {"selectedApps": [traffic.application.id], "initialApps": []}},
    )
    assert status == 400
    assert traffic.application.key not in json.dumps(answer)
    assert fresh_by_ids([traffic.application.id])[traffic.application.id].overrides == {}


def test_the_screen_connects_and_disconnects(traffic: Traffic, destination: Application) -> None:
    traffic.client.force_login(traffic.owner)
    address = f"/applications/{destination.pk}/manage/consolidate"
    assert "Traffic" in traffic.client.get(address).content.decode()

    chosen = [traffic.application.id, str(destination.pk), "nonsense"]
    traffic.client.post(address, {"action": "save", "application": chosen})
    assert fresh_by_ids([traffic.application.id])[traffic.application.id].overrides == {
        "consolidate": [str(destination.pk)]
    }
    traffic.client.post(address, {"action": "save"})
    assert fresh_by_ids([traffic.application.id])[traffic.application.id].overrides == {"consolidate": []}


def test_a_deleted_application_gets_nothing_any_more(traffic: Traffic, destination: Application) -> None:
    choose(traffic, destination, traffic.application.id)
    data.delete(str(destination.pk))
    assert fresh_by_ids([traffic.application.id])[traffic.application.id].overrides == {"consolidate": []}


def test_off_means_silent(traffic: Traffic, destination: Application) -> None:
    choose(traffic, destination, traffic.application.id)
    states.switch("consolidate", False)
    copies.forget()

    send(traffic)

    assert sessions(traffic.application.id) == 1
    assert sessions(str(destination.pk)) == 0
