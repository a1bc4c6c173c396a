"""`countly-sdk-nodejs` as its users install it, against a running server."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.applications.info import ApplicationInfo
from tests.sdk.conftest import set_salt
from tests.sdk.reading import figures_of, read, today_of, yesterday_noon, zone_at_noon
from tests.stack import Stack

pytestmark = [pytest.mark.sdk, pytest.mark.stack]

RunNode = Callable[..., Any]
SUCCESS = [200, {"result": "Success"}]
EVERY_FIRST = {"t": 1, "n": 1, "u": 1}
BULK_DAY = {
    "e": 11,
    "t": 3,
    "n": 3,
    "u": 3,
    "d": 90,
    "f": {"0": 3},
    "ds": {"1": 3},
    "FR": {"t": 3, "n": 3, "u": 3},
}


def test_session_of_one_device(stack: Stack, run_node: RunNode) -> None:
    application = stack.create_application("Node", timezone=zone_at_noon(), country="DE")
    assert run_node("node_session.js", stack.url, application.key, "node-1") == [SUCCESS] * 4
    stack.flush()
    day = today_of(application)
    assert figures_of(day, read(stack, application, "users")) == {
        "e": 4,
        "t": 1,
        "n": 1,
        "u": 1,
        "d": 75,
        "f": {"0": 1},
        "ds": {"3": 1},
        "DE": EVERY_FIRST,
    }
    assert figures_of(day, read(stack, application, "device_details")) == dict.fromkeys(
        ["Android", "a14", "1080x2400", "2:1"], EVERY_FIRST
    )
    assert figures_of(day, read(stack, application, "devices")) == {"Pixel 8": EVERY_FIRST}
    assert figures_of(day, read(stack, application, "carriers")) == {"O2": EVERY_FIRST}
    assert events_of(stack, application) == {
        "list": ["purchase", "open_menu"],
        "segments": {"purchase": ["plan"], "open_menu": ["side"]},
    }
    purchases = read(stack, application, "events", event="purchase")
    assert figures_of(day, purchases) == {"c": 3, "s": 14.97, "dur": 30}
    by_plan = read(stack, application, "events", event="purchase", segmentation="plan")
    assert figures_of(day, by_plan) == {"pro": {"c": 2, "s": 9.98, "dur": 30}, "free": {"c": 1, "s": 4.99}}
    by_side = read(stack, application, "events", event="open_menu", segmentation="side")
    assert figures_of(day, by_side) == {"links ü": {"c": 1}}


@pytest.mark.parametrize("salt", ["", "pepper"], ids=["plain", "signed"])
def test_bulk_of_three_devices(stack: Stack, run_node: RunNode, salt: str) -> None:
    application = stack.create_application("Bulk", timezone="Europe/Berlin", country="DE")
    set_salt(stack, application, salt)
    noon = yesterday_noon(application)
    start_ms = str(int(noon.timestamp() * 1000))
    assert run_node("node_bulk.js", stack.url, application.key, start_ms, salt) == [SUCCESS] * 3
    stack.flush()
    users = read(stack, application, "users")
    assert figures_of(noon, users) == BULK_DAY
    assert users["meta"] == {"countries": ["FR"], "f-ranges": ["0"], "d-ranges": ["1"]}
    versions = read(stack, application, "device_details")
    assert figures_of(noon, versions) == {name: {"t": 3, "n": 3, "u": 3} for name in ("iOS", "i17:2")}
    assert events_of(stack, application) == {"list": ["level_up"], "segments": {"level_up": ["level"]}}
    assert figures_of(noon, read(stack, application, "events", event="level_up")) == {"c": 5, "s": 1.5}
    by_level = read(stack, application, "events", event="level_up", segmentation="level")
    assert figures_of(noon, by_level) == {"[CLY]3": {"c": 1}}


def test_signature_with_another_salt_counts_nothing(stack: Stack, run_node: RunNode) -> None:
    application = stack.create_application("Forged", timezone="Europe/Berlin")
    set_salt(stack, application, "pepper")
    start_ms = str(int(yesterday_noon(application).timestamp() * 1000))
    assert run_node("node_bulk.js", stack.url, application.key, start_ms, "salt") == [SUCCESS] * 3
    stack.flush()
    assert read(stack, application, "users") == {}
    drops = stack.database().ingest_drops.find({"a": application.id}, {"_id": 0, "reason": 1, "c": 1})
    assert list(drops) == [{"reason": "Request does not match checksum", "c": 11}]


def events_of(stack: Stack, application: ApplicationInfo) -> dict[str, Any]:
    answer = read(stack, application, "get_events")
    return {name: answer[name] for name in ("list", "segments")}
