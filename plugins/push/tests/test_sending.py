import json
from typing import Any

import jwt
import pytest
from bson import ObjectId
from pymongo.errors import OperationFailure

from apps.applications import lookup
from apps.core import clock, mongo
from apps.plugin_api import configuration
from apps.shell.printed import visit_of_nobody
from plugins.push import documents, on_dashboards, scheduling, sending
from plugins.push.gateways import connections
from plugins.push.tests.conftest import ACCOUNT_KEY, BUNDLE, Gateways, Served, client_p12, data_url, public_pem_of
from plugins.push.tests.sent_messages import Sent, android, create, message, numbers, shown, with_credentials
from tests.traffic import DAY_MS, Traffic


def test_what_a_message_did_and_whose_it_is_cannot_be_sent(
    traffic: Traffic, gateways: Gateways, credentials: Any
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    forged: Sent = {
        "status": "sent",
        "state": 255,
        "result": {"total": 9, "sent": 9},
        "info": {"title": "First", "createdBy": "a" * 24, "createdByName": "Someone", "created": 1, "approved": True},
        "owner": "Someone",
        "triggers": [{"kind": "plain", "start": clock.now_ms() + 86_400_000}],
    }
    created = create(traffic, message(traffic, "a", **forged, _id="a" * 24))
    traffic.read("/i/push/message/update", args={**message(traffic, "a", **forged), "_id": created["_id"]})
    for found in (created, shown(traffic, created)):
        assert found["_id"] != "a" * 24
        assert found["status"] in ("created", "scheduled")
        assert (found["result"]["total"] < 2, found["result"].get("sent", 0)) == (True, 0)
        assert (found["info"]["createdBy"], found["info"]["createdByName"]) == (str(traffic.owner.pk), "Traffic owner")
        assert "owner" not in found
        assert "approved" not in found["info"]


def test_nothing_goes_around_a_proxy_that_was_named(traffic: Traffic) -> None:
    def change(**values: str) -> int:
        status: int = traffic.ask("/i/configs", configs={"push": values})[0]
        return status

    assert connections.proxy() is None
    assert change(proxyhost="proxy.example", proxyport="none") == 400
    assert connections.proxy() is None
    for port, address in (("3128", "http://proxy.example:3128"), ("", "http://proxy.example:80")):
        assert change(proxyhost="proxy.example", proxyport=port) == 200
        configuration.forget()
        assert connections.proxy() == address
    assert change(proxyuser="me", proxypass="p/w") == 200
    configuration.forget()
    assert connections.proxy() == "http://me:p%2Fw@proxy.example:80"


def events_of(traffic: Traffic, key: str, segment: str = "no-segment") -> Any:
    return traffic.read("/o", method="events", event=key, segmentation=segment, period="30days")


def test_a_message_reaches_every_device_once_and_is_counted(
    traffic: Traffic, gateways: Gateways, credentials: Any
) -> None:
    with_credentials(traffic, i=credentials["i"], a=credentials["a"])
    android(traffic, "d1", "d2")
    traffic.count("phone", begin_session=1, token_session=1, ios_token="ab12", test_mode=0)

    created = create(traffic, message(traffic, "i", "a"))
    sending.work()

    found = shown(traffic, created)
    assert (found["status"], numbers(found["result"])) == ("sent", (3, 3, 0))
    assert {name: numbers(of) for name, of in found["result"]["subs"].items()} == {"i": (1, 1, 0), "a": (2, 2, 0)}
    assert sorted(sent["token"] for sent in gateways.fcm) == ["t-d1", "t-d2"]
    assert gateways.fcm[0]["data"] == {"c.i": created["_id"], "title": "Hello", "message": "News"}
    trial, push = gateways.apns
    assert (push["token"], push["version"], push["headers"]["apns-topic"]) == ("ab12", "2", BUNDLE)
    assert push["payload"] == {"aps": {"alert": {"title": "Hello", "body": "News"}}, "c": {"i": created["_id"]}}
    assert trial["token"] == "0" * 64
    assert documents.queue().count_documents({}) == 0
    claims = jwt.decode(
        gateways.granted[0]["assertion"], public_pem_of(ACCOUNT_KEY), algorithms=["RS256"],
        audience="https://oauth2.googleapis.com/token",
    )  # fmt: skip
    assert claims["iss"] == "push@demo.example"

    dashboard = traffic.read("/o/push/dashboard")
    assert {p: of["total"] for p, of in dashboard["sent"]["platforms"].items()} == {"i": 1, "a": 2, "h": 0}
    assert (dashboard["sent"]["total"], dashboard["sent_automated"]["total"]) == (3, 0)
    assert dashboard["sent"]["weekly"]["data"][-1] == dashboard["sent"]["monthly"]["data"][-1] == 3
    assert dashboard["enabled"] == {"total": 3, "i": 1, "a": 2, "h": 0}
    assert (dashboard["users"], dashboard["platforms"]) == (4, ["a", "i"])

    visit = visit_of_nobody(traffic.owner, "7days")
    chart = on_dashboards.part({"custom_period": "7days"}, [traffic.application], visit)
    assert [(line["title"], sum(line["current"])) for line in chart.data["series"]] == [("Sent", 3), ("Actions", 0)]
    chosen = {"custom_period": "7days", "visualization": "number", "metrics": ["sent"]}
    assert [tile.value for tile in on_dashboards.part(chosen, [traffic.application], visit).tiles] == [3]

    data = on_dashboards.data({"custom_period": "7days", "metrics": ["sent", "actioned"]}, [traffic.application])
    days = data[traffic.application.id]
    now = clock.now()
    assert (len(days), days[f"{now.year}-{now.month}-{now.day}"]) == (7, {"sent": 3, "actioned": 0})
    assert on_dashboards.data(chosen, [traffic.application])[traffic.application.id]["sent"]["total"] == 3

    history = traffic.read("/o/push/user", did="d1", messages="true")
    assert [one["_id"] for one in history["messages"]] == [created["_id"]]
    assert list(history["notifications"]) == [created["_id"]]


def test_actions_are_counted_for_their_message(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    created = create(traffic, message(traffic, "a"))
    sending.work()

    tapped = {"key": "[CLY]_push_action", "count": 1, "segmentation": {"i": created["_id"], "b": 0, "p": "a"}}
    twice = {**tapped, "count": 2}
    foreign = {"key": "[CLY]_push_action", "count": 1, "segmentation": {"i": "no id", "b": 0}}
    traffic.count("d1", events=[tapped, twice, foreign])

    result = shown(traffic, created)["result"]
    assert (result["actioned"], result["subs"]["a"]["actioned"]) == (1, 1)
    assert traffic.read("/o/push/dashboard")["actions"]["platforms"]["a"]["total"] == 1
    assert traffic.read("/o/push/dashboard")["actions_automated"]["total"] == 0


def test_tokens_that_the_provider_refuses_are_removed(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"], i=credentials["i"])
    android(traffic, "gone", "bad")
    traffic.count("phone", token_session=1, ios_token="dead", test_mode=1)
    unregistered = {"error": {"status": "NOT_FOUND", "details": [{"errorCode": "UNREGISTERED"}]}}
    gateways.will_answer("t-gone", 404, unregistered)
    gateways.will_answer("t-bad", 400, {"error": {"status": "INVALID_ARGUMENT"}})  # the message, not the token
    gateways.will_answer("dead", 410, {"reason": "Unregistered"})

    created = create(traffic, message(traffic, "a", "i"))
    sending.work()

    found = shown(traffic, created)
    assert numbers(found["result"]) == (3, 0, 3)
    assert found["result"]["errors"] == {"UNREGISTERED": 1, "INVALID_ARGUMENT": 1, "Unregistered": 1}
    assert [("tkap" in traffic.profile(one)) for one in ("gone", "bad")] == [False, True]
    assert "tkid" not in traffic.profile("phone")
    stored = mongo.collection(f"push_{traffic.application.id}").find({})
    assert sorted(json.dumps(one["tk"]) for one in stored) == ['{"ap": "t-bad"}', "{}", "{}"]


def test_a_refused_token_of_a_database_that_was_taken_over_is_removed_and_a_newer_one_is_not(
    traffic: Traffic, gateways: Gateways, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "adopted", "renewed")
    of_adopted, profiles = {"did": "adopted"}, mongo.collection(f"app_users{traffic.application.id}")
    profiles.update_one(of_adopted, {"$set": {"tkap": 1_234_567}})
    deliver = sending.deliver

    def during(*args: Any) -> Any:
        outcomes = deliver(*args)
        traffic.count("renewed", token_session=1, android_token="t-newer")
        return outcomes

    monkeypatch.setattr(sending, "deliver", during)
    for device in ("adopted", "renewed"):
        gateways.will_answer(f"t-{device}", 404, {"error": {"details": [{"errorCode": "UNREGISTERED"}]}})
    create(traffic, message(traffic, "a"))

    assert "tkap" not in traffic.profile("adopted")
    assert traffic.profile("renewed")["tkap"] == documents.token_hash("t-newer")
    kept = {one["_id"]: one["tk"] for one in mongo.collection(f"push_{traffic.application.id}").find({})}
    uids = [traffic.profile(device)["uid"] for device in ("adopted", "renewed")]
    assert kept == dict(zip(uids, ({}, {"ap": "t-newer"}), strict=True))


def test_what_a_provider_did_not_take_is_tried_again_later(
    traffic: Traffic, gateways: Gateways, credentials: Any
) -> None:
    with_credentials(traffic, a=credentials["a"], i=credentials["i"])
    android(traffic, "busy", "fine")
    traffic.count("phone", token_session=1, ios_token="bee", test_mode=0)
    gateways.will_answer("t-busy", 429, {"error": {"status": "RESOURCE_EXHAUSTED"}}, retry_after="30")
    gateways.will_answer("bee", 503, {"reason": "ServiceUnavailable"})

    created = create(traffic, message(traffic, "a", "i"))
    sending.work()
    found = shown(traffic, created)
    assert (found["status"], numbers(found["result"])) == ("sending", (3, 1, 0))
    waiting = {row["f"]: row["at"] - clock.now_ms() - 60_000 for row in documents.queue().find({})}
    assert 20_000 < waiting["ap"] <= 30_000
    assert waiting["ip"] <= 1_000

    with clock.frozen_at(clock.now_ms() + 2_000):
        sending.work()
    assert numbers(shown(traffic, created)["result"]) == (3, 2, 0)
    with clock.frozen_at(clock.now_ms() + 31_000):
        sending.work()  # Google is held until its time has come, by Redis' own clock
        assert numbers(shown(traffic, created)["result"]) == (3, 2, 0)
        sending.redis_client.client().delete(f"push:pause:{traffic.application.id}:a")
        sending.work()
    found = shown(traffic, created)
    assert (found["status"], numbers(found["result"])) == ("sent", (3, 3, 0))
    assert sorted(one["token"] for one in gateways.fcm) == ["t-busy", "t-busy", "t-fine"]


def test_retries_end(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "busy")
    for _ in range(4):
        gateways.will_answer("t-busy", 500, {"error": {"status": "INTERNAL"}})
    created = create(traffic, message(traffic, "a"))
    for minutes in range(4):
        with clock.frozen_at(clock.now_ms() + minutes * 60_000):
            sending.work()
    found = shown(traffic, created)
    assert (len(gateways.fcm), found["status"]) == (4, "sent")
    assert found["result"]["errors"] == {"INTERNAL": 1}


def test_expired_tokens_of_the_server_are_renewed(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    gateways.grants = ["access-0", "access-1"]
    with_credentials(traffic, **credentials)
    android(traffic, "d1")
    traffic.send("huawei", token_session=1, android_token="hw", token_provider="HMS")
    traffic.count("phone", token_session=1, ios_token="bee", test_mode=0)
    gateways.will_answer("bee", 403, {"reason": "ExpiredProviderToken"})
    gateways.grants, gateways.valid_access = ["access-2"], "access-2"

    created = create(traffic, message(traffic, "a", "i"))
    sending.work()

    assert numbers(shown(traffic, created)["result"]) == (3, 3, 0)
    assert [one["authorization"] for one in gateways.fcm] == ["Bearer access-0", "Bearer access-2"]
    assert len(gateways.hms) == 2  # it heard 80200003 first
    assert json.loads(gateways.hms[1]["data"])["c.i"] == created["_id"]
    assert [one["token"] for one in gateways.apns[1:]] == ["bee", "bee"]


def test_apple_is_reached_with_a_certificate(
    traffic: Traffic, gateways: Gateways, served: Served, credentials: Any, settings: Any
) -> None:
    strict = f"https://localhost:{served.strict_port}"
    settings.PUSH_GATEWAYS = {**served.addresses, "apns": strict}
    status, answer = traffic.ask("/i/apps/update/plugins", args={"push": {"i": credentials["i"]}})
    assert (status, "provider could not be reached" in answer["result"]) == (400, True)

    p12 = {"type": "apn_universal", "cert": data_url(client_p12(b"pass")), "secret": "pass"}
    stored = with_credentials(traffic, i=p12)["plugins"]["push"]["i"]
    assert (stored["type"], stored["bundle"]) == ("apn_universal", BUNDLE)
    assert stored.keys().isdisjoint({"cert", "secret"})
    traffic.count("phone", token_session=1, ios_token="bee", test_mode=0)
    created = create(traffic, message(traffic, "i"))
    sending.work()
    assert numbers(shown(traffic, created)["result"]) == (1, 1, 0)
    arrived = [
        (one["port"], one["token"], "authorization" in one["headers"], one["headers"]["apns-topic"])
        for one in gateways.apns
    ]
    assert arrived == [(served.strict_port, token, False, BUNDLE) for token in ("0" * 64, "bee")]


def test_nobody_there_is_a_failure(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    created = create(traffic, message(traffic, "a", filter={"user": '{"did": "another"}'}))
    found = shown(traffic, created)
    assert (found["status"], found["state"], found["result"]["error"]) == ("failed", 32 | 256, "NoAudience")


def test_languages_platforms_and_names_make_the_content(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    for device, locale in (("d1", "de_DE"), ("d2", "fr_FR")):
        sent = {"begin_session": 1, "token_session": 1, "metrics": {"_os": "Android", "_locale": locale}}
        traffic.send(device, android_token=f"t-{device}", user_details={"name": f"anna {device}"}, **sent)
    traffic.count("d3", begin_session=1)
    contents = [
        {
            "title": "Hello, !", "message": "News", "data": '{"a": {"b": 1}}',
            "titlePers": {"7": {"f": "you", "c": True, "k": "name", "t": "u"}},
        },
        {"la": "de", "message": "Neues", "buttons": [{"title": "Los", "url": "https://x.example/1"}]},
    ]  # fmt: skip
    create(traffic, message(traffic, "a", contents=contents))
    sending.work()
    by_token = {one["token"]: one["data"] for one in gateways.fcm}
    assert by_token["t-d2"] == {"a.b": "1", "title": "Hello, Anna d2!", "message": "News"} | {
        "c.i": by_token["t-d2"]["c.i"]
    }
    assert by_token["t-d1"]["message"] == "Neues"
    assert json.loads(by_token["t-d1"]["c.b"]) == [{"t": "Los", "l": "https://x.example/1"}]


def test_an_event_sets_off_its_message(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2")
    trigger = {"kind": "event", "start": 1, "events": ["Buy"], "cap": 1}
    created = create(traffic, message(traffic, "a", triggers=[trigger]))
    assert created["status"] == "scheduled"

    traffic.count("d1", events=[{"key": "Buy"}])
    traffic.count("d2", events=[{"key": "Look"}])
    sending.work()
    traffic.count("d1", events=[{"key": "Buy"}])
    sending.work()

    found = shown(traffic, created)
    assert [one["token"] for one in gateways.fcm] == ["t-d1"]
    assert (found["status"], numbers(found["result"])) == ("scheduled", (2, 1, 1))
    assert found["result"]["errors"] == {"CapReached": 1}
    assert traffic.read("/o/push/dashboard")["sent_automated"]["platforms"]["a"]["total"] == 1

    toggled = traffic.read("/i/push/message/toggle", _id=created["_id"], active="false")
    assert toggled["status"] == "stopped"
    traffic.count("d2", events=[{"key": "Buy"}])
    sending.work()
    assert len(gateways.fcm) == 1


@pytest.mark.parametrize(
    ("limits", "sent", "errors"),
    [
        ({}, 3, {}),
        ({"cap": 2}, 2, {"CapReached": 1}),
        ({"sleep": 60_000}, 1, {"Sleeping": 2}),
        ({"cap": 1, "time": 0, "reschedule": True}, 1, {"CapReached": 2}),  # all are due in the same millisecond
    ],
)
@pytest.mark.parametrize("kind", ["event", "api"])
def test_limits_for_each_user_hold_within_a_batch_and_for_all_devices_at_once(
    traffic: Traffic,
    gateways: Gateways,
    credentials: Any,
    limits: Sent,
    sent: int,
    errors: Sent,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_credentials(traffic, a=credentials["a"], i=credentials["i"])
    android(traffic, "d1", "d2")
    traffic.count("d1", token_session=1, ios_token="ab12", test_mode=0)
    monkeypatch.setattr("plugins.push.tasks.task_send.delay", lambda: None)
    trigger = {"kind": kind, "start": 1, **limits, **({"events": ["Buy"]} if kind == "event" else {})}
    created = create(traffic, message(traffic, "a", "i", triggers=[trigger]))
    begun_ms = clock.now_ms()
    for number in range(3):
        if kind == "event":
            traffic.count("d1", at_ms=begun_ms + number, events=[{"key": "Buy"}])
        else:
            pushed = {"_id": created["_id"], "filter": {"user": '{"did": "d1"}'}, "start": begun_ms + 60_000 + number}
            traffic.read("/i/push/message/push", args=pushed)

    with clock.frozen_at(begun_ms + 2 * 86_400_000):
        configured = {"message_timeout": 3 * 86_400_000}
        traffic.read("/i/configs", configs={"push": configured})
        configuration.forget()
        sending.work()

    assert [len(gateways.fcm), len([one for one in gateways.apns if one["token"] == "ab12"])] == [sent, sent]
    result = shown(traffic, created)["result"]
    assert (result["processed"], result["errors"]) == (6, {code: 2 * number for code, number in errors.items()})
    [history] = [
        one.get("msgs") for one in mongo.collection(f"push_{traffic.application.id}").find({}) if "msgs" in one
    ]
    assert {name: len(times) for name, times in history.items()} == {created["_id"]: sent}


@pytest.mark.parametrize("status", ["draft", "inactive"])
def test_what_nobody_approved_or_checked_is_not_started_by_a_switch(
    traffic: Traffic, credentials: Any, status: str
) -> None:
    with_credentials(traffic, a=credentials["a"])
    created = create(traffic, message(traffic, "a", triggers=[{"kind": "event", "start": 1, "events": ["Buy"]}]))
    documents.messages().update_one({}, {"$set": {"status": status, "state": documents.INACTIVE}})

    refused = traffic.ask("/i/push/message/toggle", _id=created["_id"], active="true")

    assert refused == (400, {"kind": "ValidationError", "errors": ["Only a stopped message can be started again"]})
    stored = documents.messages().find_one({})
    assert stored is not None
    assert (stored["status"], stored["state"]) == (status, documents.INACTIVE)


def test_clients_set_off_messages_of_the_api(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2")
    code = {"title": "Code: ", "titlePers": {"6": {"f": "-", "k": "code", "t": "a"}}}
    created = create(traffic, message(traffic, "a", triggers=[{"kind": "api", "start": 1}], contents=[code]))
    asked = {"_id": created["_id"], "filter": {"user": '{"did": "d2"}'}, "variables": {"code": "4711"}}
    traffic.read("/i/push/message/push", args=asked)
    sending.work()
    assert [(one["token"], one["data"]["title"]) for one in gateways.fcm] == [("t-d2", "Code: 4711")]
    assert traffic.read("/o/push/dashboard")["sent_tx"]["total"] == 1

    later = {**asked, "start": clock.now_ms() + 3_600_000}
    traffic.read("/i/push/message/push", args=later)
    sending.work()
    removed = traffic.read("/i/push/message/pop", _id=created["_id"], filter={"user": '{"did": "d2"}'})
    assert removed == {"removed": 1}
    assert shown(traffic, created)["result"]["errors"] == {"cancelled": 1}


@pytest.mark.parametrize(
    ("more", "after_ms"),
    [
        ({"delay": 600_000}, 600_000),
        ({"time": 43_200_000}, 3_600_000),  # noon on the user's clock, at 11
        ({"time": 43_200_000, "delay": 7_200_000, "reschedule": True}, 25 * 3_600_000),
        ({"time": 36_000_000}, None),
    ],
)
def test_messages_of_the_api_wait_for_their_delay_and_the_time_of_the_day(
    traffic: Traffic, gateways: Gateways, credentials: Any, more: dict[str, Any], after_ms: int | None
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    mongo.collection(f"app_users{traffic.application.id}").update_one({"did": "d1"}, {"$set": {"tz": 120}})
    created = create(traffic, message(traffic, "a", triggers=[{"kind": "api", "start": 1, **more}]))
    asked = {"_id": created["_id"], "filter": {"user": '{"did": "d1"}'}}
    nine_ms = clock.now_ms() // DAY_MS * DAY_MS + DAY_MS + 9 * 3_600_000  # of UTC, tomorrow
    with clock.frozen_at(nine_ms):
        status, answer = traffic.ask("/i/push/message/push", args=asked)
    due = [row[documents.DUE] - nine_ms for row in documents.queue().find({})]
    assert due == ([] if after_ms is None else [after_ms])
    refused = (400, {"kind": "PushError", "errors": ["NoAudience"]})
    assert (status, answer) == refused if after_ms is None else (status, answer["total"]) == (200, 1)


def test_messages_of_the_api_end_when_they_say_so(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    end_ms = clock.now_ms() + 3_600_000
    created = create(traffic, message(traffic, "a", triggers=[{"kind": "api", "start": 1, "end": end_ms}]))
    asked = {"_id": created["_id"], "filter": {"user": '{"did": "d1"}'}}
    refused = (400, {"kind": "PushError", "errors": ["The message has ended"]})

    assert traffic.ask("/i/push/message/push", args={**asked, "start": end_ms + 1}) == refused
    assert traffic.read("/i/push/message/push", args={**asked, "start": end_ms})["total"] == 1
    assert traffic.read("/i/push/message/push", args=asked)["total"] == 2
    with clock.frozen_at(end_ms + 1):
        assert traffic.ask("/i/push/message/push", args=asked) == refused


def test_testers_get_a_message_that_counts_nowhere(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2")
    sent = message(traffic, "a")
    status, answer = traffic.ask("/i/push/message/test", args=sent)
    assert (status, answer["errors"]) == (400, ["Please define test users in Push plugin configuration"])
    with_credentials(traffic, test={"uids": traffic.profile("d1")["uid"], "cohorts": ""})
    assert traffic.read("/i/push/message/test", args=sent)["result"]["sent"] == 1
    assert [one["token"] for one in gateways.fcm] == ["t-d1"]
    assert traffic.read("/o/push/message/all")["iTotalRecords"] == 0


def test_a_call_of_the_api_narrows_the_audience_and_never_widens_it(
    traffic: Traffic, gateways: Gateways, credentials: Any
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2", "d3")
    own = {"user": '{"did": {"$in": ["d1", "d2"]}}'}
    created = create(traffic, message(traffic, "a", triggers=[{"kind": "api", "start": 1}], filter=own))
    traffic.read(
        "/i/push/message/push", args={"_id": created["_id"], "filter": {"user": '{"did": {"$in": ["d2", "d3"]}}'}}
    )
    sending.work()
    assert [one["token"] for one in gateways.fcm] == ["t-d2"]

    outside = {"_id": created["_id"], "filter": {"user": '{"did": "d3"}'}}
    status, answer = traffic.ask("/i/push/message/push", args=outside)
    assert (status, answer) == (400, {"kind": "PushError", "errors": ["NoAudience"]})


@pytest.mark.parametrize(
    "part", [{"geos": ["5f8c6f2e1b2c3d4e5f607182"]}, {"cohorts": ["c1"]}, {"drill": '{"queryObject": {"up.av": "1"}}'}]
)
def test_a_stored_filter_that_cannot_be_asked_here_reaches_nobody(
    traffic: Traffic, gateways: Gateways, credentials: Any, part: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages that another server stored."""
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    monkeypatch.setattr("plugins.push.tasks.task_send.delay", lambda: None)
    kinds = {
        "plain": {"kind": "plain", "start": clock.now_ms()},
        "event": {"kind": "event", "start": 1, "events": ["Buy"]},
        "api": {"kind": "api", "start": 1},
    }
    created = {kind: create(traffic, message(traffic, "a", triggers=[trigger])) for kind, trigger in kinds.items()}
    documents.messages().update_many({}, {"$set": {"filter": part}})

    traffic.count("d1", events=[{"key": "Buy"}])
    pushed = {"_id": created["api"]["_id"], "filter": {"user": '{"did": "d1"}'}}
    status, answer = traffic.ask("/i/push/message/push", args=pushed)
    sending.work()

    (name,) = part
    sentence = f"InvalidFilter: {name} is not available on this server"
    assert (status, answer) == (400, {"kind": "PushError", "errors": [sentence]})
    plain = shown(traffic, created["plain"])
    assert (plain["status"], plain["result"]["error"]) == ("failed", sentence)
    assert shown(traffic, created["event"])["result"]["errors"] == {"InvalidFilter": 1}
    assert gateways.fcm == []


@pytest.mark.parametrize("is_of_server", [False, True])
def test_the_rate_spreads_a_message(traffic: Traffic, gateways: Gateways, credentials: Any, is_of_server: bool) -> None:
    rate = {"rate": "2", "period": "600"}
    with_credentials(traffic, a=credentials["a"], **({} if is_of_server else {"rate": rate}))
    if is_of_server:
        traffic.read("/i/configs", configs={"push": {"rate": rate}})
    android(traffic, "d1", "d2", "d3", "d4", "d5")
    begun_ms = clock.now_ms()
    created = create(traffic, message(traffic, "a"))
    sending.work()
    assert (len(gateways.fcm), shown(traffic, created)["status"]) == (2, "sending")

    for minutes, expected in ((8, 2), (10, 4), (20, 5)):
        with clock.frozen_at(begun_ms + minutes * 60_000 + 5_000):
            sending.work()
        assert len(gateways.fcm) == expected
    assert len({one["token"] for one in gateways.fcm}) == 5
    assert numbers(shown(traffic, created)["result"]) == (5, 5, 0)


def test_an_application_may_have_another_rate_than_the_server(traffic: Traffic) -> None:
    traffic.read("/i/configs", configs={"push": {"rate": {"rate": "2", "period": "600"}}})
    with_credentials(traffic, rate={"rate": "7", "period": "1"})
    assert scheduling.rate_of(lookup.fresh_by_ids([traffic.application.id])[traffic.application.id]) == (7, 1_000)


def test_what_became_of_single_sends_is_kept_for_messages_that_ask_for_it(
    traffic: Traffic, gateways: Gateways, credentials: Any
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "here", "gone")
    unregistered = {"error": {"details": [{"errorCode": "UNREGISTERED"}]}}
    begun_ms = clock.now_ms()
    create(traffic, message(traffic, "a"))
    sending.work()
    assert list(mongo.collection(documents.STATS).find({})) == []

    gateways.will_answer("t-gone", 404, unregistered)
    created = create(traffic, message(traffic, "a", saveStats=True))
    sending.work()
    kept = {one.pop("u"): one for one in mongo.collection(documents.STATS).find({}, {"_id": 0})}
    times = [one.pop("d") for one in kept.values()]
    common = {"a": ObjectId(traffic.application.id), "m": ObjectId(created["_id"]), "p": "a", "f": "ap", "r": None}
    assert kept == {
        traffic.profile("here")["uid"]: common,
        traffic.profile("gone")["uid"]: {**common, "e": "UNREGISTERED"},
    }
    assert all(begun_ms <= at.timestamp() * 1_000 + 1 and at.timestamp() * 1_000 <= clock.now_ms() for at in times)
    indexes = mongo.collection(documents.STATS).index_information().values()
    assert [one["expireAfterSeconds"] for one in indexes if "expireAfterSeconds" in one] == [30 * 86_400]


def test_a_delayed_message_goes_to_whom_there_is_five_minutes_before(
    traffic: Traffic, gateways: Gateways, credentials: Any
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "early")
    start_ms = clock.now_ms() + 3_600_000
    at_once = create(traffic, message(traffic, "a", triggers=[{"kind": "plain", "start": start_ms}]))
    late = create(traffic, message(traffic, "a", triggers=[{"kind": "plain", "start": start_ms, "delayed": True}]))
    sending.work()
    assert [shown(traffic, one)["status"] for one in (at_once, late)] == ["scheduled", "created"]

    android(traffic, "later")
    with clock.frozen_at(start_ms - 5 * 60_000):
        sending.work()
    assert [shown(traffic, one)["result"]["total"] for one in (at_once, late)] == [1, 2]
    assert gateways.fcm == []
    with clock.frozen_at(start_ms):
        sending.work()
    assert sorted(one["token"] for one in gateways.fcm) == ["t-early", "t-early", "t-later"]


def test_what_is_wrong_with_one_message_keeps_no_other_back(
    traffic: Traffic, gateways: Gateways, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    schedule = scheduling.schedule

    def breaks(found: Sent, application: Any) -> None:
        if found["info"]["title"] == "Broken":
            raise OperationFailure("whatever", code=8000)
        schedule(found, application)

    def refused(*_: Any) -> Any:
        raise OperationFailure("bad", 2, {"errmsg": "x"})

    monkeypatch.setattr(scheduling, "schedule", breaks)
    broken = create(traffic, message(traffic, "a", info={"title": "Broken"}))
    sound = create(traffic, message(traffic, "a"))
    sending.work()
    assert [shown(traffic, one)["status"] for one in (broken, sound)] == ["created", "sent"]
    monkeypatch.setattr(scheduling, "schedule", schedule)
    monkeypatch.setattr(scheduling, "fill", refused)
    sending.work()
    assert shown(traffic, broken)["result"]["error"] == "InvalidFilter: x"


def test_credentials_that_cannot_be_used_fail_their_pushes_only(
    traffic: Traffic, gateways: Gateways, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")

    def unreadable(*_: Any, **__: Any) -> Any:
        raise ValueError("no JSON")

    monkeypatch.setattr("plugins.push.gateways.sender.send_all", unreadable)
    created = create(traffic, message(traffic, "a"))
    sending.work()
    assert shown(traffic, created)["result"]["errors"] == {"NoCredentials": 1}


@pytest.mark.parametrize(
    "pers", [{"\u00b2": {"k": "name", "t": "u"}}, {"9" * 5_000: {}}, {"0": {"k": "name", "t": []}}]
)
def test_unusable_places_of_names_are_refused(traffic: Traffic, credentials: Any, pers: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    content = {"title": "Hello", "message": "News", "messagePers": pers}
    status, answer = traffic.ask("/i/push/message/create", args=message(traffic, "a", contents=[content]))
    assert (status, answer["errors"]) == (400, ["contents: Invalid messagePers"])
