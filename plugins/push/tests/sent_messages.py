"""Messages as clients make them, and what they read of them."""

from typing import Any

from apps.applications import lookup
from apps.core import clock
from tests.traffic import Traffic

Sent = dict[str, Any]
DEVICES = {"i": {"ios_token": "aa{0}", "test_mode": 0}, "a": {"android_token": "and-{0}"}}


def with_credentials(traffic: Traffic, **platforms: Any) -> dict[str, Any]:
    status, answer = traffic.ask("/i/apps/update/plugins", args={"push": platforms})
    assert status == 200, answer
    lookup.forget_all()
    found: dict[str, Any] = answer
    return found


def message(traffic: Traffic, *platforms: str, **more: Any) -> Sent:
    fields: Sent = {
        "app": traffic.application.id,
        "platforms": list(platforms),
        "triggers": [{"kind": "plain", "start": clock.now_ms()}],
        "contents": [{"title": "Hello", "message": "News"}],
        "filter": {},
        "info": {"title": "First"},
    }
    return {**fields, **more}


def create(traffic: Traffic, sent: Sent) -> Sent:
    created: Sent = traffic.read("/i/push/message/create", args=sent)
    return created


def shown(traffic: Traffic, created: Sent) -> Sent:
    found: Sent = traffic.read(f"/o/push/message/{created['_id']}")
    return found


def android(traffic: Traffic, *devices: str) -> None:
    for device in devices:
        traffic.send(device, begin_session=1, token_session=1, android_token=f"t-{device}", metrics={"_os": "Android"})
    traffic.count("nobody", begin_session=1)


def numbers(result: Sent) -> tuple[int, int, int]:
    return result["total"], result.get("sent", 0), result.get("errored", 0)
