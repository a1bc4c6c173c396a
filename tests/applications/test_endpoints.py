"""`/i/apps/*` and `/o/apps/*` for the global administrator, the administrator of one application and an outsider."""

import io

import pytest
from bson import ObjectId
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.accounts.models import Member
from apps.applications import lifecycle, lookup
from apps.applications.own_settings import SETTINGS_HANDLERS, InvalidSettings
from apps.core import clock, mongo
from tests.accounts.calls import NO_RIGHT, SUCCESS

pytestmark = pytest.mark.django_db

NOW_S = 1_741_780_800
NOBODYS = "a" * 24


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(NOW_S * 1000):
        yield


def stored(application_id):
    return mongo.collection("apps").find_one({"_id": ObjectId(str(application_id))})


def all_stored():
    return list(mongo.collection("apps").find({}))


def test_created_application_is_answered_as_stored(admin, owner):
    sent = {"name": "New", "country": "XX", "type": "web", "checksum_salt": "s", "generation": 7, "paused": True}

    status, answer = admin.post("/i/apps/create", {**sent, "seq": 9, "$set": {"locked": True}})

    application_id = answer["app_id"]
    assert (status, len(answer["key"])) == (200, 40)
    assert answer == {
        "_id": application_id,
        "app_id": application_id,
        "name": "New",
        "key": answer["key"],
        "country": "TR",
        "timezone": "Europe/Istanbul",
        "category": "6",
        "type": "web",
        "checksum_salt": "s",
        "created_at": NOW_S,
        "edited_at": NOW_S,
        "owner": str(owner.pk),
        "seq": 0,
        "has_image": False,
    }
    assert {**stored(application_id), "_id": application_id, "app_id": application_id} == {**answer, "unique_since": 0}
    assert lookup.by_key(answer["key"]).id == application_id


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "Error: Missing name argument"),
        ({"name": {"$ne": ""}}, "Error: Invalid type for name"),
        ({"name": "x" * 201, "key": []}, "Error: Length of name is greater than max length value,Invalid type for key"),
        ({"name": "x", "key": "shop-key-0123456789"}, "App key already in use"),
        ({"name": "x", "key": "with space"}, "Error: An app key has 1 to 200 characters and no spaces."),
    ],
)
def test_wrong_fields_of_a_new_application_are_named(admin, shop, sent, error):
    assert admin.post("/i/apps/create", sent) == (400, {"result": error})
    assert [application["_id"] for application in all_stored()] == [shop.pk]


@pytest.mark.parametrize("args", ["", "{broken", "[1]", "5", "null"])
def test_args_that_are_no_object_create_nothing(admin, args):
    missing = "Missing 'args' parameter" if args in ("", "null") else "Missing name argument"
    assert admin.post("/i/apps/create", None, args=args) == (400, {"result": f"Error: {missing}"})


WRITES = ("create", "delete", "reset", "update")


@pytest.mark.parametrize("action", WRITES)
def test_writes_that_only_global_administrators_may_do(shop, shop_admin, outsider, action):
    args = {"app_id": str(shop.pk), "period": "all", "name": "x"}
    before = all_stored()

    assert shop_admin.post(f"/i/apps/{action}", args) == NO_RIGHT
    assert outsider.post(f"/i/apps/{action}", args) == NO_RIGHT
    assert outsider.post(f"/i/apps/{action}", args, app_id=str(shop.pk)) == NO_RIGHT
    assert all_stored() == before


def test_administrator_changes_their_application(shop, shop_admin):
    before = stored(shop.pk)
    sent = {"name": "Renamed", "timezone": "Europe/Paris", "seq": 5, "owner": NOBODYS, "$unset": {"key": 1}}

    answer = shop_admin.post("/i/apps/update", {"app_id": str(shop.pk), **sent}, app_id=str(shop.pk))

    assert answer == (200, {"name": "Renamed", "timezone": "Europe/Paris", "edited_at": NOW_S})
    assert stored(shop.pk) == {**before, "name": "Renamed", "timezone": "Europe/Paris", "edited_at": NOW_S}


