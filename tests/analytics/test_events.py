"""Custom events, in all the forms in which they can be asked for."""

import json

import pytest
from bson import ObjectId

from apps.core import mongo
from apps.core.keys import event_hash

DAY = {"c": 2, "s": 9.99, "dur": 3}


@pytest.fixture
def events(store, application):
    """Purchase on 12 March at 13 h in two documents; Login on the 11th; the counters of all events beside them."""

    def hashed(event, segment):
        return f"{event_hash(event, application.id)}_{segment}"

    def of(event, segment):
        return {"e": event, "s": segment, "prefix": hashed(event, segment)}

    one, other = {"c": 1, "s": 9.99, "dur": 3}, {"c": 1}
    plain = of("Purchase", "no-segment")
    store("events_data", "2025:3", **plain, d={"12": {**one, "13": one}})
    store("events_data", "2025:3", "x", **plain, d={"12": {**other, "13": other}})
    store("events_data", "2025:3", "H", **of("Purchase", "plan"), d={"12": {"pro": one}})
    store("events_data", "2025:3", "q", **of("Purchase", "plan"), d={"12": {"free": other}})
    store("events_data", "2025:0", "H", **plain, meta_v2={"plan": {"pro": True}, "segments": {"plan": True}})
    store("events_data", "2025:0", "q", **plain, meta_v2={"plan": {"free": True}, "segments": {"plan": True}})
    store("events_data", "2025:3", **of("Login", "no-segment"), d={"11": {"c": 5, "9": {"c": 5}}})
    whole = {"e": "all", "prefix": "all_key", "s": "key"}
    store("events_data", "2025:3", "d", **whole, d={"12": {"Purchase": DAY}, "11": {"Login": {"c": 5}}})
    store("events_data", "2025:3", "e", **whole, d={"12": {"my": {"event": {"c": 1}}, "[CLY]_view": {"c": 9}}})
    known = {"e": "all", "prefix": "all_no-segment", "s": "no-segment"}
    store("events_data", "2025:0", "d", **known, meta_v2={"key": {"Purchase": True, "Login": True}})
    store("events_data", "2025:0", "e", **known, meta_v2={"key": {"my": {"event": True}, "[CLY]_view": True}})
    mongo.collection("events").insert_one(
        {
            "_id": ObjectId(application.id),
            "list": ["[CLY]_view", "Purchase", "Login"],
            "segments": {"Purchase": ["plan"], "[CLY]_view": ["name"]},
        }
    )
    mongo.collection("event_groups").insert_one(
        {"_id": "[CLY]_group_1", "app_id": application.id, "name": "Both", "source_events": ["Purchase", "Login"]}
    )


META = {"plan": ["pro", "free"], "segments": ["plan"]}
PURCHASE = {"2025": {**DAY, "3": {**DAY, "12": {**DAY, "13": DAY}}}, "meta": META}
LOGIN = {"2025": {"c": 5, "3": {"c": 5, "11": {"c": 5, "9": {"c": 5}}}}}
BOTH = {
    "2025": {**DAY, "c": 7, "3": {**DAY, "c": 7, "11": {"c": 5, "9": {"c": 5}}, "12": {**DAY, "13": DAY}}},
    "meta": META,
}


def ordered(tree):
    """Known values have no order that clients may rely on."""
    return {**tree, "meta": {name: sorted(values) for name, values in tree.get("meta", {}).items()}}


def test_one_event(read, events):
    assert ordered(read("/o", method="events", event="Purchase")) == {**ordered(PURCHASE), "eventName": "Purchase"}
    assert read("/o", method="events", event="Login") == {**LOGIN, "eventName": "Login"}


def test_one_event_by_a_segment(read, events):
    answer = read("/o", method="events", event="Purchase", segmentation="plan")

    values = {"pro": {"c": 1, "s": 9.99, "dur": 3}, "free": {"c": 1}}
    assert ordered(answer) == {
        "2025": {**values, "3": {**values, "12": values}},
        "meta": {"plan": ["free", "pro"], "segments": ["plan"]},
        "eventName": "Purchase",
    }


def test_without_a_name_the_first_event_that_is_not_internal(read, events):
    assert read("/o", method="events") == LOGIN


def test_several_events_and_groups_are_merged(read, events):
    assert ordered(read("/o", method="events", events='["Purchase","Login"]')) == ordered(BOTH)
    group = read("/o", method="events", event="[CLY]_group_1")
    assert ordered(group) == {**ordered(BOTH), "eventName": "[CLY]_group_1"}
    assert read("/o", method="events", events="[]") == {}
    assert read("/o", method="events", events="Purchase") == {"meta": {}}


def test_a_group_that_does_not_exist(client, application, owner, events):
    answer = client.get(
        "/o", {"method": "events", "event": "[CLY]_group_2", "app_id": application.id, "api_key": owner.api_key}
    )

    assert (answer.status_code, answer.json()) == (404, {"result": "Event group not found"})


def test_lists_of_known_values_are_cut(read, events):
    from apps.plugin_api import configuration

    configuration.write("api", {"event_segmentation_value_limit": 1})
    try:
        answer = read("/o", method="events", event="Purchase")
    finally:
        configuration.write("api", {"event_segmentation_value_limit": 1000})

    assert {name: len(values) for name, values in answer["meta"].items()} == {"plan": 1, "segments": 1}


