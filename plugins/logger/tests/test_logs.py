"""Which requests are logged, with what, and for whom."""

import asyncio
import html
import json
import re

import pytest

from apps.accounts import permissions
from apps.aggregation import user_data
from apps.applications import data, lookup
from apps.core import mongo
from apps.pipeline import refusals, stream
from apps.pipeline.flush import flush_all
from apps.plugin_api import configuration, states
from plugins.logger import documents, settings
from plugins.logger.entries import problems_of, types_of
from tests.accounts.conftest import person
from tests.traffic import Traffic


@pytest.fixture(autouse=True)
def _fresh_minute():
    settings.BUDGET.begin_anew()


def logged(traffic: Traffic, **query):
    return list(documents.find(traffic.application.id, query))


def test_a_request_as_it_came(traffic: Traffic) -> None:
    traffic.count(begin_session=1, metrics={"_os": "Android", "_app_version": "1.0"}, sdk_name="x", sdk_version="2")
    traffic.count(events="{broken")

    second, first = sorted(logged(traffic), key=lambda entry: "events" in entry["t"], reverse=True)
    assert first["t"]["session"] == {"begin_session": "1"}
    assert json.loads(first["t"]["metrics"])["_app_version"] == "1.0"
    assert (first["d"], first["v"], first["s"], first["m"], first["b"], first["c"], first["p"]) == (
        {"id": "d1"}, "1.0", {"version": "2", "name": "x"}, "GET", False, False, False,
    )  # fmt: skip
    assert json.loads(first["q"])["device_id"] == "d1"
    assert (second["d"]["p"], second["v"], second["p"]) == ("Android", "1:0", ["Could not parse events"])


def test_a_request_that_is_left_out_says_why(traffic: Traffic) -> None:
    record = traffic.record(session_duration=5)
    asyncio.run(stream.accept_many([record, record]))
    flush_all()

    assert sorted(str(entry["c"]) for entry in logged(traffic)) == ["Duplicate request", "False"]


def test_what_is_refused_at_the_door_says_why(traffic: Traffic) -> None:
    asyncio.run(refusals.note(traffic.record(), "App is currently not accepting data"))
    assert refusals.tell_pending() == 1
    assert refusals.tell_pending() == 0

    (entry,) = logged(traffic)
    assert entry["c"] == "App is currently not accepting data"
    assert json.loads(entry["res"]) == {"result": "App is currently not accepting data"}


def test_the_log_says_what_the_sender_read(traffic: Traffic) -> None:
    traffic.count(begin_session=1)
    asyncio.run(refusals.note(traffic.record(session_duration=3), "Duplicate request"))
    refusals.tell_pending()
    traffic.client.force_login(traffic.owner)
    text = traffic.client.get(f"/applications/{traffic.application.id}/incoming").content.decode()
    answers = re.findall(r"&quot;answer&quot;: ({.*?})", text, re.DOTALL)
    assert [json.loads(html.unescape(one)) for one in answers] == [
        {"result": "Success", "info": "Request ignored: Duplicate request"},
        {"result": "Success"},
    ]


def test_a_minute_has_a_limit(traffic: Traffic) -> None:
    configuration.write("logger", {"limit": 2})
    for _ in range(3):
        traffic.send(session_duration=1)
    flush_all()
    traffic.count(session_duration=1)
    asyncio.run(refusals.note(traffic.record(), "x"))
    refusals.tell_pending()
    assert len(logged(traffic)) == 2

    settings.BUDGET.begin_anew()
    traffic.count(session_duration=1)
    assert len(logged(traffic)) == 3


def set_state(traffic: Traffic, state: str) -> None:
    changed = {"$set": {"plugins.logger.state": state}}
    mongo.collection("apps").update_one({"key": traffic.application.key}, changed)
    lookup.forget_all()


def test_on_has_no_limit_and_off_logs_nothing(traffic: Traffic) -> None:
    configuration.write("logger", {"limit": 0})
    set_state(traffic, "on")
    settings.BUDGET.begin_anew()
    traffic.count(session_duration=1)
    assert len(logged(traffic)) == 1
    assert traffic.read("/o", method="logs")["state"] == "on"

    configuration.write("logger", {"limit": 100})
    set_state(traffic, "off")
    traffic.count(session_duration=1)
    asyncio.run(refusals.note(traffic.record(), "x"))
    refusals.tell_pending()
    assert len(logged(traffic)) == 1


def test_a_flagged_user_is_logged_all_the_same(traffic: Traffic) -> None:
    set_state(traffic, "off")
    traffic.count(begin_session=1)
    mongo.collection(f"app_users{traffic.application.id}").update_one({}, {"$set": {"request_logs": True}})
    traffic.count(session_duration=1)

    assert [entry["t"] for entry in logged(traffic)] == [{"session": {"session_duration": "1"}}]


def test_the_newest_are_kept(traffic: Traffic, monkeypatch) -> None:
    monkeypatch.setattr(documents, "LIMIT", 2)
    entries = [{"reqts": number} for number in range(5)]
    documents.insert(traffic.application.id, entries)

    assert documents.trim_all() == 3
    assert sorted(entry["reqts"] for entry in logged(traffic)) == [3, 4]


def test_the_log_is_read_by_who_may(traffic: Traffic) -> None:
    traffic.count("d1", session_duration=1)
    traffic.count("d2", session_duration=1)
    rights = {**permissions.empty(), "r": {traffic.application.id: {"all": False, "allowed": {"logger": True}}}}
    reader = person("reader", permission=rights)
    core = {**permissions.empty(), "r": {traffic.application.id: {"all": False, "allowed": {"core": True}}}}
    other = person("other", permission=core)

    def ask(member, **more):
        return traffic.ask("/o", method="logs", api_key=member.api_key, **more)

    assert len(ask(reader)[1]["logs"]) == 2
    assert [entry["d"]["id"] for entry in ask(reader, filter={"d.id": "d2"})[1]["logs"]] == ["d2"]
    assert len(ask(reader, filter="{broken")[1]["logs"]) == 2
    assert len(ask(reader, filter={"$where": "1"})[1]["logs"]) == 2
    assert ask(other) == (401, {"result": "User does not have right"})
    assert traffic.read("/o", method="collection_info") == {"capped": 1000, "count": 2, "max": 1000}


def test_problems_and_types() -> None:
    crash = {"crash": json.dumps({"_os": "x"}), "consent": "{"}
    assert problems_of(crash, frozenset({"crashes"})) == [
        "Could not parse consent",
        "Crash missing _error property",
        "Crash missing _app_version property",
        "Plugin that processes this information is not enabled: crashes",
    ]
    sent = {"old_device_id": "d0", "token_session": "1", "android_token": "t", "user_details": {"name": "x"}}
    assert types_of(sent, "d1") == {
        "change_id": {"old_device_id": "d0", "device_id": "d1"},
        "token": {"token_session": "1", "android_token": "t"},
        "user_details": '{"name":"x"}',
    }


def test_logs_go_with_the_application_and_with_the_user(traffic: Traffic) -> None:
    traffic.count("d1", session_duration=1)
    traffic.count("d2", session_duration=1)
    user_data.delete_users(traffic.application.id, [traffic.profile("d1")["uid"]])
    assert [entry["d"]["id"] for entry in logged(traffic)] == ["d2"]
    data.clear(traffic.application.id)
    assert logged(traffic) == []


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("logger", False)
    traffic.count(session_duration=1)
    asyncio.run(refusals.note(traffic.record(), "x"))
    refusals.tell_pending()

    assert logged(traffic) == []
    assert traffic.ask("/o", method="logs") == (400, {"result": "Invalid method"})
