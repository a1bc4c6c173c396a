"""Every page of the applications' admin, against the embedded server."""

import re

import pytest
from bson import ObjectId
from django.contrib.admin.models import LogEntry

from apps.applications import lifecycle, lookup
from apps.applications.models import Application
from apps.core import mongo
from tests.accounts.conftest import owner  # noqa: F401  fixture

pytestmark = pytest.mark.django_db

LIST = "/admin/applications/application/"


@pytest.fixture
def as_owner(client, owner):  # noqa: F811  the fixture
    client.force_login(owner)
    return client


@pytest.fixture
def application():
    return lifecycle.create_application("Shop", key="shop-key-0123456789", country="DE", timezone="Europe/Berlin")


def page(client, path, **query):
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content[:2000]
    return answer.content.decode()


def listed(client, **query):
    """Names in the rows of the list, in order."""
    return re.findall(r'<th class="field-name"><a href="[^"]*">([^<]*)</a>', page(client, LIST, **query))


def form_of(application, **changes):
    names = ("name", "type", "category", "country", "timezone")
    fields = {name: getattr(application, name) for name in names}
    return {**fields, "salt": "", "redirect_url": "", "app_domain": "", "description": "", **changes}


def stored(application):
    return mongo.collection("apps").find_one({"_id": application.pk})


def act(client, action, *chosen, **more):
    data = {"action": action, "_selected_action": [str(application.pk) for application in chosen], **more}
    return client.post(LIST, data, follow=True).content.decode()


def test_every_page_opens(as_owner, application):
    for path in ("/admin/applications/", LIST, LIST + "add/"):
        page(as_owner, path)
    for part in ("change", "history"):
        page(as_owner, f"{LIST}{application.pk}/{part}/")
    assert as_owner.get(f"{LIST}{ObjectId()}/change/").status_code == 302
    assert as_owner.get(f"{LIST}nonsense/change/").status_code == 302


def test_deleting_asks_first_and_says_what_goes_with_the_application(as_owner, application):
    mongo.collection("users").insert_one({"_id": "x", "a": str(application.pk), "m": "2025:3"})
    path = f"{LIST}{application.pk}/delete/"

    assert "It also removes" in page(as_owner, path)
    assert "profiles of users and their history" in page(as_owner, path)
    assert Application.objects.count() == 1

    as_owner.post(path, {"post": "yes"})

    assert (Application.objects.count(), mongo.collection("users").count_documents({})) == (0, 0)


def test_chosen_applications_are_deleted_after_a_question(as_owner, application):
    kept = lifecycle.create_application("Kept")
    chosen = lifecycle.create_application("Gone")

    assert "It also removes" in act(as_owner, "delete_with_data", application, chosen)
    assert Application.objects.count() == 3

    act(as_owner, "delete_with_data", application, chosen, confirmed="yes")

    assert [found.pk for found in Application.objects.all()] == [kept.pk]
    entries = LogEntry.objects.filter(change_message="Deleted, with all its data.")
    assert sorted(entry.object_repr for entry in entries) == ["Gone", "Shop"]


def test_locked_application_is_not_deleted(as_owner, application):
    lifecycle.set_locked([application], True)

    assert "Unlock it first" in act(as_owner, "delete_with_data", application, confirmed="yes")
    assert as_owner.post(f"{LIST}{application.pk}/delete/", {"post": "yes"}).status_code == 403
    act(as_owner, "delete_selected", application, post="yes")

    assert Application.objects.count() == 1


def test_list_masks_keys_and_lets_them_be_copied(as_owner, application):
    html = page(as_owner, LIST)

    assert "<code>shop…6789</code>" in html
    assert 'data-copy-text="shop-key-0123456789"' in html
    assert 'src="/static/tally/js/copy.js"' in html


def test_list_can_be_searched_filtered_and_sorted(as_owner, application):
    lifecycle.set_paused([lifecycle.create_application("Blog", type="web", country="FR")], True)
    lifecycle.set_locked([lifecycle.create_application("Game", country="DE")], True)

    assert listed(as_owner) == ["Blog", "Game", "Shop"]
    assert listed(as_owner, o="-1") == ["Shop", "Game", "Blog"]
    assert listed(as_owner, q="sho") == ["Shop"]
    assert listed(as_owner, q="KEY-0123") == ["Shop"]
    assert listed(as_owner, country="DE") == ["Game", "Shop"]
    assert listed(as_owner, type="web") == ["Blog"]
    assert listed(as_owner, paused="yes") == ["Blog"]
    assert listed(as_owner, paused="no") == ["Game", "Shop"]
    assert listed(as_owner, locked="yes", country="DE") == ["Game"]
    assert "France" in page(as_owner, LIST)


