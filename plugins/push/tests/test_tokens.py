from typing import Any

import pytest
from django.test import Client

from apps.accounts.members import create_member
from apps.aggregation.user_data import delete_users
from apps.applications import data, lookup
from apps.core import mongo
from apps.plugin_api import states
from plugins.push import documents
from plugins.push.tests.conftest import Gateways
from plugins.push.tests.sent_messages import android, create, message, with_credentials
from tests.traffic import Traffic

FIELDS = ("tkip", "tkid", "tkia", "tkap", "tkhp")


def tokens(traffic: Traffic) -> dict[str, dict[str, str]]:
    """By device, as the profile and the collection of tokens agree on them."""
    stored = {one["_id"]: one["tk"] for one in mongo.collection(f"push_{traffic.application.id}").find({})}
    found = {}
    for profile in mongo.collection(f"app_users{traffic.application.id}").find({}):
        own = stored.get(profile["uid"], {})
        hashes = {f"tk{field}": documents.token_hash(token) for field, token in own.items()}
        assert hashes == {field: profile[field] for field in FIELDS if field in profile}
        found[profile["did"]] = own
    return found


def test_a_token_belongs_to_whom_told_it_last_also_within_a_batch(traffic: Traffic) -> None:
    traffic.count("a", token_session=1, android_token="T1")
    traffic.send("b", token_session=1, android_token="T1")  # a is not in this batch
    traffic.count("c", token_session=1, ios_token="T2", test_mode="1")
    assert tokens(traffic) == {"a": {}, "b": {"ap": "T1"}, "c": {"id": "T2"}}

    traffic.send("c", token_session=1, android_token="T3")
    traffic.send("a", token_session=1, android_token="T3")
    traffic.send("a", token_session=1, android_token="T4")
    traffic.send("b", token_session=1, android_token="T3")
    traffic.count("c", consent={"push": False})
    assert tokens(traffic) == {"a": {"ap": "T4"}, "b": {"ap": "T3"}, "c": {}}


def test_users_who_can_be_reached_are_counted_once_a_day(traffic: Traffic) -> None:
    traffic.send("a", begin_session=1, token_session=1, android_token="T1")
    traffic.send("a", begin_session=1, ignore_cooldown=1)
    traffic.send("b", begin_session=1, token_session=1, ios_token="T2", test_mode=0)
    traffic.count("c", begin_session=1)
    days: dict[str, int] = {}
    for document in traffic.documents("users"):
        for day in (document.get("d") or {}).values():
            if isinstance(day, dict) and ":0" not in document["m"]:
                for name in ("m", "ma", "mi", "u"):
                    days[name] = days.get(name, 0) + day.get(name, 0)
    assert days == {"m": 2, "ma": 1, "mi": 1, "u": 3}


def test_merged_users_have_the_tokens_of_both(traffic: Traffic) -> None:
    traffic.count("old", token_session=1, android_token="T1", begin_session=1)
    traffic.count("new", token_session=1, ios_token="T2", test_mode=0)
    traffic.count("new", old_device_id="old")
    assert tokens(traffic) == {"new": {"ap": "T1", "ip": "T2"}}


