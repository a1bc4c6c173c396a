from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock, mongo
from apps.pipeline import drops
from apps.pipeline.flush import flush_all
from apps.plugin_api import states
from plugins.views import documents
from plugins.views.aggregation import views_per_session_bucket
from plugins.views.visits import LONGEST_DURATION, Told, _seconds, read
from tests.traffic import HOUR_MS, Traffic

COUNTERS = ("t", "n", "u", "s", "e", "b", "d", "scr", "uvc")


def view(name: str, *, dur: Any = None, **segmentation: Any) -> dict[str, Any]:
    event = {"key": "[CLY]_view", "count": 1, "segmentation": {"name": name, **segmentation}}
    return event if dur is None else {**event, "dur": dur}


def visit(name: str, **segmentation: Any) -> dict[str, Any]:
    return view(name, visit=1, **segmentation)


def table(traffic: Traffic, **asked: Any) -> dict[str, dict[str, Any]]:
    """View -> its counters that are not zero."""
    rows = traffic.read("/o", method="views", action="getTable", **{"period": "30days", **asked})["aaData"]
    return {row["view"]: {name: row[name] for name in COUNTERS if row[name]} for row in rows}


def dropped(traffic: Traffic) -> dict[str, int]:
    return drops.by_reason(traffic.application.id, "2000-01-01")


def counted_sessions(traffic: Traffic) -> dict[str, int]:
    """Bucket of views per session -> number of sessions."""
    found: dict[str, int] = {}
    for document in traffic.documents("users"):
        if not document["m"].endswith(":0"):
            for day in document["d"].values():
                for bucket, number in day.get("vc", {}).items():
                    found[bucket] = found.get(bucket, 0) + number
    return found


def test_a_session_has_an_entry_an_exit_and_each_view_once(traffic: Traffic) -> None:
    traffic.send("d1", begin_session=1, events=[visit("Home", start=1)])
    traffic.send("d1", events=[view("Home", dur=30), visit("Detail"), visit("Home")])
    traffic.count("d1", events=[view("Home", dur=5)], end_session=1)

    assert table(traffic) == {
        "Home": {"t": 2, "n": 1, "u": 1, "s": 1, "e": 1, "d": 35, "uvc": 1},
        "Detail": {"t": 1, "n": 1, "u": 1, "uvc": 1},
    }
    assert counted_sessions(traffic) == {"1": 1}
    profile = traffic.profile()
    assert (profile["lv"], profile["vc"], profile["data"]) == ("Home", 0, {})
    assert dropped(traffic) == {}


def test_a_session_that_was_never_ended_is_closed_by_the_next_one(traffic: Traffic) -> None:
    traffic.count("d1", begin_session=1, events=[visit("Home", start=1)])
    assert traffic.profile()["data"]["views"] == 1
    traffic.count("d1", begin_session=1, events=[visit("Detail", start=1)])

    assert table(traffic) == {
        "Home": {"t": 1, "n": 1, "u": 1, "s": 1, "e": 1, "b": 1, "uvc": 1},
        "Detail": {"t": 1, "n": 1, "u": 1, "s": 1},
    }
    assert counted_sessions(traffic) == {"0": 1}
    assert traffic.profile()["vc"] == 1


def test_sessions_without_views_count_none(traffic: Traffic) -> None:
    traffic.count("d1", begin_session=1)
    traffic.count("d1", end_session=1)
    assert counted_sessions(traffic) == {}
    assert "vc" not in traffic.profile()


