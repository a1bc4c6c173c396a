"""`/i/pushes/*`, as programs of its time write to it."""

import json
from typing import Any

import pytest

from apps.accounts import permissions
from apps.applications import lifecycle, lookup
from apps.core import clock
from plugins.push import older_api
from plugins.push.failures import PushProblem
from plugins.push.tests.conftest import Gateways
from plugins.push.tests.sent_messages import Sent, android, shown, with_credentials
from tests.security.people import person
from tests.traffic import Traffic

TEXTS = {
    "default": "News", "default|t": "Hello", "default|0|t": "Go", "default|0|l": "https://x.example/go",
    "de": "Neues", "de|0|t": "Los",
}  # fmt: skip


def args(traffic: Traffic, **more: Any) -> Sent:
    fields: Sent = {"apps": [traffic.application.id], "platforms": ["a"], "type": "message", "source": "api"}
    return {**fields, "messagePerLocale": TEXTS, "tz": False, "test": False, **more}


def test_a_message_of_the_older_form_is_sent(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2")
    chosen = {"did": {"$in": ["d1"]}}
    assert traffic.read("/i/pushes/prepare", args=args(traffic, userConditions=chosen)) == {
        "build": {"total": 1, "count": {"default": 1}}
    }
    sent = args(traffic, userConditions=chosen, sound="default", data={"k": "v"}, buttons=1)
    created = traffic.read("/i/pushes/create", args=sent)

    assert [one["token"] for one in gateways.fcm] == ["t-d1"]
    data = gateways.fcm[0]["data"]
    assert (data["title"], data["message"], data["sound"], data["k"]) == ("Hello", "News", "default", "v")
    assert json.loads(data["c.b"]) == [{"t": "Go", "l": "https://x.example/go"}]
    assert (created["apps"], created["messages"]) == ([traffic.application.id], [created["_id"]])
    assert shown(traffic, created)["result"]["sent"] == 1
    assert shown(traffic, created)["contents"][1] == {
        "la": "de", "message": "Neues", "buttons": [{"title": "Los", "url": "https://x.example/go"}],
    }  # fmt: skip


def test_one_for_each_application_or_none(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    other = str(lifecycle.create_application("Other").pk)
    lookup.forget_all()
    both = args(traffic, apps=[traffic.application.id, other], tx=True)
    status, answer = traffic.ask("/i/pushes/create", args=both)
    assert (status, answer["errors"]) == (400, ["No push credentials for Android platform"])
    assert traffic.read("/o/push/message/all", api=True)["iTotalRecords"] == 0

    created = traffic.read("/i/pushes/create", args=args(traffic, tx=True))
    assert (created["triggers"][0]["kind"], created["status"]) == ("api", "scheduled")
    stopped = traffic.read("/i/pushes/active", _id=created["_id"], active="false")
    assert stopped["status"] == "stopped"
    assert traffic.read("/i/pushes/active", args={"_id": created["_id"], "active": True})["status"] == "scheduled"
    assert traffic.read("/i/pushes/delete", _id=created["_id"]) == {}
    assert traffic.ask("/i/pushes/delete", _id="a" * 24) == (404, {"errors": ["Message not found"]})


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"auto": True}, "auto is not known"),
        ({"test": True}, "test: send it to the testers by /i/push/message/test"),
        ({"date": 1_741_780_800}, "date: milliseconds are expected"),
        ({"messagePerLocale": {"default|2|t": "x"}}, "messagePerLocale: default|2|t is not known"),
        ({"messagePerLocale": ["x"]}, "messagePerLocale: Invalid value"),
    ],
)
def test_what_is_not_known_is_said(more: Sent, error: str) -> None:
    with pytest.raises(PushProblem, match=error.replace("|", r"\|")):
        older_api.message_of({"platforms": ["a"], "messagePerLocale": TEXTS, **more}, "a" * 24)


def test_what_cannot_be_asked_here_is_refused(traffic: Traffic) -> None:
    for sent in ({"cohorts": ["x"]}, {"geo": "x"}, {"drillConditions": {"a": 1}}):
        for address in ("/i/pushes/create", "/i/pushes/prepare"):
            status, answer = traffic.ask(address, args=args(traffic, **sent))
            assert (status, "is not available on this server" in answer["errors"][0]) == (400, True)
    for apps in ([], "x", ["b" * 24] * 21):
        assert traffic.ask("/i/pushes/prepare", args=args(traffic, apps=apps))[0] == 400


def test_times_are_those_of_a_message_of_today() -> None:
    at = clock.now_ms() + 86_400_000
    sent = {"platforms": ["i"], "messagePerLocale": TEXTS, "date": at, "tz": -120, "expiryDate": at + 3_600_000}
    message = older_api.message_of(sent, "a" * 24)
    assert message["triggers"] == [{"kind": "plain", "start": at, "tz": True, "sctz": -120}]
    assert message["contents"][0]["expiration"] == 3_600_000


def test_the_right_is_needed_for_each_application(traffic: Traffic, credentials: Any, gateways: Gateways) -> None:
    with_credentials(traffic, a=credentials["a"])
    other = str(lifecycle.create_application("Other").pk)
    lookup.forget_all()
    rights = {**permissions.empty(), **{one: {other: {"all": True, "allowed": {}}} for one in "crud"}}
    somebody = person("somebody", permission=rights)
    created = traffic.read("/i/pushes/create", args=args(traffic, tx=True))

    def ask(address: str, **sent: Any) -> Any:
        return traffic.ask(address, api_key=somebody.api_key, **sent)

    refused = (401, {"result": "User does not have right"})
    both = [other, traffic.application.id]
    for apps in (both, both[::-1], both[1:]):
        assert ask("/i/pushes/create", app_id=other, args=args(traffic, apps=apps)) == refused
        assert ask("/i/pushes/prepare", app_id=other, args=args(traffic, apps=apps)) == refused
    for address in ("/i/pushes/delete", "/i/pushes/active"):
        sent = {"_id": created["_id"], "active": False}
        assert ask(address, app_id=other, **sent) == refused
        assert ask(address, app_id=other, args={**sent, "apps": [other]}) == refused
    assert shown(traffic, created)["status"] == "scheduled"
