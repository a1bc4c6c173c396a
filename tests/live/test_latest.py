"""What came in last, as the live screen tells it."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from apps.accounts import permissions
from apps.accounts.members import create_member
from apps.aggregation.records import Record
from apps.aggregation.requests import read_request
from apps.applications.data import APPLICATION_DATA
from apps.core import clock
from apps.live import latest
from apps.plugin_api import states
from apps.plugin_api.signals import Arrival
from apps.profiles import profiles
from tests.aggregation.ledger import query_text
from tests.traffic import Traffic

pytestmark = pytest.mark.django_db
AT_MS = 1_741_775_400_000


def arrival(*, late_ms: int = 0, **parameters: Any) -> Arrival:
    sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    query = query_text({"app_key": "k", "device_id": "d", "timestamp": str(AT_MS), **sent})
    request = read_request(Record("a" * 24, "k", "d", AT_MS + late_ms, "127.0.0.1", query))
    return Arrival(request, {"uid": "1A", "cc": "DE", "p": "iOS", "email": "ann@example.com"})


def told(*arrivals: Arrival) -> list[tuple[str, str]]:
    return [(entry["kind"], entry["text"]) for entry in latest.entries_of(arrivals)]


def test_sessions_events_and_what_plugins_tell() -> None:
    view = {"key": "[CLY]_view", "segmentation": {"name": "Cart", "visit": 1}}
    left = {"key": "[CLY]_view", "dur": 4, "segmentation": {"name": "Cart"}}
    rating = {"key": "[CLY]_star_rating", "segmentation": {"rating": 4}}
    assert told(
        arrival(begin_session="1"),
        arrival(events=[{"key": "Purchase"}, view, left, rating, {"key": "[CLY]_unknown"}, "no event", {"key": 5}]),
        arrival(crash={"_error": "Broken\n\tat main"}),
        arrival(crash="{no json"),
        arrival(session_duration="60"),
    ) == [
        ("session", ""),
        ("event", "Purchase"),
        ("[CLY]_view", "Cart"),
        ("[CLY]_star_rating", "★★★★"),
        ("crash", "Broken"),
    ]


def test_an_entry_names_its_user_and_no_more_of_him() -> None:
    [entry] = latest.entries_of([arrival(begin_session="1")])
    assert {name: value for name, value in entry.items() if name != "id"} == {
        "at": AT_MS, "uid": "1A", "cc": "DE", "p": "iOS", "kind": "session", "text": "",
    }  # fmt: skip


def test_what_waited_on_a_device_is_no_news() -> None:
    assert told(arrival(begin_session="1", late_ms=latest.NEWS_SECONDS * 1000 + 1)) == []


def test_a_plugin_that_is_off_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "is_on", lambda plugin: plugin != "crashes")
    assert told(arrival(crash={"_error": "Broken"})) == []


def test_counted_requests_are_kept_newest_first_and_go_with_their_users(traffic: Traffic) -> None:
    shop = traffic.application.id
    now_ms = clock.now_ms()
    traffic.send("d1", at_ms=now_ms, begin_session=1)
    traffic.send("d1", begin_session=1)  # an hour old
    traffic.count("d1", at_ms=now_ms, events=[{"key": f"E{number}", "count": 1} for number in range(latest.MOST_KEPT)])

    kept = latest.read(shop)
    assert (len(kept), kept[0]["text"]) == (latest.MOST_KEPT, f"E{latest.MOST_KEPT - 1}")
    assert len({entry["id"] for entry in kept}) == latest.MOST_KEPT

    profiles.delete(shop, {"uid": kept[0]["uid"]}, several=False)
    assert latest.read(shop) == []

    traffic.count("d2", at_ms=now_ms, events=[{"key": "Late", "count": 1}])
    assert [entry["text"] for entry in latest.read(shop)] == ["Late"]
    data = APPLICATION_DATA.get("what came in during the last hour")
    assert data is not None
    assert data.clear is not None
    data.clear(shop)
    assert latest.read(shop) == []


def test_the_screen_shows_who_is_online_and_what_came_in(traffic: Traffic, client: Client) -> None:
    now_ms = clock.now_ms()
    view = {"key": "[CLY]_view", "segmentation": {"name": "Cart", "visit": 1}, "count": 1}
    metrics = {"_os": "iOS"}
    traffic.send("d1", at_ms=now_ms - 1000, begin_session=1, metrics=metrics, country_code="JP", events=[view])
    traffic.send("d2", at_ms=now_ms - 60_000 * 12, begin_session=1, metrics=metrics)
    traffic.count("d3", at_ms=now_ms - 60_000 * 90, begin_session=1)
    client.force_login(traffic.owner)
    address = f"/applications/{traffic.application.id}/live"
    page = client.get(address).content.decode()
    figures = re.findall(r'data-metric="(online|recently)".*?<data value="(\d+)"', page, re.DOTALL)
    assert figures == [("online", "1"), ("recently", "2")]
    for text in ("Japan", "iOS", "Cart", ">Session<", ">View<", 'data-rereads="15"'):
        assert text in page, text
    minutes = json.loads(re.findall(r'id="minutes-data" type="application/json">(.*?)<', page)[0])
    values = minutes["series"][0]["values"]
    assert (len(values), values[-1], values[-13]) == (30, 1, 1)

    rights = {**permissions.empty(), "r": {traffic.application.id: {"all": False, "allowed": {"core": True}}}}
    about = {"full_name": "Bob", "username": "bob", "email": "bob@example.com", "password": "Correct-Horse-1"}
    client.force_login(create_member(**about, permission=rights))
    page = client.get(address).content.decode()
    assert ("Japan" in page, "Cart" in page, ">View<" in page) == (True, False, False)
