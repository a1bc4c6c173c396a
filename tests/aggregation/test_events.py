import hashlib

import pytest
from bson import ObjectId

from apps.aggregation.events import read_amounts, rounded_sum
from apps.aggregation.known_values import EventsDocument
from apps.aggregation.limits import Limits
from tests.aggregation.ledger import APP_ID, NOON, RECEIVED_MS, Ledger, json_request, request

PURCHASE = hashlib.sha1(f"Purchase{APP_ID}".encode()).hexdigest()


def events(*items, at=NOON, **parameters):
    return json_request({"timestamp": at, "events": list(items), **parameters})


def test_the_example_of_the_data_model():
    ledger = Ledger()
    segmentation = {"plan": "pro", "ver.1": "1.2", "num": 7, "arr": ["a"]}
    ledger.send(events({"key": "Purchase", "count": 2, "sum": 9.99, "dur": 3, "segmentation": segmentation}))
    amounts = {"c": 2, "s": 9.99, "dur": 3}
    assert ledger.counted("events_data") == {
        f"{PURCHASE}_no-segment_2025:3": {f"12.{hour}{name}": n for hour in ("", "12.") for name, n in amounts.items()},
        f"{PURCHASE}_plan_2025:3_H": {f"12.pro.{name}": n for name, n in amounts.items()},
        f"{PURCHASE}_ver1_2025:3_3": {f"12.1:2.{name}": n for name, n in amounts.items()},
        f"{PURCHASE}_num_2025:3_B": {f"12.[CLY]7.{name}": n for name, n in amounts.items()},
        "all_key_2025:3_d": {f"12.Purchase.{name}": n for name, n in amounts.items()},
    }
    fields = {
        document_id.removeprefix(f"{APP_ID}_"): value
        for (name, document_id), value in ledger.fields.items()
        if name == "events_data"
    }
    of_event = {"a": APP_ID, "e": "Purchase"}
    assert fields == {
        f"{PURCHASE}_no-segment_2025:3": {**of_event, "m": "2025:3", "s": "no-segment"},
        f"{PURCHASE}_plan_2025:3_H": {**of_event, "m": "2025:3", "s": "plan"},
        f"{PURCHASE}_ver1_2025:3_3": {**of_event, "m": "2025:3", "s": "ver1"},
        f"{PURCHASE}_num_2025:3_B": {**of_event, "m": "2025:3", "s": "num"},
        f"{PURCHASE}_no-segment_2025:0_H": {
            **of_event, "m": "2025:0", "s": "no-segment", "meta_v2.plan.pro": True, "meta_v2.segments.plan": True,
        },
        f"{PURCHASE}_no-segment_2025:0_3": {
            **of_event, "m": "2025:0", "s": "no-segment", "meta_v2.ver1.1:2": True, "meta_v2.segments.ver1": True,
        },
        f"{PURCHASE}_no-segment_2025:0_B": {
            **of_event, "m": "2025:0", "s": "no-segment", "meta_v2.num.[CLY]7": True, "meta_v2.segments.num": True,
        },
        "all_key_2025:3_d": {"a": APP_ID, "e": "all", "m": "2025:3", "s": "key"},
        "all_no-segment_2025:0_d": {
            "a": APP_ID, "e": "all", "m": "2025:0", "s": "no-segment",
            "meta_v2.key.Purchase": True, "meta_v2.segments.key": True,
        },
    }  # fmt: skip
    assert ledger.lists == {
        ("events", ObjectId(APP_ID)): {"list": {"Purchase"}, "segments.Purchase": {"plan", "ver1", "num"}}
    }


@pytest.mark.parametrize(
    ("event", "amounts"),
    [
        ({"count": 3}, (3, 0, 0)),
        ({"count": 0}, (1, 0, 0)),
        ({"count": -2}, (-2, 0, 0)),
        ({"count": 2.7}, (2, 0, 0)),
        ({"count": "4"}, (4, 0, 0)),
        ({"count": "x"}, (1, 0, 0)),
        ({"count": 10**10}, (1e10, 0, 0)),
        ({"count": "9" * 400}, (1, 0, 0)),
        ({}, (1, 0, 0)),
        ({"sum": "1.5"}, (1, 1.5, 0)),
        ({"sum": -3}, (1, -3, 0)),
        ({"sum": 0.123456789}, (1, 0.12346, 0)),
        ({"sum": "x"}, (1, 0, 0)),
        ({"sum": 1e12}, (1, 1e12, 0)),
        ({"sum": "1e999"}, (1, 0, 0)),
        ({"sum": 10**400}, (1, 0, 0)),
        ({"dur": 1.23456789}, (1, 0, 1.23456789)),
        ({"dur": "5"}, (1, 0, 5)),
        ({"dur": -5}, (1, 0, -5)),
        ({"dur": "y"}, (1, 0, 0)),
        ({"count": None, "sum": None, "dur": None}, (1, 0, 0)),
        ({"count": True, "sum": True}, (1, 0, 0)),
        ({"count": [], "sum": {}, "dur": []}, (1, 0, 0)),
    ],
)
def test_amounts(event, amounts):
    found = read_amounts(event)
    assert found == amounts
    assert [type(number) for number in found] == [type(number) for number in amounts]


