import pytest
from bson import ObjectId

from apps.applications import lifecycle, lookup
from apps.applications.models import Application
from apps.core import clock, mongo, schema
from apps.plugin_api import configuration

pytestmark = pytest.mark.django_db

NOW_S = 1_741_780_800


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(NOW_S * 1000):
        yield


def stored(application):
    return mongo.collection("apps").find_one({"_id": application.pk})


def test_created_application_has_the_stored_layout():
    application = lifecycle.create_application("  Shop ", owner="5" * 24)

    assert stored(application) == {
        "_id": application.pk,
        "name": "Shop",
        "key": application.key,
        "country": "TR",
        "timezone": "Europe/Istanbul",
        "category": "6",
        "type": "mobile",
        "created_at": NOW_S,
        "edited_at": NOW_S,
        "owner": "5" * 24,
        "seq": 0,
        "has_image": False,
        "unique_since": 0,
    }
    assert isinstance(application.pk, ObjectId)
    assert len(application.key) == 40
    assert set(application.key) <= set("0123456789abcdef")


def test_given_values_are_kept():
    application = lifecycle.create_application(
        "Shop", key="my-key", timezone="Etc/UTC", country="FR", type="web", category="3", salt="pepper"
    )

    assert stored(application) == {
        "_id": application.pk,
        "name": "Shop",
        "key": "my-key",
        "country": "FR",
        "timezone": "Etc/UTC",
        "category": "3",
        "type": "web",
        "salt": "pepper",
        "created_at": NOW_S,
        "edited_at": NOW_S,
        "owner": "",
        "seq": 0,
        "has_image": False,
        "unique_since": 0,
    }


def test_unknown_country_type_and_category_fall_back_to_the_settings():
    configuration.write("apps", {"country": "DE", "timezone": "Europe/Berlin", "category": "2"})

    application = lifecycle.create_application("Shop", country="XX", type="toaster", category="99")

    found = (application.country, application.timezone, application.type, application.category)
    assert found == ("DE", "Europe/Berlin", "mobile", "2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": " "}, "The application needs a name."),
        (
            {"name": "Shop", "timezone": "Mars/Base"},
            "Unknown time zone: 'Mars/Base'. Give an IANA name such as Europe/Berlin.",
        ),
        ({"name": "Shop", "key": "a b"}, "An app key has 1 to 200 characters and no spaces."),
        ({"name": "Shop", "key": "a" * 201}, "An app key has 1 to 200 characters and no spaces."),
        ({"name": "Shop", "key": "taken"}, "The app key is already in use."),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_made(arguments, message):
    lifecycle.create_application("Other", key="taken")
    before = set(mongo.database().list_collection_names())

    with pytest.raises(lifecycle.InvalidApplication) as error:
        lifecycle.create_application(**arguments)

    assert str(error.value) == message
    assert [application.key for application in Application.objects.all()] == ["taken"]
    assert set(mongo.database().list_collection_names()) == before


def test_collections_exist_before_the_key_can_be_found(monkeypatch):
    monkeypatch.setattr(schema, "_per_application", {"probe": []})
    seen = []
    save = Application.save

    def spy(self, **kwargs):
        seen.append(f"probe{self.pk}" in mongo.database().list_collection_names())
        save(self, **kwargs)

    monkeypatch.setattr(Application, "save", spy)
    lifecycle.create_application("Shop")

    assert seen == [True]


def test_saving_keeps_what_others_wrote_in_the_meantime():
    application = lifecycle.create_application("Shop")
    loaded = Application.objects.get(pk=application.pk)
    mongo.collection("apps").update_one(
        {"_id": application.pk}, {"$set": {"last_data": 5, "x": {"y": 1}}, "$inc": {"seq": 7}}
    )

    loaded.name = "Renamed"
    lifecycle.save_changes(loaded)

    document = stored(application)
    assert (document["name"], document["seq"], document["last_data"], document["x"]) == ("Renamed", 7, 5, {"y": 1})


def test_saving_does_not_fill_up_a_document_that_lacks_fields():
    _id = mongo.collection("apps").insert_one({"name": "Old", "key": "old", "timezone": "UTC"}).inserted_id

    loaded = Application.objects.get(pk=_id)
    loaded.redirect_url = "https://example.com"
    lifecycle.save_changes(loaded)

    assert stored(loaded) == {
        "_id": _id,
        "name": "Old",
        "key": "old",
        "timezone": "UTC",
        "redirect_url": "https://example.com",
        "edited_at": NOW_S,
    }


def test_emptied_field_is_removed_from_the_document():
    application = lifecycle.create_application("Shop", salt="pepper")
    loaded = Application.objects.get(pk=application.pk)

    loaded.salt = None
    lifecycle.save_changes(loaded)

    assert "salt" not in stored(application)


def test_new_salt_replaces_the_one_under_the_older_name():
    application = lifecycle.create_application("Shop")
    mongo.collection("apps").update_one({"_id": application.pk}, {"$set": {"checksum_salt": "old"}})
    loaded = Application.objects.get(pk=application.pk)

    loaded.salt = "new"
    lifecycle.save_changes(loaded)

    document = stored(application)
    assert (document["salt"], "checksum_salt" in document) == ("new", False)


def test_rotated_key_takes_the_place_of_the_old_one_at_once():
    application = lifecycle.create_application("Shop", key="old")
    assert lookup.by_key("old") is not None

    new = lifecycle.rotate_key(application)

    assert lookup.by_key("old") is None
    assert lookup.by_key(new).id == str(application.pk)


def test_paused_and_locked_are_stored_and_seen():
    application = lifecycle.create_application("Shop", key="k")

    lifecycle.set_paused([application], True)
    lifecycle.set_locked([application], True)
    found = lookup.by_key("k")

    assert (found.paused, found.locked) == (True, True)


def test_key_taken_while_creating_is_refused_and_leaves_no_collections(monkeypatch):
    monkeypatch.setattr(schema, "_per_application", {"probe": []})
    before = set(mongo.database().list_collection_names())
    ensure = schema.ensure_for_application

    def somebody_is_faster(application_id):
        ensure(application_id)
        mongo.collection("apps").insert_one({"name": "Faster", "key": "k"})

    monkeypatch.setattr(schema, "ensure_for_application", somebody_is_faster)
    with pytest.raises(lifecycle.KeyInUse):
        lifecycle.create_application("Shop", key="k")

    assert set(mongo.database().list_collection_names()) == before
    assert [document["name"] for document in mongo.collection("apps").find({})] == ["Faster"]