def test_administrator_of_one_application_cannot_reach_another_through_args(shop, other, shop_admin):
    before = stored(other.pk)

    answer = shop_admin.post("/i/apps/update", {"app_id": str(other.pk), "name": "x"}, app_id=str(shop.pk))

    assert answer == (401, {"result": "User does not have admin rights for this app"})
    assert stored(other.pk) == before


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({"name": ""}, (400, {"result": "Invalid app name"})),
        ({"key": ""}, (400, {"result": "Invalid app key"})),
        ({"country": "XX", "timezone": "Mars/Base"}, (400, {"result": "Invalid props: country,timezone"})),
        ({"key": "other"}, (400, {"result": "App key already in use"})),
        ({"key": {"$ne": ""}}, (400, {"result": "Error: Invalid type for key"})),
        ({"unknown": 1}, (200, {"result": "Nothing changed"})),
    ],
)
def test_refused_changes_change_nothing(admin, shop, other, sent, answer):
    before = stored(shop.pk)

    assert admin.post("/i/apps/update", {"app_id": str(shop.pk), **sent}) == answer
    assert stored(shop.pk) == before


def test_change_of_the_key_holds_at_once(admin, shop):
    assert lookup.by_key("shop-key-0123456789").id == str(shop.pk)

    assert admin.post("/i/apps/update", {"app_id": str(shop.pk), "key": "fresh"})[0] == 200

    assert (lookup.by_key("shop-key-0123456789"), lookup.by_key("fresh").id) == (None, str(shop.pk))


def test_older_salt_survives_a_change_of_something_else(admin, shop):
    mongo.collection("apps").update_one({"_id": shop.pk}, {"$set": {"checksum_salt": "pepper"}})

    admin.post("/i/apps/update", {"app_id": str(shop.pk), "name": "x"})

    found = stored(shop.pk)
    assert (found["salt"], "checksum_salt" in found) == ("pepper", False)


def test_settings_of_an_application_replace_its_namespace(shop, shop_admin, outsider):
    path, application_id = "/i/apps/update/plugins", str(shop.pk)
    mongo.collection("apps").update_one(
        {"_id": shop.pk}, {"$set": {"plugins": {"api": {"old": 1}, "push": {"kept": 1}}}}
    )

    answer = shop_admin.post(path, {"api": {"event_limit": 5}}, app_id=application_id)

    assert answer == (200, {"_id": application_id, "plugins": {"api": {"event_limit": 5}}})
    assert stored(shop.pk)["plugins"] == {"api": {"event_limit": 5}, "push": {"kept": 1}}
    assert shop_admin.post(path, {}, app_id=application_id) == (200, {"result": "Nothing changed"})
    for hostile in ({"$set": {}}, {"api.event_limit": 1}, {"api": {"a": [{"$where": 1}]}}, {"api": 2**63}):
        assert shop_admin.post(path, hostile, app_id=application_id)[0] == 400
    assert outsider.post(path, {"api": {}}, app_id=application_id) == NO_RIGHT
    assert shop_admin.post(path, {"api": {}}) == (400, {"result": "No app id provided"})
    assert stored(shop.pk)["plugins"] == {"api": {"event_limit": 5}, "push": {"kept": 1}}


def packed(application):
    return {
        "_id": str(application.pk),
        "category": "6",
        "country": "DE",
        "key": application.key,
        "name": application.name,
        "timezone": "Europe/Berlin",
        "salt": "",
    }


def test_lists_show_everybody_their_own(admin, shop, other, shop_admin, outsider):
    both = {str(found.pk): packed(found) for found in (shop, other)}
    own = {str(shop.pk): packed(shop)}

    assert admin.get("/o/apps/all") == (200, {"admin_of": both, "user_of": both})
    assert admin.get("/o/apps/mine") == (200, {"admin_of": both, "user_of": both})
    assert shop_admin.get("/o/apps/all") == NO_RIGHT
    assert shop_admin.get("/o/apps/mine") == (200, {"admin_of": own, "user_of": own})