@pytest.mark.parametrize(
    ("number", "rounded"),
    [
        (0.015625, 0.01563),
        (-0.015625, -0.01563),
        (1.000005, 1.00001),
        (2.5, 2.5),
        (1e16 + 0.5, 1e16 + 0.5),
        (0.000001, 0),
    ],
)
def test_sums_are_rounded_away_from_zero(number, rounded):
    assert rounded_sum(number) == rounded


def test_segments_of_every_kind():
    ledger = Ledger()
    segmentation = {
        "$price": "$5", "num40": 40, "float": 1.5, "bool": True, "null": None, "empty": "", "obj": {"x": 1},
        "zero": 0, "neg": -3, "uni": "grün 😀", "": "noname", "spa ce": " padded ", "c": "c", "no-segment": "x",
    }  # fmt: skip
    ledger.send(events({"key": "E", "segmentation": segmentation}))
    counted = {
        (document_id.split("_")[1], path)
        for document_id, paths in ledger.counted("events_data").items()
        for path in paths
        if "no-segment" not in document_id and "all_" not in document_id
    }
    assert counted == {
        ("price", "12.[CLY]5.c"),
        ("num40", "12.40.c"),
        ("float", "12.1:5.c"),
        ("bool", "12.true.c"),
        ("null", "12.null.c"),
        ("obj", "12.[object Object].c"),
        ("zero", "12.0.c"),
        ("neg", "12.-3.c"),
        ("uni", "12.grün 😀.c"),
        ("spa ce", "12. padded .c"),
        ("c", "12.c.c"),
    }
    assert ledger.dropped == {"Segment with unusable name": 2}


def test_events_have_their_own_times_or_the_last_one_told():
    ledger = Ledger()
    ledger.send(
        events(
            {"key": "sec", "timestamp": NOON - 3600},
            {"key": "msec", "timestamp": (NOON - 7200) * 1000},
            {"key": "inherit"},
            {"key": "short", "timestamp": 12345},
            {"key": "far", "timestamp": str(NOON - 86_400)},
        )
    )
    hours = {path for path in ledger.by_month("events_data", "2025:3") if path.count(".") == 2 and path.endswith("c")}
    assert hours == {
        "12.11.c", "12.10.c", "11.12.c", "12.sec.c", "12.msec.c", "11.far.c", "11.inherit.c",
    }  # fmt: skip
    assert ledger.by_month("events_data", "2025:4") == {"11.c": 1, "11.12.c": 1, "11.short.c": 1}
    assert RECEIVED_MS == (NOON + 30 * 86_400) * 1000


def test_events_as_text():
    ledger = Ledger()
    ledger.send_one_by_one(
        request(events='[{"key": "a"}]'),
        json_request({"timestamp": NOON, "events": '[{"key": "b"}]'}),
        request(events="[{broken"),
        request(events="5"),
        request(events="null"),
        request(events={"key": "object"}),
        request(events="[]"),
    )
    assert ledger.events.segments == {"a": set(), "b": set()}
    # What cannot be parsed counts by its characters: 8 and nothing else.
    assert ledger.profile()["data"] == {"events": 10}


