"""Named periods: who sees which, who may change them, and in which order they stand."""

import json

import pytest

from apps.core import clock, mongo
from tests.accounts.calls import Caller
from tests.accounts.conftest import person

pytestmark = pytest.mark.django_db

NOW_MS = 1_741_780_800_000
PRESET = {"name": "Month", "range": '"30days"', "share_with": "none"}
NOT_FOUND = (404, {"result": "Could not find preset"})
NOT_AUTHORISED = (401, {"result": "Not authorized"})
UPDATED = (200, {"result": "Preset updated"})


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(NOW_MS):
        yield


def stored():
    return list(mongo.collection("date_presets").find({}, sort=[("sort_order", 1)]))


def create(caller, application, **fields):
    sent = {**PRESET, **fields}
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in sent.items()}
    return caller.post("/i/date_presets/create", app_id=str(application.pk), **texts)


def update(caller, application, preset_id, **fields):
    return caller.post("/i/date_presets/update", app_id=str(application.pk), preset_id=preset_id, **fields)


def names(caller, application):
    status, answer = caller.get("/o/date_presets/getAll", app_id=str(application.pk))
    assert status == 200
    return [preset["name"] for preset in answer]


def test_a_created_preset_is_answered_as_stored_and_keeps_no_credentials(shop_admin, shop):
    keeper = mongo.collection("members").find_one({"username": "keeper"})

    status, answer = create(shop_admin, shop, fav="true", shared_email_view=["x@example.com"])

    expected = {
        "_id": str(stored()[0]["_id"]),
        "name": "Month",
        "range": "30days",
        "share_with": "none",
        "exclude_current_day": False,
        "shared_email_edit": [],
        "shared_user_groups_edit": [],
        "shared_email_view": [],
        "shared_user_groups_view": [],
        "owner_id": str(keeper["_id"]),
        "fav": [str(keeper["_id"])],
        "created_at": NOW_MS,
        "edited_at": NOW_MS,
        "sort_order": 0,
    }
    assert (status, answer) == (200, expected)
    assert {**stored()[0], "_id": answer["_id"]} == expected


def test_without_presets_there_is_an_empty_list(shop_admin, shop):
    assert names(shop_admin, shop) == []


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, "Not enough args"),
        ({"range": ""}, "Not enough args"),
        ({"range": "30days"}, "Invalid range"),
        ({"range": [2, 1]}, "Invalid range"),
        ({"range": [1]}, "Invalid range"),
        ({"range": {"$where": 1, "value": 2}}, "Invalid range"),
        ({"range": {"value": "x" * 600}}, "Invalid range"),
        ({"share_with": "everybody"}, "Invalid share_with"),
        ({"exclude_current_day": "perhaps"}, "Invalid exclude_current_day"),
        ({"shared_email_edit": "x"}, "Invalid shared_email_edit"),
        ({"shared_user_groups_view": [1]}, "Invalid shared_user_groups_view"),
        ({"name": "x" * 201}, "Invalid name"),
    ],
)
def test_what_cannot_be_used_is_named(shop_admin, shop, fields, error):
    assert create(shop_admin, shop, **fields) == (400, {"result": error})
    assert stored() == []


@pytest.mark.parametrize("period", ["7days", [1, 2], [1.0, 2e3], {"value": [1, 2], "type": "since"}])
def test_ranges_of_all_kinds(shop_admin, shop, period):
    assert create(shop_admin, shop, range=json.dumps(period))[1]["range"] == period


def test_the_newest_comes_first_and_all_can_be_moved(admin, shop):
    ids = [create(admin, shop, name=name)[1]["_id"] for name in ("a", "b", "c")]

    assert names(admin, shop) == ["c", "b", "a"]
    assert update(admin, shop, ids[2], sort_order="1") == UPDATED
    assert names(admin, shop) == ["b", "c", "a"]
    assert update(admin, shop, ids[1], sort_order="99") == UPDATED
    assert names(admin, shop) == ["c", "a", "b"]
    assert [preset["sort_order"] for preset in stored()] == [0, 1, 2]
    assert update(admin, shop, ids[1], sort_order="-1") == (400, {"result": "Invalid sort_order"})


def test_presets_are_seen_by_those_with_whom_they_are_shared(admin, shop_admin, outsider, shop, other):
    create(admin, shop, name="own")
    create(admin, shop, name="for all", share_with="all-users")
    create(admin, shop, name="for keeper", share_with="selected-users", shared_email_view=["KEEPER@example.com"])

    assert names(admin, shop) == ["for keeper", "for all", "own"]
    assert names(shop_admin, shop) == ["for keeper", "for all"]
    assert names(outsider, other) == ["for all"]


