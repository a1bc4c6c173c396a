"""Applications with a `redirect_url`: from the door through the worker to the other server."""

import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.aggregation import documents
from apps.applications import data, lookup
from apps.core import clock, mongo, redis_client
from apps.pipeline import dead_letters, redirects, replay
from apps.pipeline.flush import flush_all
from tests.ingest.door import FORM, SUCCESS, dropped, get, in_loop, knock, post_json, stored

NOW_MS = 1_741_775_460_000
REDIRECTED = "Request ignored: Redirected: "


@pytest.fixture(autouse=True)
def _local_targets_are_allowed(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def redirected(make_application, target):
    return make_application(redirect_url=target.url)


def parts(seen):
    address = urlsplit(seen.path)
    return address.path, {name: values[0] for name, values in parse_qs(address.query).items()}


def sent_on():
    flush_all()
    redirects.deliver_all()


def change(application, **fields):
    mongo.collection("apps").update_one({"key": application.key}, {"$set": fields})


def test_a_request_is_sent_on_as_it_came(redirected, target):
    query = f"app_key={redirected.key}&device_id=d%201&begin_session=1&timestamp=1741775400".encode()
    headers = [("User-Agent", "Phone/1"), ("Sec-CH-UA-Platform", '"Android"'), ("Cookie", "secret=1")]
    answer = in_loop(lambda: knock("GET", "/i", query, headers=headers))
    assert (answer.status, answer.json) == (200, {"result": "Success", "info": f"{REDIRECTED}{target.url}"})
    sent_on()
    (seen,) = target.seen
    assert (seen.method, seen.path) == ("GET", f"/i?{query.decode()}&ip_address=192.0.2.1")
    assert (seen.headers["User-Agent"], seen.headers["sec-ch-ua-platform"]) == ("Phone/1", '"Android"')
    assert (seen.headers["X-Forwarded-For"], seen.headers["Cookie"]) == ("192.0.2.1", None)
    assert (redirects.waiting(), stored(), list(mongo.collection(documents.USERS).find())) == (0, [], [])
    assert mongo.collection("apps").find_one({"key": redirected.key}).get("seq", 0) == 0


def test_bodies_and_items_are_posted_and_what_has_no_time_gets_one(redirected, target):
    with clock.frozen_at(NOW_MS):
        in_loop(lambda: knock("POST", "/i", b"device_id=d", f"app_key={redirected.key}&events=[]".encode(), FORM))
        in_loop(
            lambda: post_json("/i/bulk", {"app_key": redirected.key, "requests": [{"device_id": "e", "timestamp": 1}]})
        )
        sent_on()
    first, second = sorted(target.seen, key=lambda seen: "app_key" in seen.path)
    assert parts(first) == ("/i", {"device_id": "d", "ip_address": "192.0.2.1", "timestamp": str(NOW_MS)})
    assert (first.body, first.headers["Content-Type"]) == (f"app_key={redirected.key}&events=[]".encode(), FORM[0][1])
    assert parts(second) == ("/i", {"app_key": redirected.key, "ip_address": "192.0.2.1"})
    assert json.loads(second.body) == {"device_id": "e", "timestamp": 1}


def test_a_signed_query_keeps_its_signature(redirected, target):
    change(redirected, salt="pepper")
    signed = f"app_key={redirected.key}&device_id=d&begin_session=1"
    checksum = hashlib.sha1(f"{signed}pepper".encode()).hexdigest()
    in_loop(lambda: knock("GET", "/i", f"{signed}&checksum={checksum}".encode()))
    sent_on()
    assert [seen.path for seen in target.seen] == [f"/i?{signed}&checksum={checksum}"]


def test_nothing_is_lost_while_the_target_is_down(redirected, target):
    target.answer(503, b"")
    for number in range(3):
        in_loop(lambda n=number: get("/i", app_key=redirected.key, device_id="d", events="[]", serial=str(n)))
    sent_on()
    assert (redirects.waiting(redirected.id), len(target.seen)) == (3, 1)
    target.answer(200, b'{"result":"Success"}')
    redirects.deliver_all()
    assert len(target.seen) == 1  # it waits a little before it tries again
    redis_client.client().delete(f"redirect:{redirected.id}:wait")
    redirects.deliver_all()
    assert redirects.waiting() == 0
    assert [parts(seen)[1]["serial"] for seen in target.seen] == ["0", "0", "1", "2"]
    assert redis_client.client().keys("redirect:*") == []


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, b'{"result":"App does not exist"}'), (200, b'{"result":"Request does not match checksum"}')],
)
def test_what_the_target_refuses_is_set_aside_with_its_reason(status, body, redirected, target):
    target.answer(status, body)
    in_loop(lambda: get("/i", app_key=redirected.key, device_id="d", begin_session="1"))
    in_loop(lambda: get("/i", app_key=redirected.key, device_id="e", begin_session="1"))
    sent_on()
    result = json.loads(body)["result"]
    assert [letter["reason"] for letter in dead_letters.find()] == [f"{redirects.REFUSED}: {status} {result}"] * 2
    assert dropped() == {(redirected.id, redirects.REFUSED): 2}
    assert redirects.waiting() == 0
    target.answer(200, b'{"result":"Success"}')
    for letter in list(dead_letters.find()):
        assert replay.replay(letter["_id"])
    redirects.deliver_all()
    assert (dead_letters.count(), len(target.seen)) == (0, 4)


