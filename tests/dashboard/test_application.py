"""The screen on which an application is managed, by its administrators and nobody else."""

import io

import pytest
from bson import ObjectId
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.accounts import permissions
from apps.accounts.members import create_member
from apps.applications import lookup
from apps.applications.lifecycle import create_application
from apps.core import mongo
from apps.plugin_api import configuration
from apps.plugin_api.audit import action_recorded
from tests.dashboard.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def address(application):
    return f"/applications/{application.id}/manage"


def stored(application):
    return mongo.collection("apps").find_one({"_id": ObjectId(application.id)})


@pytest.fixture
def keeper(application):
    """Administers the application."""
    rights = permissions.with_applications(None, {application.id}, set())
    return create_member(full_name="Kim", username="kim", email="kim@example.com", password=PASSWORD, permission=rights)


@pytest.fixture
def recorded():
    heard = []

    def hear(action, **_):
        heard.append(action)

    action_recorded.connect(hear)
    yield heard
    action_recorded.disconnect(hear)


FORMS = {
    "save": {"name": "Renamed"},
    "switch": {"switch": "paused=on"},
    "rotate_key": {},
    "save_settings": {"namespace": "api", "api.event_limit": "7"},
    "remove_data": {"period": "all", "confirmed": "Shop <&>"},
    "delete": {"confirmed": "Shop <&>"},
}
OF_GLOBAL_ADMINS = ("remove_data", "delete")


@pytest.mark.parametrize("action", FORMS)
def test_only_administrators_may(application, keeper, reader, outsider, as_member, action):
    before = stored(application)
    form = {"action": action, **FORMS[action]}

    assert as_member(reader).post(address(application), form).status_code == 403
    assert as_member(outsider).post(address(application), form).status_code == 404
    assert as_member(None).post(address(application), form).status_code == 302
    assert stored(application) == before
    expected = 403 if action in OF_GLOBAL_ADMINS else 302
    assert as_member(keeper).post(address(application), form).status_code == expected
    assert (stored(application) == before) is (action in OF_GLOBAL_ADMINS)


def test_a_picture_is_put_shown_and_taken_away(application, keeper, reader, as_member, recorded):
    browser = as_member(keeper)
    written = io.BytesIO()
    Image.new("RGB", (200, 100), "teal").save(written, "PNG")
    for sent in ({}, {"app_image": SimpleUploadedFile("x.png", b"no picture")}):
        answer = browser.post(address(application), {"action": "picture", **sent}, follow=True)
        assert "Choose a PNG, GIF or JPEG" in answer.text
    upload = SimpleUploadedFile("x.png", written.getvalue(), content_type="image/png")
    assert browser.post(address(application), {"action": "picture", "app_image": upload}).status_code == 302

    source = f"/appimages/{application.id}.png?v={stored(application)['edited_at']}"
    for path in (address(application), "/manage/applications"):
        assert f'src="{source}"' in browser.get(path).text
    assert browser.get(source)["Content-Type"] == "image/png"
    assert as_member(reader).post(address(application), {"action": "picture", "remove": "1"}).status_code == 403
    browser.post(address(application), {"action": "picture", "remove": "1"})
    assert "/appimages/" not in browser.get("/manage/applications").text
    assert browser.get(source)["Content-Type"] == "image/svg+xml"
    assert recorded == ["app_updated", "app_updated"]


def test_the_list_has_what_one_administers(application, keeper, owner, reader, outsider, as_member):
    create_application("Elsewhere", type="web")
    path = "/manage/applications"
    assert [as_member(member).get(path).status_code for member in (owner, keeper, reader, None)] == [200, 200, 403, 302]
    everything, own = as_member(owner).get(path).text, as_member(keeper).get(path).text
    assert ("Elsewhere</bdi>" in everything, "Elsewhere</bdi>" in own) == (True, False)
    assert ("Shop &lt;&amp;&gt;</bdi>" in own, application.key in own) == (True, True)
    assert ("/applications/new" in everything, "/applications/new" in own) == (True, False)
    for query, shown in (
        ({"search": "shop"}, (True, False)),
        ({"search": application.key}, (True, False)),
        ({"type": "web"}, (False, True)),
        ({"search": "nothing"}, (False, False)),
    ):
        page = as_member(owner).get(path, query).text
        assert (f'data-key="{application.id}"' in page, "Elsewhere</bdi>" in page) == shown