def test_a_refresh_and_the_full_range(read, events):
    today = {"2025": {"3": {"12": {**DAY, "13": DAY}}}, "meta": META, "eventName": "Purchase"}

    assert ordered(read("/o", method="events", event="Purchase", action="refresh")) == ordered(today)
    assert ordered(read("/o", method="events", event="Purchase", fullRange="1")) == ordered(today)


def test_the_overview(read, events):
    answer = read(
        "/o", method="events", events='["Purchase","Nothing","[CLY]_group_1"]', overview="true", period="2days"
    )

    def block(now, sparkline):
        return {"total": now, "prev-total": 0, "change": "NA", "trend": "u", "sparkline": sparkline}

    assert answer == {
        "Purchase": {"data": {"count": block(2, [0, 2]), "sum": block(9.99, [0, 9]), "dur": block(3, [0, 3])}},
        "Nothing": {"data": {"count": block(0, [0, 0]), "sum": block(0, [0, 0]), "dur": block(0, [0, 0])}},
        "[CLY]_group_1": {"data": {"count": block(7, [5, 2]), "sum": block(9.99, [0, 9]), "dur": block(3, [0, 3])}},
    }


def test_the_list_of_events(read, events, application):
    limits = {"event_limit": 500, "event_segmentation_limit": 100, "event_segmentation_value_limit": 1000}

    assert read("/o", method="get_events") == {
        "_id": application.id,
        "list": ["Purchase", "Login"],
        "segments": {"Purchase": ["plan"]},
        "limits": limits,
    }


def test_without_events_there_are_only_limits(read):
    assert list(read("/o", method="get_events")) == ["limits"]


def test_event_groups(read, events, application):
    group = {"_id": "[CLY]_group_1", "app_id": application.id, "name": "Both", "source_events": ["Purchase", "Login"]}

    assert read("/o", method="get_event_groups") == [group]
    assert read("/o", method="get_event_group", _id="[CLY]_group_1") == group


def test_steps_and_rows_of_events(read, events):
    steps = [{"_id": "2025-3-11", "c": 0, "s": 0, "dur": 0}, {"_id": "2025-3-12", **DAY}]
    rows = [{"_id": "pro", "c": 1, "s": 9.99, "dur": 3}, {"_id": "free", "c": 1, "s": 0, "dur": 0}]

    def by_name(found):
        return sorted(found, key=lambda row: row["_id"])

    assert read("/o/analytics/events", event="Purchase", period="2days") == steps
    assert by_name(read("/o/analytics/events", event="Purchase", segmentation="plan")) == by_name(rows)
    assert read("/o/analytics/events", events='["Purchase"]', period="2days") == {"Purchase": steps}
    assert read("/o/analytics/events", events='"Purchase"', period="2days") == {"Purchase": steps}
    assert read("/o/analytics/events", event="Purchase", bucket="monthly", period="2days") == [{"_id": "2025-3", **DAY}]
    assert read("/o/analytics/events", event="[CLY]_group_1", period="2days")[0] == {
        "_id": "2025-3-11", "c": 5, "s": 0, "dur": 0,
    }  # fmt: skip


def test_all_events(read, events):
    assert read("/o/analytics/events", period="hour") == {
        "all": [
            {"_id": "[CLY]_view", "c": 9, "s": 0, "dur": 0},
            {"_id": "Purchase", **DAY},
            {"_id": "my:event", "c": 1, "s": 0, "dur": 0},
        ]
    }


@pytest.mark.parametrize("value", ["[x", "Buy", "7", '{"a":1}', "[1]"])
def test_unreadable_lists_of_events(client, application, owner, value):
    answer = client.get("/o/analytics/events", {"events": value, "app_id": application.id, "api_key": owner.api_key})

    assert (answer.status_code, answer.json()) == (
        400,
        {"result": "Must provide valid array with event keys as events param."},
    )


def test_top_events(read, application):
    assert read("/o", method="top_events", period="30days", limit="5") is False
    number = {"total": 40, "prev-total": 20, "change": "100%", "trend": "u"}
    other = {"total": 4, "prev-total": 0, "change": "NA", "trend": "u"}
    key = ObjectId()
    mongo.collection("top_events").insert_one(
        {
            "_id": key,
            "app_id": ObjectId(application.id),
            "ts": 1741737660,
            "period": "30days",
            "data": {
                "a&#46;b": {"data": {"count": other, "sum": number, "duration": other}},
                "Purchase": {"data": {"count": number, "sum": other, "duration": other}},
            },
            "totalCount": 44,
            "prevTotalCount": 20,
            "totalSum": 44,
        }
    )
    head = {"_id": str(key), "app_id": application.id, "ts": 1741737660, "period": "30days"}

    assert read("/o", method="top_events", period="30days", limit="1") == {
        **head,
        "totalCount": 44,
        "prevTotalCount": 20,
        "totalSum": 44,
        "data": [{"name": "Purchase", "count": 40, "sum": 4, "duration": 4}],
    }
    assert read("/o", method="top_events", period="30days", filter="sum", limit="5") == {
        **head,
        "totalCount": 44,
        "data": [
            {"name": "a.b", "sum": 40, "trend": "u", "change": "100%"},
            {"name": "Purchase", "sum": 4, "trend": "u", "change": "NA"},
        ],
    }


def test_more_events_than_fit_into_one_read(read, events):
    keys = [*(f"event {number}" for number in range(45)), "Purchase"]

    answer = read("/o/analytics/events", events=json.dumps(keys), period="hour")

    assert [key for key, rows in answer.items() if any(row["c"] for row in rows)] == ["Purchase"]
    assert list(answer) == keys
