"""`/i/bulk`: items become records of their own."""

import hashlib
import json

from apps.aggregation.records import Record
from apps.core import clock
from apps.ingest import bulk
from tests.ingest.door import FORM, SUCCESS, dropped, encoded, get, in_loop, knock, post, post_json, stored

NOW_MS = 1_741_775_460_000
MISSING = (400, {"result": 'Missing parameter "requests"'})
INVALID = (400, {"result": 'Invalid parameter "requests"'})


def answers_of(*requests):
    async def talk():
        return [await request() for request in requests]

    return [(answer.status, answer.json) for answer in in_loop(talk)]


def test_errors(application):
    assert answers_of(
        lambda: get("/i/bulk"),
        lambda: get("/i/bulk", requests="nonsense"),
        lambda: post("/i/bulk", requests={"device_id": "d1"}),
        lambda: post("/i/bulk", requests=[]),
        lambda: post("/i/bulk", requests="[{broken"),
        lambda: post("/i/bulk", requests="null"),
        lambda: post("/i/bulk", requests="5"),
        lambda: post_json("/i/bulk", {"requests": []}),
        lambda: post_json("/i/bulk", {"requests": {"a": 1}}),
        lambda: post_json("/i/bulk", {"requests": 0}),
        lambda: post("/i/bulk", requests=[{"app_key": application.key, "device_id": "d1"}], app_id="short"),
    ) == [
        MISSING,
        MISSING,
        INVALID,
        (200, SUCCESS),
        MISSING,
        MISSING,
        INVALID,
        (200, SUCCESS),
        INVALID,
        MISSING,
        (400, {"result": 'Invalid parameter "app_id"'}),
    ]
    assert stored() == []


def test_items_are_stored_in_order_each_as_its_json(make_application):
    application, other = make_application(), make_application()
    items = [
        {"device_id": "d1", "begin_session": 1, "metrics": {"_os": "Ünix"}},
        {"device_id": 17, "app_key": other.key, "timestamp": 1741775400},
        {"device_id": "d1", "events": [{"key": "a", "count": 2**70}]},
    ]

    with clock.frozen_at(NOW_MS):
        answer = in_loop(
            lambda: knock(
                "POST",
                "/i/bulk",
                b"",
                encoded({"app_key": application.key, "requests": items}),
                [*FORM, ("User-Agent", "Server/2"), ("X-Real-IP", "198.51.100.9")],
            )
        )
    assert (answer.status, answer.json) == (200, SUCCESS)

    def record(application, device_id, body):
        return Record(
            app_id=application.id,
            app_key=application.key,
            device_id=device_id,
            received_ms=NOW_MS,
            ip_address="198.51.100.9",
            body=body.encode(),
            content_type="application/json",
            user_agent="Server/2",
            is_bulk_item=True,
        )

    assert stored() == [
        record(application, "d1", '{"device_id":"d1","begin_session":1,"metrics":{"_os":"Ünix"}}'),
        record(other, "17", f'{{"device_id":17,"app_key":"{other.key}","timestamp":1741775400}}'),
        record(application, "d1", '{"device_id":"d1","events":[{"key":"a","count":1.1805916207174113e+21}]}'),
    ]


def test_items_that_cannot_count_are_left_out_and_counted(make_application):
    application, paused = make_application(), make_application(paused=True)
    deep = "x"
    for _ in range(300):
        deep = [deep]
    items = [
        None,
        "text",
        {},
        {"device_id": "d0"},
        {"app_key": application.key},
        {"app_key": "unknown", "device_id": "d1"},
        {"app_key": application.key, "device_id": "00000000-0000-0000-0000-000000000000"},
        {"app_key": application.key, "device_id": "d" * 4097},
        {"app_key": application.key, "device_id": "d2", "deep": deep},
        {"app_key": paused.key, "device_id": "d3"},
        {"app_key": application.key, "device_id": "good"},
    ]
    assert answers_of(lambda: post_json("/i/bulk", {"requests": items})) == [(200, SUCCESS)]
    assert [record.device_id for record in stored()] == ["good"]
    assert dropped() == {
        ("", "Item that is no object"): 2,
        ("", "Item without app_key or device_id"): 3,
        ("", "App does not exist"): 1,
        (application.id, "Ignoring zero IDFA device_id"): 1,
        (application.id, "device_id is too long"): 1,
        (application.id, "Item that is nested too deeply"): 1,
        (paused.id, "App is currently not accepting data"): 1,
    }