def test_keys():
    ledger = Ledger()
    ledger.send(
        events(
            {"key": "Gam.ma"}, {"key": 5}, {"key": {"a": 1}}, {"key": True}, {"key": "$a.system.b..c"},
            {"key": ""}, {"key": 0}, {}, {"key": "$"}, {"key": "x" * 128}, {"key": "y" * 127},
            {"key": "[CLY]_made_up"}, {"key": "[CLY]_push_action", "segmentation": {"i": "1"}}, "text", None, 7,
            {"key": "nul\0"},
        )
    )  # fmt: skip
    keys = {"Gam.ma", "5", '{"a":1}', "true", "a.bc", "y" * 127, "[CLY]_push_action", "nul&#9647"}
    assert set(ledger.events.segments) == keys
    counted = {path.split(".")[1] for path in ledger.by_month("events_data", "2025:3") if path.count(".") == 2}
    assert {key.replace(".", ":") for key in keys} <= counted
    assert ledger.dropped == {
        "Event without key": 3,
        "Event with unusable key": 2,
        "Event with reserved key": 1,
        "Event that is no object": 3,
    }
    assert ledger.profile()["data"] == {"events": 14}


def test_orientation_is_kept_on_the_profile():
    ledger = Ledger()
    ledger.send(events({"key": "[CLY]_orientation", "segmentation": {"mode": "landscape"}}))
    assert ledger.profile()["ornt"] == "landscape"
    assert ledger.counted("events_data") == {}
    assert "data" not in ledger.profile()


def test_no_more_keys_than_the_limit():
    ledger = Ledger(limits=Limits(event_keys=2))
    ledger.send(events({"key": "a"}, {"key": "b"}, {"key": "c"}, {"key": "a"}))
    ledger.send(events({"key": "c"}, {"key": "b"}))
    assert set(ledger.events.segments) == {"a", "b"}
    assert ledger.by_month("events_data", "2025:3")["12.c"] == 4
    assert ledger.dropped == {"Event beyond the limit of event keys": 2}


def test_no_more_segments_than_the_limit():
    ledger = Ledger(limits=Limits(event_segments=2))
    ledger.send(events({"key": "a", "segmentation": {"x": "1x", "y": "1y", "z": "1z"}}))
    ledger.send(events({"key": "a", "segmentation": {"z": "1z", "x": "2x"}}))
    assert ledger.events.segments == {"a": {"x", "y"}}
    assert ledger.dropped == {"Segment beyond the limit of segments": 2}


def test_no_more_values_of_a_segment_than_the_limit():
    ledger = Ledger(limits=Limits(event_segment_values=1))
    same_shard = ["v0", "v66", "v81"]
    ledger.send(*(events({"key": "a", "segmentation": {"x": value}}) for value in same_shard))
    listed = [
        fields
        for (name, key), fields in ledger.fields.items()
        if "_no-segment_2025:0" in str(key) and "all" not in str(key)
    ]
    values = {path for fields in listed for path in fields if path.startswith("meta_v2.x.")}
    assert len(values) + ledger.dropped["Segment value beyond the limit of values"] == 3
    assert ledger.by_month("events_data", "2025:3")["12.c"] == 3


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (EventsDocument(omitted={"a": frozenset({"x"})}), {"y"}),
        (EventsDocument(whitelisted={"a": frozenset({"x"})}), {"x"}),
    ],
)
def test_segments_can_be_left_out(document, expected):
    ledger = Ledger()
    ledger.events = document
    ledger.send(events({"key": "a", "segmentation": {"x": "1x", "y": "1y"}}))
    assert ledger.events.segments == {"a": expected}


def test_who_rates_is_not_counted():
    ledger = Ledger()
    rating = {"rating": "5x", "email": "a@example.org", "comment": "c", "widget_id": "w", "contactMe": "true"}
    ledger.send(events({"key": "[CLY]_star_rating", "segmentation": rating}))
    assert ledger.events.segments == {"[CLY]_star_rating": {"rating"}}


def test_a_stored_events_document_is_read():
    document = {
        "list": ["a", "b.c", 5],
        "segments": {"a": ["x"], "b:c": ["y", None], "gone": ["z"]},
        "omitted_segments": {"a": ["o"]},
        "whitelisted_segments": {"b.c": "broken"},
    }
    assert EventsDocument.from_document(document) == EventsDocument(
        segments={"a": {"x"}, "b.c": {"y"}}, omitted={"a": frozenset({"o"})}
    )
    assert EventsDocument.from_document(None) == EventsDocument()


def test_known_keys_and_segments_are_not_written_again():
    ledger = Ledger()
    event = {"key": "a", "segmentation": {"x": "1x"}}
    ledger.send(events(event))
    outcome = ledger.send(events(event, at=NOON + 1))
    assert "events" not in outcome.writes.updates()
    assert {document_id.split("_")[-1] for document_id in outcome.writes.updates()["events_data"]} == {
        "2025:3",
        "O",
        "D",
    }
