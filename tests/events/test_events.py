"""`/i/events/*`: what is changed of one application, and that its neighbour keeps everything."""

import json

import pytest

from apps.core import mongo
from apps.plugin_api.audit import action_recorded
from tests.accounts.calls import NO_RIGHT, SUCCESS
from tests.events.conftest import send

pytestmark = pytest.mark.django_db

PATHS = {
    "edit_map": {"event_map": {"Buy": {"name": "x"}}},
    "whitelist_segments": {"whitelisted_segments": {"Buy": ["plan"]}},
    "delete_events": {"events": ["Buy"]},
    "change_visibility": {"events": ["Buy"], "set_visibility": "hide"},
}


def call(caller, application, path, **sent):
    parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in sent.items()}
    return caller.post(f"/i/events/{path}", app_id=str(application.pk), **parameters)


def event_list(application):
    document = mongo.collection("events").find_one({"_id": application.pk})
    return {name: sorted(value) if name == "list" else value for name, value in document.items() if name != "_id"}


def counters(application):
    """`_id` -> the document, without the application's id."""
    found = mongo.collection("events_data").find({"a": str(application.pk)})
    return {one["_id"][25:]: {name: one.get(name) for name in ("e", "s", "d", "meta_v2")} for one in found}


def all_events(application):
    """Event -> its counters of the day, from the documents of all events; and the names that these list."""
    documents = [one for one in counters(application).values() if one["e"] == "all"]
    days = {}
    for one in documents:
        days.update((one["d"] or {}).get("12", {}))
    listed = {name for one in documents for name in ((one["meta_v2"] or {}).get("key") or {})}
    return days, listed


@pytest.fixture
def recorded():
    heard = []

    def hear(action, data, member, application_id, **_):
        heard.append((action, data, member.username, application_id))

    action_recorded.connect(hear)
    yield heard
    action_recorded.disconnect(hear)


@pytest.mark.parametrize("path", PATHS)
def test_only_those_with_the_right_may(counted, other, reader, outsider, editor, path):
    before = event_list(counted), counters(counted)
    for caller in (reader, outsider):
        assert call(caller, counted, path, **PATHS[path]) == NO_RIGHT
    assert call(editor, other, path, **PATHS[path]) == NO_RIGHT
    assert (event_list(counted), counters(counted)) == before

    neighbour = event_list(other), counters(other)
    assert call(editor, counted, path, **PATHS[path]) == SUCCESS
    assert (event_list(counted), counters(counted)) != before
    assert (event_list(other), counters(other)) == neighbour


def test_names_descriptions_and_order_are_stored(counted, editor):
    sent = {"Buy.now": {"name": "Now", "description": "d", "is_visible": True}, "Buy": {"name": "Buy"}}

    assert call(editor, counted, "edit_map", event_map=sent, event_order=["Buy.now", "Buy", 3]) == SUCCESS

    stored = event_list(counted)
    assert stored["map"] == {"Buy\\u002enow": {"name": "Now", "description": "d"}}
    assert stored["order"] == ["Buy.now", "Buy"]


@pytest.mark.parametrize(
    "sent",
    [
        {"event_map": {"$where": {"name": "x"}}},
        {"event_map": {"": {"name": "x"}}},
        {"event_map": {"Buy": {"$set": 1}}},
        {"event_map": {"Buy": {"a.b": 1}}},
        {"event_map": {"Buy": {"name": {"x": 1}}}},
        {"event_map": {"Buy": "x"}},
        {"event_map": {"Buy": {"name": "x" * 2001}}},
        {"omitted_segments": {"Buy": "plan"}},
        {"omitted_segments": {"Buy": [{"$ne": 1}]}},
        {"omitted_segments": {"$a": ["plan"]}},
        {"event_order": ["x"] * 2001},
    ],
)
def test_what_cannot_be_stored_is_refused_and_changes_nothing(shop, editor, sent):
    mongo.collection("events").insert_one({"_id": shop.pk, "list": ["Buy"]})

    assert call(editor, shop, "edit_map", **sent)[0] == 400

    assert event_list(shop) == {"list": ["Buy"]}


def test_hidden_events_leave_the_overview_and_other_items_stay(counted, editor):
    items = [{"eventKey": key, "eventProperty": "sum"} for key in ("Buy", "Buy.now")]
    assert call(editor, counted, "edit_map", event_overview=items) == SUCCESS

    assert call(editor, counted, "change_visibility", events=["Buy.now"], set_visibility="hide") == SUCCESS

    stored = event_list(counted)
    assert stored["map"] == {"Buy\\u002enow": {"is_visible": False}}
    assert stored["overview"] == [
        {
            "eventKey": "Buy",
            "eventProperty": "sum",
            "order": 0,
            "is_event_group": False,
            "eventName": "Buy",
            "propertyName": "Sum",
        }
    ]
    assert call(editor, counted, "change_visibility", events=["Buy.now"], set_visibility="show") == SUCCESS
    assert event_list(counted)["map"] == {}


