"""Questions that are not about one application's numbers: all applications, places of cities, reserved keys."""

import pytest

from apps.accounts import access, callers, permissions
from apps.analytics.methods import METHODS, ReadMethod
from tests.analytics.conftest import person

CARD = {"change": "NA", "trend": "u"}


def test_all_applications_at_a_glance(read, store, application, outsider):
    store("users", "2025:3", "k", d={"12": {"t": 4, "n": 1, "u": 3, "d": 90, "e": 5, "13": {"t": 4}}})

    shop, other = read("/o", method="all_apps", period="hour")

    assert {name: value for name, value in shop.items() if name != "charts"} == {
        "_id": application.id,
        "name": "Shop",
        "test": "1",
        "sessions": {"total": 4, **CARD},
        "users": {"total": 3, **CARD, "is_estimate": False},
        "newusers": {"total": 1, **CARD},
        "duration": {"total": "1.5 min", **CARD},
        "avgduration": {"total": "0.4 min", **CARD},
    }
    assert {name: points[13] for name, points in shop["charts"].items()} == {
        "total-users": [13, 0],
        "new-users": [13, 0],
        "total-sessions": [13, 4],
        "time-spent": [13, "0.0"],
        "total-time-spent": [13, "0.0"],
        "avg-events-served": [13, 0],
    }
    assert (other["name"], other["sessions"]) == ("Other", {"total": 0, **CARD})
    assert [row["name"] for row in read("/o", method="all_apps", filter='{"name": "Other"}')] == ["Other"]


def test_all_applications_are_for_global_administrators(client, application, reader):
    answer = client.get("/o", {"method": "all_apps", "app_id": application.id, "api_key": reader.api_key})

    assert (answer.status_code, answer.json()) == (401, {"result": "User does not have right"})


@pytest.mark.parametrize("wanted", ['{"key": "x"}', '{"$where": "1"}', '{"name": {"$gt'])
def test_applications_are_filtered_by_what_is_no_secret(client, application, owner, wanted):
    sent = {"method": "all_apps", "app_id": application.id, "api_key": owner.api_key, "filter": wanted}

    answer = client.get("/o", sent)

    assert answer.status_code == 400
    assert answer.json()["result"].startswith("Failed to parse filter. ")


def test_places_of_cities(read):
    berlin = read("/o", method="geodata", loadFor="cities", query='{"country": "DE", "name": "Berlin"}')
    two = read(
        "/o", method="geodata", loadFor="cities", query='{"name": {"$in": ["Berlin", "Paris"]}, "country": "FR"}'
    )

    assert [(row["_id"], row["country"], row["name"], row["loc"]["type"]) for row in berlin] == [
        ("DE:Berlin", "DE", "Berlin", "Point")
    ]
    assert berlin[0]["loc"]["coordinates"] == pytest.approx([13.41, 52.52], abs=0.02)
    assert [row["_id"] for row in two] == ["FR:Paris"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, 'Invalid parameter "loadFor"'),
        ({"loadFor": "cities", "query": '{"loc": 1}'}, 'Invalid parameter "query"'),
        ({"loadFor": "cities", "query": '{"name": {"$gt": ""}}'}, 'Invalid parameter "query"'),
        ({"loadFor": "cities", "query": "[1]"}, 'Invalid parameter "query"'),
    ],
)
def test_places_that_are_not_asked_for_rightly(client, application, owner, sent, sentence):
    answer = client.get("/o", {"method": "geodata", "app_id": application.id, "api_key": owner.api_key, **sent})

    assert (answer.status_code, answer.json()) == (400, {"result": sentence})


def test_reserved_keys(client, read, application, outsider, owner):
    keys = read("/o/internal-events")

    assert keys[0] == "[CLY]_session"
    assert {"[CLY]_push_sent", "[CLY]_push_action"} <= set(keys)
    assert client.get("/o/internal-events", {"api_key": owner.api_key}).json() == keys
    answer = client.get("/o/internal-events", {"app_id": application.id, "api_key": outsider.api_key})
    assert (answer.status_code, answer.json()) == (401, {"result": "User does not have right"})


def test_of_several_features_one_is_enough(client, application):
    rights = {application.id: {"all": False, "allowed": {"views": True}}}
    member = person("views", permission={**permissions.empty(), "r": rights})
    method = ReadMethod(lambda reading: ["seen"], feature=("crashes", "views"))
    sent = {"method": "of_two", "app_id": application.id, "api_key": member.api_key}

    METHODS.register("of_two", method, plugin="of_two")
    try:
        assert client.get("/o", sent).json() == ["seen"]
    finally:
        METHODS.withdraw("of_two")

    assert access.can_read(member, application.id, ("crashes", "views"))
    assert not access.can_read(member, application.id, ("crashes", "core"))
    assert callers.reader(("crashes", "views"))({"app_id": application.id, "api_key": member.api_key}, {}) == member
