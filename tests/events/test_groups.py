"""`/i/event_groups/*`: of one application, and never of another."""

import json

import pytest

from apps.applications import removal
from apps.core import mongo
from tests.accounts.calls import NO_RIGHT, SUCCESS
from tests.events.conftest import with_events

pytestmark = pytest.mark.django_db

GROUP = {"name": "Sales", "source_events": ["Buy", "Buy.now"], "display_map": {"c": "Count", "x": 1}, "status": True}


@pytest.fixture
def keeper(client, shop):
    return with_events(client, shop, "keeper", "crud", feature="core")


def create(caller, application, **fields):
    args = {"app_id": str(application.pk), **GROUP, **fields}
    return caller.post("/i/event_groups/create", args, app_id=str(application.pk))


def update(caller, application, args=None, **sent):
    parameters = {name: json.dumps(value) for name, value in sent.items()}
    return caller.post("/i/event_groups/update", args, app_id=str(application.pk), **parameters)


def groups(application):
    return list(mongo.collection("event_groups").find({"app_id": str(application.pk)}).sort("order", 1))


def test_created_groups_are_stored_in_order_and_read_as_one_event(counted, keeper, shop):
    assert create(keeper, shop, description="d") == SUCCESS
    assert create(keeper, shop, name="Other") == SUCCESS

    first, second = groups(shop)
    assert first == {
        "_id": first["_id"],
        "app_id": str(shop.pk),
        "name": "Sales",
        "source_events": ["Buy", "Buy.now"],
        "description": "d",
        "display_map": {"c": "Count"},
        "status": True,
        "order": 0,
    }
    assert (first["_id"][:12], len(first["_id"]), second["order"]) == ("[CLY]_group_", 44, 1)
    wanted = {"method": "events", "app_id": str(shop.pk), "event": first["_id"], "period": "month"}
    assert keeper.get("/o", **wanted)[1]["2025"]["3"]["12"]["c"] == 3
    assert [group["name"] for group in keeper.get("/o", method="get_event_groups", app_id=str(shop.pk))[1]] == [
        "Sales",
        "Other",
    ]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": {}}, "Error: Invalid type for name"),
        ({"source_events": []}, "Error: Value of source_events must not be empty"),
        ({"source_events": [{"$ne": 1}]}, "Error: Value of source_events must not be empty"),
        ({"display_map": {"c": {"$x": 1}}}, "Error: Invalid type for display_map"),
        ({"app_id": "a" * 24}, "Error: Value of app_id is invalid"),
    ],
)
def test_wrong_fields_are_named(keeper, shop, fields, error):
    assert create(keeper, shop, **fields) == (400, {"result": error})
    assert groups(shop) == []


def test_a_group_is_not_made_in_an_application_of_others(keeper, outsider, shop, other):
    assert create(outsider, shop) == NO_RIGHT
    args = {**GROUP, "app_id": str(other.pk)}
    assert keeper.post("/i/event_groups/create", args, app_id=str(shop.pk))[0] == 400
    assert groups(other) == []


def test_groups_change_one_by_one_and_together(counted, keeper, shop):
    create(keeper, shop)
    create(keeper, shop, name="Other")
    first, second = (group["_id"] for group in groups(shop))
    items = [{"eventKey": first, "eventProperty": "count"}, {"eventKey": "Buy", "eventProperty": "count"}]
    with_overview = {"overview": items}
    mongo.collection("events").update_one({"_id": shop.pk}, {"$set": with_overview})

    assert update(keeper, shop, {"_id": first, "name": "Renamed", "app_id": "b" * 24, "x": 1}) == SUCCESS
    assert update(keeper, shop, event_order=[second, first]) == SUCCESS
    assert [(group["_id"], group["name"], group["app_id"]) for group in groups(shop)] == [
        (second, "Other", str(shop.pk)),
        (first, "Renamed", str(shop.pk)),
    ]
    assert update(keeper, shop, update_status=[first], status=False) == SUCCESS
    assert [group["status"] for group in groups(shop)] == [True, False]
    assert mongo.collection("events").find_one({"_id": shop.pk})["overview"] == items[1:]


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({}, (400, {"result": "No updatable fields provided"})),
        ({"args": {"_id": "x"}}, (400, {"result": "No updatable fields provided"})),
        ({"args": {"name": "x"}}, (400, {"result": "Error: Missing _id argument"})),
        ({"args": {"_id": "x", "name": "y"}}, (404, {"result": "Event group not found"})),
        ({"event_order": "x"}, (400, {"result": "Error: Invalid type for event_order"})),
        ({"update_status": ["x"]}, (400, {"result": "Error: Invalid type for status"})),
    ],
)
def test_changes_that_change_nothing(keeper, shop, sent, answer):
    assert update(keeper, shop, **sent) == answer


def test_another_applications_groups_are_out_of_reach(counted, keeper, outsider, client, shop, other):
    create(keeper, shop)
    group_id = groups(shop)[0]["_id"]
    stranger = with_events(client, other, "stranger", "crud", feature="core")
    before = groups(shop)

    assert update(stranger, other, {"_id": group_id, "name": "hijacked"})[0] == 404
    update(stranger, other, update_status=[group_id], status=False)
    update(stranger, other, event_order=["x", group_id])
    stranger.post("/i/event_groups/delete", [group_id], app_id=str(other.pk))

    assert groups(shop) == before
    assert stranger.post("/i/event_groups/delete", [group_id], app_id=str(shop.pk)) == NO_RIGHT
    assert stranger.get("/o", method="get_event_group", _id=group_id, app_id=str(other.pk))[0] == 404
    assert keeper.post("/i/event_groups/delete", [group_id], app_id=str(shop.pk)) == SUCCESS
    assert groups(shop) == []


def test_groups_go_with_what_people_configured(keeper, shop):
    create(keeper, shop)
    removal.reset_application(shop, removal.ALL)
    assert len(groups(shop)) == 1
    removal.reset_application(shop, removal.RESET)
    assert groups(shop) == []


def test_deleting_without_a_list(keeper, shop):
    for args in (None, {"$ne": 1}, [1]):
        assert keeper.post("/i/event_groups/delete", args, app_id=str(shop.pk))[0] == 400
