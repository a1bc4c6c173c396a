"""Data points: what counts as one, and who reads them."""

from datetime import UTC, datetime

import pytest

from apps.accounts import permissions
from apps.aggregation.shards import Shard
from apps.applications import data
from apps.core import clock, mongo
from apps.plugin_api import states
from plugins.server_stats import documents, figures
from plugins.server_stats.counting import kind_of
from tests.accounts.conftest import person
from tests.traffic import Traffic

NOON = datetime(2025, 3, 12, 12, 30, tzinfo=UTC)  # a Wednesday
NO_APPS = (401, {"result": "User does not have apps"})


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def send(traffic: Traffic) -> None:
    traffic.send(begin_session=1)
    events = [{"key": "Buy", "count": 5}, {"key": "[CLY]_view"}, {"key": "[CLY]_orientation"}, {"key": ""}, 7]
    traffic.count(session_duration=5, events=events, consent={"events": True})


def test_sessions_and_events_by_kind_in_the_hour_of_arrival(traffic: Traffic) -> None:
    with clock.frozen_at(ms(NOON)):
        send(traffic)
    (document,) = traffic.documents(documents.COLLECTION)

    counts = {"s": 1, "e": 3, "ce": 1, "v": 1, "cs": 1}
    assert document == {
        "_id": f"{traffic.application.id}_2025:3",
        "a": traffic.application.id,
        "m": "2025:3",
        **counts,
        "d": {"12": {"12": {**counts, "dp": 4}}},
    }


def test_a_request_that_comes_twice_counts_once(traffic: Traffic) -> None:
    import asyncio

    from apps.pipeline import stream
    from apps.pipeline.flush import flush_all

    record = traffic.record(begin_session=1)
    asyncio.run(stream.accept_many([record, record]))
    flush_all()

    assert [document["s"] for document in traffic.documents(documents.COLLECTION)] == [1]


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("Buy", "ce"),
        ("[CLY]_view", "v"),
        ("[CLY]_apm_network", "apm"),
        ("[CLY]_llm_tool_used", "llm"),
        ("[CLY]_push_sent", "ps"),
        ("[CLY]_session", ""),
        ("[CLY]_viewer", ""),
        (None, ""),
        ({}, ""),
    ],
)
def test_kinds_of_events(key: object, kind: str) -> None:
    assert kind_of(key) == kind


def test_points_are_read_with_their_change(traffic: Traffic) -> None:
    with clock.frozen_at(ms(NOON.replace(day=3))):
        traffic.count(begin_session=1)
    with clock.frozen_at(ms(NOON)):
        send(traffic)
        found = traffic.read("/o/server-stats/data-points", period="7days")
        selected = traffic.read("/o/server-stats/data-points", period="7days", selected_app=traffic.application.id)
        card = traffic.read("/o/server-stats/punch-card", period="7days")
        month = traffic.read("/o/server-stats/punch-card", period="30days")
        top = traffic.read("/o/server-stats/top")

    own = found[traffic.application.id]
    assert {name: own[name] for name in ("sessions", "events", "custom", "views", "cs", "dp", "change")} == {
        "sessions": 1,
        "events": 3,
        "custom": 1,
        "views": 1,
        "cs": 1,
        "dp": 4,
        "change": 3,
    }
    assert found["all-apps"] == own
    assert selected == {traffic.application.id: own}
    assert top == [{"a": traffic.application.id, "v": 4}]
    assert card["labels"] == [f"2025-3-{day}" for day in range(6, 13)]
    assert [cell for cell in card["data"] if cell[2]] == [
        [12, 6, 4, {"min": 4, "max": 4, "avg": 4, "sum": 4, "cn": 1, "s": 1, "e": 3, "p": 0}]
    ]
    assert sorted(cell[:3] for cell in month["data"] if cell[2]) == [[12, 0, 1], [12, 2, 4]]  # a Monday and a Wednesday
    assert (month["dayCount"], month["labels"]) == (30, [])


def test_shards_do_not_meet_in_a_document_and_are_read_together(traffic: Traffic) -> None:
    for shard in (Shard(0, 2), Shard(1, 2)):
        document_id = documents.document_id(traffic.application.id, NOON, shard)
        operators = documents.operators(traffic.application.id, NOON, {"s": 1})
        mongo.collection(documents.COLLECTION).update_one({"_id": document_id}, operators, upsert=True)

    with clock.frozen_at(ms(NOON)):
        totals = figures.totals([traffic.application.id], figures.span_of("7days"))
    assert totals[traffic.application.id]["sessions"] == 2


def test_everybody_reads_the_own_applications(traffic: Traffic) -> None:
    send(traffic)
    rights = {**permissions.empty(), "r": {traffic.application.id: {"all": False, "allowed": {"core": True}}}}
    reader, outsider = person("reader", permission=rights), person("outsider", permission=permissions.empty())
    path = "/o/server-stats/data-points"

    assert traffic.ask(path, api_key=reader.api_key)[1]["all-apps"]["dp"] == 4
    for asked in ({}, {"selected_app": traffic.application.id}):
        assert traffic.ask(path, api_key=outsider.api_key, **asked) == NO_APPS
        assert traffic.ask("/o/server-stats/punch-card", api_key=outsider.api_key, **asked) == NO_APPS
    assert traffic.ask(path, api_key=reader.api_key, selected_app="f" * 24) == NO_APPS


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("server-stats", False)
    send(traffic)

    assert traffic.documents(documents.COLLECTION) == []
    assert traffic.ask("/o/server-stats/top") == (400, {"result": "Invalid path"})


def test_points_go_with_the_data_of_the_application(traffic: Traffic) -> None:
    send(traffic)
    data.clear(traffic.application.id)

    assert traffic.documents(documents.COLLECTION) == []