def test_populator_applies_to_all_items_and_not_to_locked_applications(make_application):
    application, locked = make_application(), make_application(locked=True)
    items = [{"app_key": locked.key, "device_id": "d1"}, {"app_key": application.key, "device_id": "d2"}]
    assert answers_of(lambda: post("/i/bulk", requests=items, populator=True)) == [(200, SUCCESS)]
    assert [json.loads(record.body) for record in stored()] == [
        {"app_key": application.key, "device_id": "d2", "populator": "true"}
    ]
    assert dropped() == {(locked.id, "App is locked"): 1}


def test_application_with_salt_wants_the_whole_or_the_item_signed(make_application):
    application = make_application(salt="pepper")
    deep = []
    for _ in range(300):
        deep = [deep]
    item = {"device_id": "d1", "note": "ü", "events": [{"key": "a"}]}
    compact = json.dumps(item, separators=(",", ":"), ensure_ascii=False)
    signed_item = {**item, "checksum": hashlib.sha1((compact + "pepper").encode()).hexdigest()}
    forged_item = {**item, "checksum256": hashlib.sha256((compact + "salt").encode()).hexdigest()}
    whole = encoded({"app_key": application.key, "requests": [{"device_id": "d2"}, {"device_id": "d3"}]})
    whole += b"&checksum256=" + hashlib.sha256(whole + b"pepper").hexdigest().encode()
    assert (
        answers_of(
            lambda: post(
                "/i/bulk",
                app_key=application.key,
                requests=[signed_item, forged_item, item, {"device_id": "d1", "deep": deep, "checksum": "x"}],
            ),
            lambda: knock("POST", "/i/bulk", b"", whole, FORM),
            lambda: knock("GET", "/i/bulk", whole),
        )
        == [(200, SUCCESS)] * 3
    )
    assert [record.device_id for record in stored()] == ["d1", "d2", "d3", "d2", "d3"]
    assert dropped() == {
        (application.id, "Request does not match checksum"): 2,
        (application.id, "Item that is nested too deeply"): 1,
    }


def test_values_are_trimmed_when_the_setting_says_so(application, api_settings):
    api_settings(trim_trailing_ending_spaces=True)
    item = {"app_key": f" {application.key}", "device_id": "d1 "}
    assert answers_of(lambda: post("/i/bulk", requests=[item])) == [(200, SUCCESS)]
    assert [(record.app_key, record.device_id) for record in stored()] == [(application.key, "d1")]


def test_more_items_than_the_limit_are_refused_whole(application, monkeypatch):
    monkeypatch.setattr(bulk, "MAX_ITEMS", 2)
    items = [{"app_key": application.key, "device_id": f"d{n}"} for n in range(3)]
    assert answers_of(lambda: post("/i/bulk", requests=items), lambda: post("/i/bulk", requests=items[:2])) == [
        (413, {"result": "More than 2 requests in one"}),
        (200, SUCCESS),
    ]
    assert [record.device_id for record in stored()] == ["d0", "d1"]


def test_app_keys_beyond_the_limit_are_not_looked_up(application, monkeypatch):
    monkeypatch.setattr(bulk, "MAX_APPLICATIONS", 2)
    items = [{"app_key": key, "device_id": "d1"} for key in ("made-up-1", application.key, "made-up-2")]
    assert answers_of(lambda: post("/i/bulk", requests=items)) == [(200, SUCCESS)]
    assert [record.app_key for record in stored()] == [application.key]
    assert dropped() == {("", "App does not exist"): 1, ("", bulk.TOO_MANY_APPLICATIONS): 1}


def test_full_stream_answers_503(application, settings):
    settings.INGEST_MAX_WAITING = 1
    items = [{"app_key": application.key, "device_id": f"d{n}"} for n in range(3)]
    answer = in_loop(lambda: post("/i/bulk", requests=items))
    assert (answer.status, answer.json) == (
        503,
        {"error": "Too many requests are waiting to be counted, try again later"},
    )