def test_the_screen_is_for_administrators(application, keeper, owner, reader, outsider, as_member):
    statuses = [as_member(member).get(address(application)).status_code for member in (owner, keeper, reader, outsider)]
    assert statuses == [200, 200, 403, 404]
    page = as_member(keeper).get(address(application)).text
    assert ("Shop &lt;&amp;&gt;" in page, application.key in page, 'value="delete"' in page) == (True, True, False)
    assert 'value="delete"' in as_member(owner).get(address(application)).text


def test_what_an_application_is_can_be_changed(application, keeper, as_member, recorded):
    form = {"action": "save", "name": "New", "timezone": "Asia/Tokyo", "redirect_url": "https://a.example", "x": "y"}

    assert as_member(keeper).post(address(application), form).url == address(application)

    after = stored(application)
    assert (after["name"], after["timezone"], after["redirect_url"], "x" in after) == (
        "New",
        "Asia/Tokyo",
        "https://a.example",
        False,
    )
    page = as_member(keeper).post(address(application), {**form, "redirect_url": "ftp://a", "name": "No"}, follow=True)
    assert "Invalid props: redirect_url" in page.text
    assert stored(application)["name"] == "New"
    assert recorded == ["app_updated"]


def test_keys_rotate_and_switches_switch(application, keeper, as_member):
    browser = as_member(keeper)
    browser.post(address(application), {"action": "rotate_key"})
    key = stored(application)["key"]
    assert (key != application.key, len(key), lookup.by_key(application.key)) == (True, 40, None)
    for name in ("paused", "locked"):
        for value in ("on", "off"):
            browser.post(address(application), {"action": "switch", "switch": f"{name}={value}"})
            assert stored(application)[name] is (value == "on")
    assert browser.post(address(application), {"action": "switch", "switch": "key=on"}).status_code == 404


def test_own_settings_win_and_empty_ones_follow_the_server(application, keeper, as_member, recorded):
    browser = as_member(keeper)
    form = {"action": "save_settings", "namespace": "api", "api.event_limit": "7", "api.country_data": "false"}

    browser.post(address(application), form)
    assert stored(application)["plugins"] == {"api": {"event_limit": 7, "country_data": False}}
    changed = lookup.fresh_by_ids([application.id])[application.id]
    assert configuration.read("api", changed)["event_limit"] == 7
    page = browser.get(address(application)).text
    assert 'value="7" placeholder="500"' in page

    assert browser.post(address(application), {**form, "api.event_limit": "many"}).status_code == 302
    assert stored(application)["plugins"]["api"]["event_limit"] == 7
    browser.post(address(application), {**form, "api.event_limit": "", "api.country_data": ""})
    assert stored(application)["plugins"] == {"api": {}}
    assert browser.post(address(application), {**form, "namespace": "plugins"}).status_code == 404
    assert recorded == ["app_config_updated", "app_config_updated"]


def test_only_settings_that_an_application_may_have_are_offered(application, keeper, as_member):
    page = as_member(keeper).get(address(application)).text
    offered = [f'name="{name}"' in page for name in ("api.event_limit", "api.domain", "api.batch_period")]
    assert offered == [True, False, False]
    sent = {"action": "save_settings", "namespace": "api", "api.event_limit": "7", "api.domain": "https://x.example"}
    as_member(keeper).post(address(application), sent)
    assert stored(application)["plugins"]["api"] == {"event_limit": 7}


def test_data_goes_only_when_the_name_was_written(application, owner, as_member, recorded):
    other = create_application("Neighbour")
    mongo.collection("users").insert_many([{"_id": "1", "a": application.id}, {"_id": "2", "a": str(other.pk)}])
    browser = as_member(owner)
    for form in ({"action": "delete", "confirmed": "shop"}, {"action": "remove_data", "period": "all"}):
        assert "Write the name" in browser.post(address(application), form, follow=True).text
    browser.post(address(application), {"action": "switch", "switch": "locked=on"})
    browser.post(address(application), {"action": "delete", **FORMS["delete"]})
    browser.post(address(application), {"action": "remove_data", **FORMS["remove_data"]})
    assert mongo.collection("users").count_documents({}) == 2
    browser.post(address(application), {"action": "switch", "switch": "locked=off"})
    browser.post(address(application), {"action": "remove_data", **FORMS["remove_data"]})
    assert [one["_id"] for one in mongo.collection("users").find({})] == ["2"]

    assert browser.post(address(application), {"action": "delete", **FORMS["delete"]}).url == "/dashboard"

    assert stored(application) is None
    assert [one.id for one in lookup.all_applications()] == [str(other.pk)]
    assert recorded == ["app_updated", "app_updated", "clear_all", "app_deleted"]