def test_lists_of_those_who_share_are_shown_to_editors_only(admin, shop_admin, shop):
    shares = {"shared_email_view": ["keeper@example.com"], "shared_email_edit": ["x@example.com"]}
    preset_id = create(admin, shop, share_with="selected-users", **shares)[1]["_id"]

    seen = shop_admin.get("/o/date_presets/getById", app_id=str(shop.pk), preset_id=preset_id)[1]
    assert (seen["shared_email_edit"], seen["shared_email_view"], seen["is_owner"]) == (False, False, False)
    own = admin.get("/o/date_presets/getById", app_id=str(shop.pk), preset_id=preset_id)[1]
    assert (own["shared_email_edit"], own["is_owner"], own["fav"]) == (["x@example.com"], True, False)


def test_groups_share_like_addresses(admin, shop_admin, shop):
    create(admin, shop, name="for group", share_with="selected-users", shared_user_groups_edit=["g1"])
    assert names(shop_admin, shop) == []

    mongo.collection("members").update_one({"username": "keeper"}, {"$set": {"group_id": ["g1"]}})

    assert names(shop_admin, shop) == ["for group"]


def test_only_editors_change_a_preset_and_only_its_owner_deletes_it(admin, client, shop_admin, shop):
    shares = {"shared_email_view": ["keeper@example.com"], "shared_email_edit": []}
    preset_id = create(admin, shop, share_with="selected-users", **shares)[1]["_id"]

    assert update(shop_admin, shop, preset_id, name="hijacked") == NOT_AUTHORISED
    assert update(shop_admin, shop, preset_id, sort_order="0") == NOT_AUTHORISED
    assert update(shop_admin, shop, preset_id, fav="true") == UPDATED
    assert update(admin, shop, preset_id, shared_email_edit='["keeper@example.com"]') == UPDATED
    assert update(shop_admin, shop, preset_id, name="edited") == UPDATED
    assert shop_admin.post("/i/date_presets/delete", app_id=str(shop.pk), preset_id=preset_id) == NOT_AUTHORISED
    preset = stored()[0]
    assert (preset["name"], len(preset["fav"])) == ("edited", 1)
    assert admin.post("/i/date_presets/delete", app_id=str(shop.pk), preset_id=preset_id) == (
        200,
        {"acknowledged": True, "deletedCount": 1},
    )
    assert stored() == []


def test_who_is_not_shared_with_any_more_is_forgotten(admin, shop_admin, shop):
    preset_id = create(admin, shop, share_with="selected-users", shared_email_view=["keeper@example.com"])[1]["_id"]

    assert update(admin, shop, preset_id, share_with="none") == UPDATED

    assert stored()[0]["shared_email_view"] == []
    assert names(shop_admin, shop) == []


def test_a_preset_that_one_cannot_see_is_not_there(admin, outsider, shop, other):
    preset_id = create(admin, shop)[1]["_id"]

    for path in ("/o/date_presets/getById", "/i/date_presets/update", "/i/date_presets/delete"):
        assert outsider.post(path, app_id=str(other.pk), preset_id=preset_id, name="x") == NOT_FOUND
    assert [preset["name"] for preset in stored()] == ["Month"]


@pytest.mark.parametrize("preset_id", ["", "x", {"$ne": 1}])
def test_unusable_ids(admin, shop, preset_id):
    sent = {"app_id": str(shop.pk), "preset_id": preset_id}
    for path in ("/o/date_presets/getById", "/i/date_presets/update", "/i/date_presets/delete"):
        assert admin.post_json(path, sent) == (400, {"result": "Not enough args"})


def test_readers_of_an_application_cannot_create(client, shop):
    rights = {"r": {str(shop.pk): {"all": True, "allowed": {}}}, "c": {}, "u": {}, "d": {}, "_": {"a": [], "u": [[]]}}
    reader = Caller(client, person("reader", permission=rights))

    assert create(reader, shop) == (401, {"result": "User does not have right"})
    assert Caller(client).get("/o/date_presets/getAll")[0] == 400


def test_other_paths_say_what_there_is(admin, shop):
    reads, writes = "/getAll /getById", "/create /update or /delete"
    assert admin.get("/o/date_presets/x") == (400, {"result": f"Invalid path, must be one of {reads}"})
    assert admin.get("/i/date_presets") == (400, {"result": f"Invalid path, must be one of {writes}"})