def test_added_application_is_made_with_all_it_needs(as_owner, owner, monkeypatch):  # noqa: F811  the fixture
    monkeypatch.setattr("apps.core.schema._per_application", {"probe": []})
    fields = {"name": "Shop", "type": "web", "category": "3", "country": "FR", "timezone": "Europe/Paris", "key": ""}

    answer = as_owner.post(LIST + "add/", fields)

    assert answer.status_code == 302, answer.context["errors"]
    application = Application.objects.get()
    assert stored(application) == {
        "_id": application.pk,
        "name": "Shop",
        "key": application.key,
        "country": "FR",
        "timezone": "Europe/Paris",
        "category": "3",
        "type": "web",
        "created_at": application.created_at,
        "edited_at": application.created_at,
        "owner": str(owner.pk),
        "seq": 0,
        "has_image": False,
        "unique_since": 0,
    }
    assert re.fullmatch("[0-9a-f]{40}", application.key)
    assert f"probe{application.pk}" in mongo.database().list_collection_names()
    assert [entry.object_id for entry in LogEntry.objects.all()] == [str(application.pk)]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": ""}, {"name": ["This field is required."]}),
        ({"key": "shop-key-0123456789"}, {"key": ["Application with this App key already exists."]}),
        ({"key": "a b"}, {"key": ["An app key has 1 to 200 characters and no spaces."]}),
        (
            {"timezone": "Mars/Base"},
            {"timezone": ["Select a valid choice. Mars/Base is not one of the available choices."]},
        ),
    ],
)
def test_what_cannot_be_used_is_refused(as_owner, application, changes, errors):
    fields = {"name": "New", "type": "web", "category": "3", "country": "FR", "timezone": "Europe/Paris", "key": ""}

    answer = as_owner.post(LIST + "add/", {**fields, **changes})

    assert answer.context["adminform"].form.errors == errors
    assert Application.objects.count() == 1


def test_saving_an_unchanged_page_changes_only_the_time(as_owner, application):
    before = stored(application)

    answer = as_owner.post(f"{LIST}{application.pk}/change/", form_of(application))

    assert answer.status_code == 302
    assert stored(application) == {**before, "edited_at": stored(application)["edited_at"]}


def test_change_is_seen_at_once_by_those_who_look_applications_up(as_owner, application):
    assert lookup.by_key(application.key).paused is False

    as_owner.post(f"{LIST}{application.pk}/change/", form_of(application, name="Renamed", salt="pepper", paused="on"))

    found = lookup.by_key(application.key)
    assert (found.name, found.salt, found.paused) == ("Renamed", "pepper", True)
    assert "locked" not in stored(application)


def test_salt_under_the_older_name_is_shown_and_kept(as_owner, application):
    mongo.collection("apps").update_one({"_id": application.pk}, {"$set": {"checksum_salt": "old-pepper"}})

    assert 'value="old-pepper"' in page(as_owner, f"{LIST}{application.pk}/change/")
    as_owner.post(f"{LIST}{application.pk}/change/", form_of(application, salt="old-pepper"))

    document = stored(application)
    assert (document["checksum_salt"], "salt" in document) == ("old-pepper", False)


def test_salt_under_the_older_name_can_be_removed(as_owner, application):
    mongo.collection("apps").update_one({"_id": application.pk}, {"$set": {"checksum_salt": "old-pepper"}})

    as_owner.post(f"{LIST}{application.pk}/change/", form_of(application, salt=""))

    assert lookup.by_key(application.key).salt == ""


def test_stored_values_that_no_list_knows_stay(as_owner, application):
    odd = {"type": "tv", "country": "XX", "category": "77"}
    mongo.collection("apps").update_one({"_id": application.pk}, {"$set": odd})
    loaded = Application.objects.get(pk=application.pk)

    as_owner.post(f"{LIST}{application.pk}/change/", form_of(loaded, name="Renamed"))

    document = stored(application)
    assert {name: document[name] for name in ("name", *odd)} == {"name": "Renamed", **odd}


def test_pause_resume_lock_unlock(as_owner, application):
    assert "Paused: Shop" in act(as_owner, "pause", application)
    act(as_owner, "lock", application)
    assert (stored(application)["paused"], stored(application)["locked"]) == (True, True)

    act(as_owner, "resume", application)
    act(as_owner, "unlock", application)

    assert (stored(application)["paused"], stored(application)["locked"]) == (False, False)
    assert "Resumed." in page(as_owner, f"{LIST}{application.pk}/history/")


def test_app_key_is_reset_after_a_confirmation(as_owner, application):
    assert "count as new users" in act(as_owner, "reset_key", application)
    assert lookup.by_key(application.key) is not None

    act(as_owner, "reset_key", application, confirmed="yes")

    assert lookup.by_key(application.key) is None
    assert re.fullmatch("[0-9a-f]{40}", stored(application)["key"])