def test_after_a_week_it_is_given_up(redirected, target):
    target.answer(500, b"")
    with clock.frozen_at(NOW_MS):
        in_loop(lambda: get("/i", app_key=redirected.key, device_id="d", begin_session="1"))
        flush_all()
    with clock.frozen_at(NOW_MS + (redirects.GIVE_UP_DAYS + 1) * 86_400_000):
        redirects.deliver_all()
        assert [letter["reason"] for letter in dead_letters.find()] == [f"{redirects.GIVEN_UP}: status 500"]


def test_internal_targets_are_not_reached(redirected, target, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []
    in_loop(lambda: get("/i", app_key=redirected.key, device_id="d", begin_session="1"))
    sent_on()
    assert (redirects.waiting(), target.seen) == (1, [])
    answer = in_loop(lambda: get("/i", app_key=redirected.key, device_id="d", begin_session="1", safe_api_response="1"))
    assert answer.status == 400
    assert answer.json["result"].startswith("Redirect blocked by SSRF protection: 127.0.0.1")


def test_in_safe_mode_the_sender_reads_what_the_target_says(redirected, target, api_settings):
    def ask(**more):
        answer = in_loop(lambda: get("/i", app_key=redirected.key, device_id="d", begin_session="1", **more))
        return answer.status, answer.json

    assert ask(safe_api_response="true") == (200, SUCCESS)
    target.answer(400, b'{"result":"App does not exist"}')
    api_settings(safe=True)
    assert ask() == (400, {"result": "App does not exist"})
    target.answer(200, b"<html>")
    error = (400, {"result": f"Redirect error. Tried to redirect to:{target.url}"})
    assert ask() == error
    target.answer(200, b'{"result":"Success"}')
    change(redirected, redirect_url="http://127.0.0.1:1")
    lookup.forget_all()
    assert ask() == (400, {"result": "Redirect error. Tried to redirect to:http://127.0.0.1:1"})
    assert (redirects.waiting(), stored()) == (0, [])


@pytest.mark.parametrize(("query", "headers"), [("&ip_address=1.2.3.4" * 4, []), ("", [("X-Tally-Redirects", "4")])])
def test_a_loop_comes_to_its_end(query, headers, redirected, target):
    sent = f"app_key={redirected.key}&device_id=d{query}".encode()
    answer = in_loop(lambda: knock("GET", "/i", sent, headers=headers))
    assert (answer.status, answer.json) == (400, {"result": "Redirect loop"})
    assert dropped() == {(redirected.id, "Redirect loop"): 1}


def test_hops_are_counted_on(redirected, target):
    sent = f"app_key={redirected.key}&device_id=d".encode()
    in_loop(lambda: knock("GET", "/i", sent, headers=[("X-Tally-Redirects", "2")]))
    sent_on()
    assert [seen.headers["X-Tally-Redirects"] for seen in target.seen] == ["3"]


def test_what_waits_is_counted_here_once_the_redirect_is_taken_away(redirected, target):
    target.answer(500, b"")
    in_loop(lambda: get("/i", app_key=redirected.key, device_id="d", begin_session="1"))
    flush_all()
    change(redirected, redirect_url="")
    redirects.deliver_all()
    assert (redirects.waiting(), target.seen) == (0, [])
    (profile,) = mongo.collection(documents.profiles_collection(redirected.id)).find()
    assert profile["sc"] == 1


def test_what_waits_goes_with_the_data(redirected, target):
    in_loop(lambda: get("/i", app_key=redirected.key, device_id="d", begin_session="1"))
    flush_all()
    data.clear(redirected.id)
    assert redirects.waiting() == 0


def test_one_that_cannot_be_counted_holds_up_nobody(redirected, target, make_application):
    other = make_application(redirect_url=target.url)
    target.answer(500, b"")
    for application in (redirected, other):
        in_loop(lambda key=application.key: get("/i", app_key=key, device_id="d", begin_session="1"))
    flush_all()
    mongo.collection(redirects.COLLECTION).insert_one(
        {"a": redirected.id, "at": 0, "n": 0, "device": "x", "record": b"?"}
    )
    change(redirected, redirect_url="")
    change(other, redirect_url="")
    redirects.deliver_all()

    assert redirects.waiting() == 0
    for application in (redirected, other):
        (profile,) = mongo.collection(documents.profiles_collection(application.id)).find()
        assert profile["sc"] == 1
    (letter,) = dead_letters.find()
    assert letter["reason"].startswith(f"{redirects.NOT_COUNTED}: ")
    assert dropped() == {(redirected.id, redirects.NOT_COUNTED): 1}