def test_an_omitted_segment_is_gone_and_no_longer_counted(counted, editor):
    assert call(editor, counted, "edit_map", omitted_segments={"Buy": ["ver.1"]}) == SUCCESS
    send(counted, {"key": "Buy", "segmentation": {"plan": "pro", "ver.1": "y"}})

    assert event_list(counted)["segments"] == {"Buy": ["plan"], "Buy:now": ["plan"]}
    of_buy = [one for one in counters(counted).values() if one["e"] == "Buy"]
    assert sorted({one["s"] for one in of_buy}) == ["no-segment", "plan"]
    listed = [one["meta_v2"] for one in of_buy if one["meta_v2"]]
    assert {name for sets in listed for name, values in sets.items() if values} == {"plan", "segments"}
    assert {name for sets in listed for name in sets.get("segments", {})} == {"plan"}

    assert call(editor, counted, "edit_map", omitted_segments={}, event_map={"Buy": {}}) == SUCCESS
    send(counted, {"key": "Buy", "segmentation": {"ver.1": "y"}})
    assert event_list(counted)["omitted_segments"] == {}
    assert sorted(event_list(counted)["segments"]["Buy"]) == ["plan", "ver1"]


def test_omissions_and_whitelists_hold_for_events_with_dots(counted, editor):
    assert call(editor, counted, "edit_map", omitted_segments={"Buy.now": ["plan"]}) == SUCCESS
    assert call(editor, counted, "whitelist_segments", whitelisted_segments={"Buy": ["plan"]}) == SUCCESS

    send(counted, {"key": "Buy.now", "segmentation": {"plan": "x", "more": "1"}})
    send(counted, {"key": "Buy", "segmentation": {"plan": "team", "color": "red"}})

    assert event_list(counted)["segments"] == {"Buy": ["plan", "ver1"], "Buy:now": ["more"]}
    assert call(editor, counted, "whitelist_segments", whitelisted_segments={"Buy": []}) == SUCCESS
    send(counted, {"key": "Buy", "segmentation": {"color": "red"}})
    assert sorted(event_list(counted)["segments"]["Buy"]) == ["color", "plan", "ver1"]


def test_a_deleted_event_leaves_nothing_and_counts_anew(counted, other, editor, recorded):
    mongo.collection("top_events").insert_one(
        {"app_id": counted.pk, "period": "today", "data": {"Buy&#46;now": {"data": {}}, "Buy": {"data": {}}}}
    )
    items = [{"eventKey": key, "eventProperty": "sum"} for key in ("Buy", "Buy.now")]
    shown = {"Buy.now": {"name": "Now"}, "Buy": {"name": "B"}}
    call(editor, counted, "edit_map", event_overview=items, event_map=shown, event_order=["Buy.now", "Buy"])
    call(editor, counted, "whitelist_segments", whitelisted_segments={"Buy.now": ["plan"]})
    del recorded[:]

    assert call(editor, counted, "delete_events", events=["Buy.now", "Nope"]) == SUCCESS

    assert recorded == [("event_deleted", {"events": ["Buy.now"]}, "editor", str(counted.pk))]
    stored = event_list(counted)
    assert (stored["list"], list(stored["segments"]), stored["order"]) == (["Buy"], ["Buy"], ["Buy"])
    assert ([item["eventKey"] for item in stored["overview"]], list(stored["map"])) == (["Buy"], ["Buy"])
    assert stored["whitelisted_segments"] == {}
    assert {one["e"] for one in counters(counted).values()} == {"Buy", "all"}
    assert all_events(counted) == ({"Buy": {"c": 2, "s": 3}}, {"Buy"})
    assert list(mongo.collection("top_events").find_one({"app_id": counted.pk})["data"]) == ["Buy"]
    assert mongo.collection("unique_sketches").distinct("v", {"a": str(counted.pk), "k": "events"}) == ["Buy"]

    send(counted, {"key": "Buy.now", "count": 5, "segmentation": {"plan": "free"}})
    assert all_events(counted) == (
        {"Buy": {"c": 2, "s": 3}, "Buy:now": {"c": 5}},
        {"Buy", "Buy:now"},
    )
    again = [one for one in counters(counted).values() if one["e"] == "Buy.now"]
    assert {name: value for one in again for name, value in (one["meta_v2"] or {}).items()} == {
        "plan": {"free": True},
        "segments": {"plan": True},
    }


def test_of_countlys_documents_nested_names_go_too(counted, editor):
    nested = {"a": str(counted.pk), "e": "all", "s": "key", "m": "2025:2", "_id": f"{counted.pk}_all_key_2025:2_x"}
    day = {"Buy": {"c": 1, "now": {"c": 2}}}
    mongo.collection("events_data").insert_one({**nested, "d": {"3": day}})

    assert call(editor, counted, "delete_events", events=["Buy.now"]) == SUCCESS

    left = mongo.collection("events_data").find_one({"_id": nested["_id"]})
    assert left["d"] == {"3": {"Buy": {"c": 1}}}


def test_changes_are_recorded_with_what_was_before(counted, editor, recorded):
    call(editor, counted, "edit_map", event_map={"Buy": {"name": "B"}})
    call(editor, counted, "change_visibility", events=["Buy"], set_visibility="hide")
    call(editor, counted, "whitelist_segments", whitelisted_segments={"Buy": ["plan"]})

    assert [(action, data["before"].get("map")) for action, data, _, _ in recorded] == [
        ("events_updated", None),
        ("events_updated", {"Buy": {"name": "B"}}),
        ("segments_whitelisted_for_events", None),
    ]


@pytest.mark.parametrize("path", PATHS)
def test_an_application_must_be_named(shop, admin, path):
    sent = {name: json.dumps(value) for name, value in PATHS[path].items()}
    assert admin.post(f"/i/events/{path}", **sent) == (400, {"result": 'Missing parameter "app_id"'})