def test_data_goes_with_users_and_with_the_application(
    traffic: Traffic, gateways: Gateways, credentials: dict[str, Any]
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2")
    create(traffic, message(traffic, "a"))
    delete_users(traffic.application.id, [traffic.profile("d1")["uid"]])
    assert mongo.collection(f"push_{traffic.application.id}").count_documents({}) == 1
    data.clear(traffic.application.id)
    assert mongo.collection(f"push_{traffic.application.id}").count_documents({}) == 0
    assert documents.messages().count_documents({}) == 1
    data.delete(traffic.application.id)
    assert documents.messages().count_documents({}) == 0
    assert mongo.collection("creds").count_documents({}) == 0


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("push", False)
    traffic.count("a", token_session=1, android_token="T1", begin_session=1)
    assert tokens(traffic) == {"a": {}}
    assert traffic.ask("/o/push/dashboard")[0] == 400


def test_credentials_are_checked_kept_and_never_shown(
    traffic: Traffic, gateways: Gateways, credentials: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    shown = with_credentials(traffic, **credentials)["plugins"]["push"]
    assert {name: one["type"] for name, one in shown.items()} == {"i": "apn_token", "a": "fcm", "h": "hms"}
    stored = str(list(mongo.collection("creds").find({})))
    everything = str(shown) + str(traffic.read("/o/apps/details")) + stored + caplog.text
    for secret in ("PRIVATE KEY", "hms-secret", "serviceAccountFile"):
        assert secret not in everything

    gateways.rejects_credentials = True
    status, answer = traffic.ask("/i/apps/update/plugins", args={"push": {"h": {**credentials["h"], "secret": "no"}}})
    assert status == 400
    assert "Credentials were rejected by push notification provider" in answer["result"]
    assert traffic.read("/i/apps/update/plugins", args={"push": {"i": shown["i"], "a": None}})["plugins"]["push"] == {
        "i": shown["i"],
        "h": shown["h"],
    }
    assert mongo.collection("creds").count_documents({}) == 2


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"platforms": ["x"]}, {"errors": ["platforms: Invalid value"]}),
        ({"filter": {"user": "{broken"}}, {"errors": ["filter: Invalid JSON for user"]}),
        ({"filter": {"user": '{"$where": "1"}'}}, {"errors": ["filter: The operator $where is not allowed here"]}),
        ({"filter": {"cohorts": ["a"]}}, {"errors": ["filter: cohorts is not available on this server"]}),
        ({"contents": []}, {"errors": ["contents: Invalid value"]}),
        ({"contents": [{"message": "x", "expiration": 5}]}, {"errors": ["expiration: Invalid value"]}),
        ({"triggers": [{"kind": "plain"}]}, {"errors": ["triggers: Missing start argument"]}),
        ({"contents": [{}]}, {"kind": "ValidationError", "errors": ["Message or title is required"]}),
        ({"platforms": ["i"]}, {"kind": "ValidationError", "errors": ["No push credentials for iOS platform"]}),
        ({"app": "0" * 24}, {"kind": "ValidationError", "errors": ["args.app does not match request app_id"]}),
    ],
)
def test_unsound_messages_are_refused(traffic: Traffic, changes: dict[str, Any], errors: dict[str, Any]) -> None:
    assert traffic.ask("/i/push/message/create", args=message(traffic, "a", **changes)) == (400, errors)


def test_messages_are_for_those_who_have_the_right(
    traffic: Traffic, gateways: Gateways, credentials: dict[str, Any]
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    created = create(traffic, message(traffic, "a", status="draft"))
    of_push = {traffic.application.id: {"all": False, "allowed": {"push": True}}}
    permissions: dict[str, dict[str, Any]] = {
        "reader": {"_": {"a": [], "u": [[traffic.application.id]]}, "r": of_push},
        "outsider": {},
    }
    keys = {}
    for name, permission in permissions.items():
        named = {"full_name": name, "username": name, "email": f"{name}@example.com"}
        keys[name] = create_member(**named, password="Correct-Horse-1", permission=permission).api_key
    path = f"/o/push/message/{created['_id']}"
    assert traffic.ask(path, api_key=keys["reader"])[1]["_id"] == created["_id"]
    assert traffic.ask(path, api_key=keys["outsider"])[0] == 401
    remove = {"_id": created["_id"]}
    assert traffic.ask("/i/push/message/remove", api_key=keys["reader"], **remove)[0] == 401
    assert traffic.read("/i/push/message/remove", **remove) == {}
    assert traffic.ask(path) == (404, {"errors": ["Message not found"]})
    lookup.forget_all()
    assert Client().get("/o/push/dashboard").status_code == 400