def test_older_accounts_have_their_lists_too(shop, other, shop_admin):
    lists = {"admin_of": [str(shop.pk)], "user_of": [str(other.pk), NOBODYS]}
    mongo.collection("members").update_one({"username": "keeper"}, {"$set": lists, "$unset": {"permission": 1}})

    status, answer = shop_admin.get("/o/apps/mine")

    assert (status, sorted(answer["admin_of"]), sorted(answer["user_of"])) == (
        200,
        [str(shop.pk)],
        sorted([str(shop.pk), str(other.pk)]),
    )


def test_details_name_the_people_of_an_application(admin, owner, shop, shop_admin, outsider):
    application_id = str(shop.pk)
    mongo.collection("apps").update_one({"_id": shop.pk}, {"$set": {"owner": str(owner.pk), "last_data": 5}})
    mongo.collection(f"app_users{application_id}").insert_many([{"_id": "1", "lac": 7}, {"_id": "2", "lac": 9}])
    keeper = Member.objects.get(username="keeper")

    expected = {
        "app": {
            "owner": "owner person",
            "owner_id": str(owner.pk),
            "created_at": NOW_S,
            "edited_at": NOW_S,
            "last_data": 5,
            "last_data_users": 9,
        },
        "global_admin": [{"_id": str(owner.pk), "full_name": "owner person", "username": "owner"}],
        "admin": [{"_id": str(keeper.pk), "full_name": "keeper person", "username": "keeper"}],
        "user": [],
    }
    assert shop_admin.get("/o/apps/details", app_id=application_id) == (200, expected)
    assert outsider.get("/o/apps/details", app_id=application_id) == NO_RIGHT
    assert admin.get("/o/apps/details") == (400, {"result": "No app id provided"})
    assert admin.get("/o/apps/details", app_id=NOBODYS) == (401, {"result": "App does not exist"})


def test_settings_are_shown_to_global_administrators(admin, shop, shop_admin):
    mongo.collection("apps").update_one({"_id": shop.pk}, {"$set": {"plugins": {"api": {"a": 1}, "push": {"b": 2}}}})
    path, application_id = "/o/apps/plugins", str(shop.pk)

    assert admin.get(path, app_id=application_id) == (200, {"plugins": {"api": {"a": 1}, "push": {"b": 2}}})
    assert admin.get(path, app_id=application_id, name="push") == (200, {"plugins": {"push": {"b": 2}}})
    assert admin.get(path, app_id=application_id, name="none") == (200, {})
    assert admin.get(path) == (400, {"result": "Error: Missing app_id argument"})
    assert shop_admin.get(path, app_id=application_id) == NO_RIGHT


def test_deleted_application_is_gone_for_everybody(admin, shop, shop_admin):
    application_id = str(shop.pk)
    assert lookup.by_id(application_id) is not None

    assert admin.post("/i/apps/delete", {"app_id": application_id}) == SUCCESS

    assert (all_stored(), lookup.by_id(application_id)) == ([], None)
    assert admin.post("/i/apps/delete", {"app_id": application_id}) == (500, {"result": "Error deleting app"})
    assert shop_admin.get("/o/apps/mine") == (200, {"admin_of": {}, "user_of": {}})


def test_locked_application_keeps_its_data(admin, shop):
    lifecycle.set_locked([shop], True)
    locked = (403, {"result": "Application is locked"})

    assert admin.post("/i/apps/delete", {"app_id": str(shop.pk)}) == locked
    assert admin.post("/i/apps/reset", {"app_id": str(shop.pk), "period": "all"}) == locked
    assert len(all_stored()) == 1