def test_users_are_counted_once_for_an_hour_a_day_a_week_and_ever(traffic: Traffic) -> None:
    now_ms = clock.now_ms()
    for days_ago in (400, 399, 0):
        traffic.send("d1", events=[visit("Home")], at_ms=now_ms - days_ago * 24 * HOUR_MS - 1000)
        traffic.send("d1", events=[visit("Home")], at_ms=now_ms - days_ago * 24 * HOUR_MS)
    traffic.count("d2", events=[visit("Home")], at_ms=now_ms)

    assert table(traffic, period="hour")["Home"] == {"t": 3, "n": 1, "u": 2}
    assert table(traffic, period="2years")["Home"] == {"t": 7, "n": 2, "u": 3}
    assert table(traffic, period="month")["Home"] == {"t": 3, "n": 1, "u": 2}
    user = mongo.collection(documents.users_collection(traffic.application.id)).find_one(
        {"_id": traffic.profile()["uid"]}
    )
    assert user is not None
    assert [kept for name, kept in user.items() if name != "_id"] == [{"ts": now_ms // 1000, "sg": {}, "open": True}]


def test_segments_are_told_apart_as_far_as_the_limits_go(traffic: Traffic) -> None:
    mongo.collection("apps").update_one(
        {"key": traffic.application.key},
        {"$set": {"plugins.views": {"segment_limit": 1, "segment_value_limit": 2, "view_name_limit": 4}}},
    )
    for color in ("red", "blue", "green"):
        traffic.count("d1", events=[visit("Homepage", color=color, shape="round", segment="Android", utm_source="x")])

    home = {"t": 3, "n": 1, "u": 1}
    assert table(traffic) == {"Home": home}
    assert table(traffic, segment="platform", segmentVal="Android") == {"Home": home}
    assert table(traffic, segment="color", segmentVal="blue") == {"Home": {"t": 1}}
    assert table(traffic, segment="color", segmentVal="green") == {}
    assert table(traffic, segment="shape", segmentVal="round") == {}
    assert traffic.read("/o", method="get_view_segments") == {
        "segments": {"platform": ["Android"], "color": ["red", "blue"]},
        "domains": [],
    }
    assert dropped(traffic) == {
        "Segment of a view beyond the limit of segments": 3,
        "Segment value of a view beyond the limit of values": 1,
    }


def test_names_beyond_the_limit_are_dropped_and_counted(traffic: Traffic) -> None:
    mongo.collection("apps").update_one(
        {"key": traffic.application.key}, {"$set": {"plugins.views": {"view_limit": 1}}}
    )
    traffic.count("d1", events=[visit("Home"), visit("Detail"), {"key": "[CLY]_view"}])
    traffic.count("d1", events=[visit("Detail"), visit("Home")])
    assert table(traffic) == {"Home": {"t": 2, "n": 1, "u": 1}}
    assert dropped(traffic) == {"View beyond the limit of names": 2, "View without name": 1}


def test_exits_and_scrolling_count_for_the_segments_of_the_visit(traffic: Traffic) -> None:
    scroll = {"type": "scroll", "name": "Home", "y": 300, "height": 1000, "segment": "iOS", "domain": "a.example"}
    traffic.count("d1", begin_session=1, events=[visit("Home", segment="iOS", start=1)])
    traffic.count("d1", events=[{"key": "[CLY]_action", "segmentation": scroll}], end_session=1)
    expected = {"t": 1, "n": 1, "u": 1, "s": 1, "e": 1, "b": 1, "scr": 30, "uvc": 1}
    assert table(traffic) == {"Home": expected}
    assert table(traffic, segment="platform", segmentVal="iOS") == {"Home": expected}
    assert traffic.read("/o", method="get_view_segments")["domains"] == ["a.example"]


def test_documents_of_two_shards_are_read_as_one(traffic: Traffic, settings: Any) -> None:
    settings.INGEST_SHARDS = 2
    for number in range(12):
        traffic.send(f"d{number}", events=[visit("Home", segment="Android")])
    flush_all()
    found = mongo.collection(documents.data_collection(traffic.application.id)).find({})
    months = [one for one in found if not one["m"].endswith(":0")]
    assert sorted(one["_id"].count("_") for one in months) == [1, 2]
    assert table(traffic) == {"Home": {"t": 12, "n": 12, "u": 12}}
    assert table(traffic, segment="platform", segmentVal="Android") == {"Home": {"t": 12, "n": 12, "u": 12}}


def test_two_users_who_become_one_are_not_new_again(traffic: Traffic) -> None:
    traffic.send("d1", begin_session=1, events=[visit("Home", start=1), visit("Detail")])
    traffic.count("d2", events=[visit("Other")])
    traffic.count("d2", old_device_id="d1")
    assert traffic.profile("d2")["vc"] == 3
    traffic.count("d2", events=[visit("Home"), visit("Detail")], end_session=1)

    assert table(traffic) == {
        "Home": {"t": 2, "n": 1, "u": 1, "s": 1, "uvc": 1},
        "Detail": {"t": 2, "n": 1, "u": 1, "e": 1, "uvc": 1},
        "Other": {"t": 1, "n": 1, "u": 1, "uvc": 1},
    }
    users = list(mongo.collection(documents.users_collection(traffic.application.id)).find({}))
    assert [user["_id"] for user in users] == [traffic.profile("d2")["uid"]]
    assert len(users[0]) == 4


def test_a_merge_and_its_visits_in_one_batch_count_alike(traffic: Traffic) -> None:
    traffic.send("d1", events=[visit("Home")])
    traffic.send("d2", events=[visit("Other")])
    traffic.send("d2", old_device_id="d1")
    traffic.count("d2", events=[visit("Home")])
    assert table(traffic)["Home"] == {"t": 2, "n": 1, "u": 1}


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("views", False)
    traffic.count("d1", begin_session=1, events=[visit("Home")])
    assert dropped(traffic) == {"Event with reserved key": 1}
    assert "lv" not in traffic.profile()
    assert mongo.collection(documents.names_collection(traffic.application.id)).count_documents({}) == 0
    assert traffic.ask("/o", method="views") == (400, {"result": "Invalid method"})
    assert traffic.ask("/i/views", method="rename_views")[0] == 400


@pytest.mark.parametrize(
    ("number", "bucket"), [(1, 0), (2, 0), (3, 1), (10, 2), (15, 3), (30, 4), (50, 5), (100, 6), (101, 7)]
)
def test_ranges_of_views_per_session(number: int, bucket: int) -> None:
    assert views_per_session_bucket(number) == bucket


def told(*events: dict[str, Any]) -> tuple[list[Told], list[str]]:
    reasons: list[str] = []
    return read(events, request_ms=1_000, received_ms=1_000, longest_name=10, dropped=reasons), reasons


def test_what_follows_a_visit_in_a_request_belongs_to_it() -> None:
    found, reasons = told(
        visit("A", _idv="1", color="red"),
        visit("A", _idv="2"),
        view("A", dur=3, _idv="1", color="blue", size="L"),
        view("A", dur="4.6"),
        view("B", dur=7),
        view("A", dur=10**9),
    )
    assert reasons == []
    assert [(one.name, one.is_visit, one.seconds, one.segments) for one in found] == [
        ("A", True, 3, {"color": "red", "size": "L"}),
        ("A", True, 5, {}),
        ("B", False, 7, {}),
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
FIELDS = st.sampled_from(
    ["name", "visit", "start", "dur", "type", "y", "height", "_idv", "view", "a.b", "$c", "segment"]
)


@given(st.lists(st.tuples(st.sampled_from(["[CLY]_view", "[CLY]_action"]), st.dictionaries(FIELDS, VALUES), VALUES)))
def test_whatever_is_sent_can_be_stored(sent: list[tuple[str, dict[str, Any], Any]]) -> None:
    found, _ = told(*({"key": key, "segmentation": segmentation, "dur": dur} for key, segmentation, dur in sent))
    for one in found:
        assert one.name
        assert 0 <= one.seconds < 10**9
        assert 0 <= one.scrolled <= 100
        for segment, value in one.segments.items():
            assert segment
            assert value
            assert not {"$", "\0"} & {segment[0], value[0]}
            assert "." not in segment + value


def test_halves_of_seconds_count_as_whole_ones() -> None:
    told = (0.5, "2.5", 4.49, 0.4, -1, None, "x", LONGEST_DURATION + 0.5, LONGEST_DURATION, 1e299)
    assert [_seconds(one) for one in told] == [1, 3, 4, 0, 0, 0, 0, 0, LONGEST_DURATION, 0]
