"""The screen on which events are managed: readers look, editors change, outsiders find nothing."""

import pytest
from django.test import Client

from apps.accounts import permissions
from apps.core import mongo
from apps.events import storage
from tests.accounts.conftest import person
from tests.events.conftest import send

BULK_AND_GROUPS = ("show_ticked", "hide_ticked", "delete_ticked", "save_group", "move_group", "switch_group")
BULK_AND_GROUPS += ("delete_group",)

pytestmark = pytest.mark.django_db


def browser(application, name, letters):
    rights = permissions.empty()
    for letter in letters:
        rights[letter] = {str(application.pk): {"all": False, "allowed": {"events": True, "core": True}}}
    client = Client(enforce_csrf_checks=False)
    client.force_login(person(name, permission=rights))
    return client


def address(application):
    return f"/applications/{application.pk}/events/manage"


def event_list(application):
    return mongo.collection("events").find_one({"_id": application.pk})


@pytest.fixture
def with_event(shop):
    send(shop, {"key": "Buy", "segmentation": {"plan": "pro", "size": "1"}}, {"key": "Other <b>"})
    return shop


def test_readers_look_and_cannot_change(with_event, other):
    reader = browser(with_event, "reader", "r")
    page = reader.get(address(with_event), {"event": "Buy"})
    assert (page.status_code, "Other &lt;b&gt;" in page.text, 'value="save_event"' in page.text) == (200, True, False)
    before = event_list(with_event)
    for action in ("save_event", "delete_event", "take_off_overview", *BULK_AND_GROUPS):
        assert reader.post(address(with_event), {"action": action, "event": "Buy"}).status_code == 403
    assert event_list(with_event) == before
    stranger = browser(other, "stranger", "crud")
    assert stranger.get(address(with_event)).status_code == 404
    assert stranger.post(address(with_event), {"action": "delete_event", "event": "Buy"}).status_code == 404
    assert event_list(with_event) == before


def test_forms_need_their_token(with_event):
    client = browser(with_event, "editor", "crud")
    client.handler.enforce_csrf_checks = True
    assert client.post(address(with_event), {"action": "delete_event", "event": "Buy"}).status_code == 403
    assert "Buy" in event_list(with_event)["list"]


def test_an_editor_saves_all_of_an_event(with_event):
    editor = browser(with_event, "editor", "crud")
    form = {
        "action": "save_event",
        "event": "Buy",
        "name": " Purchase ",
        "count": "Purchases",
        "place": "1",
        "is_visible": "on",
        "overview": ["count", "sum"],
        "mode": "omit",
        "segment": ["size"],
    }

    assert editor.post(address(with_event), form).url == address(with_event)

    stored = event_list(with_event)
    assert stored["map"] == {"Buy": {"name": "Purchase", "count": "Purchases"}}
    assert (stored["order"], stored["segments"]) == (["Buy", "Other <b>"], {"Buy": ["plan"]})
    assert [item["eventProperty"] for item in stored["overview"]] == ["count", "sum"]
    assert stored["omitted_segments"] == {"Buy": ["size"]}

    take_off = {"action": "take_off_overview", "event": "Buy", "property": "count"}
    assert editor.post(address(with_event), take_off).status_code == 302
    assert [item["eventProperty"] for item in event_list(with_event)["overview"]] == ["sum"]
    editor.post(address(with_event), {**form, "mode": "only", "segment": ["plan"], "is_visible": ""})
    assert event_list(with_event)["whitelisted_segments"] == {"Buy": ["plan"]}
    assert event_list(with_event)["omitted_segments"] == {}


def test_an_editor_deletes_an_event_and_keeps_groups(with_event):
    editor = browser(with_event, "editor", "crud")
    group = {
        "action": "save_group",
        "name": "Both",
        "source_events": ["Buy", "Other <b>"],
        "count": "N",
        "status": "on",
    }
    editor.post(address(with_event), group)
    stored = mongo.collection("event_groups").find_one({})
    assert (stored["name"], stored["source_events"], stored["display_map"], stored["status"]) == (
        "Both",
        ["Buy", "Other <b>"],
        {"c": "N"},
        True,
    )
    assert "Both" in editor.get(address(with_event), {"group": stored["_id"]}).text

    editor.post(address(with_event), {"action": "delete_event", "event": "Buy"})

    assert event_list(with_event)["list"] == ["Other <b>"]
    assert mongo.collection("event_groups").find_one({})["source_events"] == ["Other <b>"]
    editor.post(address(with_event), {**group, "group": stored["_id"], "name": "One", "source_events": ["Other <b>"]})
    assert mongo.collection("event_groups").find_one({})["name"] == "One"
    editor.post(address(with_event), {"action": "delete_group", "group": stored["_id"]})
    assert mongo.collection("event_groups").count_documents({}) == 0


def test_what_cannot_be_done_is_said(with_event):
    editor = browser(with_event, "editor", "crud")

    page = editor.post(address(with_event), {"action": "delete_event", "event": "Nope"}, follow=True)
    assert "There is no such event." in page.text
    assert editor.post(address(with_event), {"action": "nonsense"}).status_code == 404
    assert editor.post(address(with_event), {"action": "save_group", "name": "x"}, follow=True).status_code == 200
    assert mongo.collection("event_groups").count_documents({}) == 0


def test_without_events_the_screen_says_so(shop):
    assert "No custom events yet" in browser(shop, "reader", "r").get(address(shop)).text


def test_groups_are_ordered_shown_and_hidden(with_event):
    editor, page = browser(with_event, "editor", "crud"), address(with_event)
    for name in ("a", "b", "c"):
        form = {"action": "save_group", "name": name, "source_events": ["Buy"], "status": "on"}
        editor.post(page, form)
    ids = {group["name"]: group["_id"] for group in storage.groups(str(with_event.pk))}

    editor.post(page, {"action": "move_group", "group": ids["c"], "place": "0"})
    editor.post(page, {"action": "switch_group", "group": ids["a"], "status": "false"})
    stranger = editor.post(page, {"action": "move_group", "group": "[CLY]_group_x", "place": "0"}, follow=True)

    found = storage.groups(str(with_event.pk))
    assert [(group["name"], group["status"]) for group in found] == [("c", True), ("a", False), ("b", True)]
    assert "There is no such group." in stranger.text
    assert ("Move c down" in stranger.text, "Move c up" in stranger.text) == (True, False)


def test_ticked_events_are_hidden_shown_and_deleted_together(with_event):
    editor, page = browser(with_event, "editor", "crud"), address(with_event)
    both = {"selected": ["Buy", "Other <b>", "[CLY]_unknown"]}

    editor.post(page, {"action": "hide_ticked", **both})
    assert {key: entry["is_visible"] for key, entry in event_list(with_event)["map"].items()} == {
        "Buy": False,
        "Other <b>": False,
    }
    editor.post(page, {"action": "show_ticked", "selected": ["Buy"]})
    assert "is_visible" not in event_list(with_event)["map"].get("Buy", {})
    editor.post(page, {"action": "delete_ticked", **both})
    assert event_list(with_event)["list"] == []
    assert "Tick the events first." in editor.post(page, {"action": "hide_ticked"}, follow=True).text