def test_reset_asks_for_an_application_and_a_period(admin, shop):
    missing = "Error: Missing app_id argument,Missing period argument"
    assert admin.post("/i/apps/reset", {}) == (400, {"result": missing})
    assert admin.post("/i/apps/reset", {"app_id": NOBODYS, "period": "all"}) == (404, {"result": "App not found"})
    operator = {"app_id": {"$ne": None}, "period": "all"}
    unknown = {"app_id": str(shop.pk), "period": "5month"}
    assert admin.post("/i/apps/reset", unknown) == (400, {"result": "Error: Value of period is invalid"})
    assert admin.post("/i/apps/reset", operator) == (400, {"result": "Error: Invalid type for app_id"})
    assert admin.post("/i/apps/reset", {"app_id": str(shop.pk), "period": "all"}) == SUCCESS


def test_other_paths(admin):
    write = "Invalid path, must be one of /create, /update, /delete or /reset"
    read = "Invalid path, must be one of /all, /mine, /details or /plugins"
    assert admin.post("/i/apps/nothing") == (400, {"result": write})
    assert admin.get("/o/apps") == (400, {"result": read})


@pytest.mark.parametrize(
    "address", ["ftp://a.example", "a.example", "http://", "http://[", "https://a b", "javascript:1"]
)
def test_requests_are_sent_on_to_web_addresses_only(admin, shop, address):
    sent = {"app_id": str(shop.pk), "redirect_url": address}

    assert admin.post("/i/apps/update", sent) == (400, {"result": "Invalid props: redirect_url"})
    assert admin.post("/i/apps/create", {"name": "x", "redirect_url": address}) == (
        400,
        {"result": "Error: Invalid redirect_url"},
    )
    assert "redirect_url" not in stored(shop.pk)


def test_an_application_is_paused_by_its_administrator_only(shop_admin, outsider, shop):
    sent = {"app_id": str(shop.pk), "paused": True}

    assert outsider.post("/i/apps/update", sent, app_id=str(shop.pk)) == NO_RIGHT
    assert shop_admin.post("/i/apps/update", sent, app_id=str(shop.pk))[0] == 200
    assert lookup.by_id(str(shop.pk)).paused is True


def test_a_plugin_looks_at_its_settings_of_an_application_first(shop_admin, shop):
    def handle(application_id, values):
        if "key" not in values:
            raise InvalidSettings("probe needs a key")
        return {"key": "***", "of": application_id}

    SETTINGS_HANDLERS.register("probe", handle, plugin="test")
    try:
        answers = [
            shop_admin.post("/i/apps/update/plugins", sent, app_id=str(shop.pk))
            for sent in ({"probe": {}}, {"probe": 1}, {"probe": {"key": "k"}}, {"probe": {}, "api": {"safe": True}})
        ]
    finally:
        SETTINGS_HANDLERS.withdraw("test")

    handled = {"probe": {"key": "***", "of": str(shop.pk)}}
    assert answers == [
        (400, {"result": "Couldn't update plugin: probe needs a key"}),
        (400, {"result": "Couldn't update plugin: probe takes an object"}),
        (200, {"_id": str(shop.pk), "plugins": handled}),
        (200, {"_id": str(shop.pk), "plugins": {"api": {"safe": True}}, "result": "probe needs a key"}),
    ]
    assert stored(shop.pk)["plugins"] == {**handled, "api": {"safe": True}}


def test_a_picture_comes_with_a_new_application(admin, client):
    written = io.BytesIO()
    Image.new("RGB", (10, 10), "red").save(written, "PNG")
    for content, has_picture in ((written.getvalue(), True), (b"<svg/>", False)):
        picture = SimpleUploadedFile("a.png", content, "image/png")
        created = admin.post("/i/apps/create", {"name": "With picture"}, app_image=picture)[1]
        assert created.get("has_image", False) is has_picture
        shown = client.get(f"/appimages/{created['_id']}.png")
        assert shown.headers["Content-Type"] == ("image/png" if has_picture else "image/svg+xml")
