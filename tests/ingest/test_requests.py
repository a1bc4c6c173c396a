"""`/i`: what is answered, and what is stored."""

import hashlib

import pytest
from django.db import DatabaseError
from pymongo.errors import ServerSelectionTimeoutError

from apps.aggregation.records import Record
from apps.applications import lookup
from apps.core import clock
from apps.core.sparse_log import SparseLog
from apps.ingest import body, views
from tests.ingest.door import DUPLICATE, SUCCESS, dropped, get, in_loop, knock, post, post_json, say, stored

NOW_MS = 1_741_775_460_000
MISSING = {"result": 'Missing parameter "app_key" or "device_id"'}


def answers_of(*requests):
    async def talk():
        return [await request() for request in requests]

    return [(answer.status, answer.json) for answer in in_loop(talk)]


def test_get_is_stored_as_it_came(application):
    query = b"app_key=%b&device_id=d%%201&begin_session=1&metrics=%%7B%%7D" % application.key.encode()
    headers = [
        ("User-Agent", "Phone/1"),
        ("Sec-CH-UA-Platform", '"Android"'),
        ("X-Forwarded-For", "198.51.100.7, 10.0.0.1"),
        ("Cookie", "secret=1"),
    ]
    with clock.frozen_at(NOW_MS):
        answer = in_loop(lambda: knock("GET", "/i", query, headers=headers))
    assert (answer.status, answer.json) == (200, SUCCESS)
    assert stored() == [
        Record(
            app_id=application.id,
            app_key=application.key,
            device_id="d 1",
            received_ms=NOW_MS,
            ip_address="198.51.100.7",
            query=query,
            user_agent="Phone/1",
            client_hints={"sec-ch-ua-platform": '"Android"'},
        )
    ]


def test_post_is_stored_with_query_and_body(application):
    body = [b"app_key=%b&device" % application.key.encode(), b"_id=body&events=[]"]
    with clock.frozen_at(NOW_MS):
        answer = in_loop(
            lambda: knock(
                "POST", "/i", b"device_id=query", body, [("Content-Type", "application/X-www-form-urlencoded")]
            )
        )
    assert (answer.status, answer.json) == (200, SUCCESS)
    assert stored() == [
        Record(
            app_id=application.id,
            app_key=application.key,
            device_id="query",
            received_ms=NOW_MS,
            ip_address="192.0.2.1",
            query=b"device_id=query",
            body=b"".join(body),
            content_type="application/X-www-form-urlencoded",
        )
    ]


def test_headers_of_the_answer(application):
    answer = in_loop(lambda: get("/i", app_key=application.key, device_id="d"))
    hints = (
        "Sec-CH-UA, Sec-CH-UA-Mobile, Sec-CH-UA-Platform, Sec-CH-UA-Platform-Version, Sec-CH-UA-Full-Version, "
        "Sec-CH-UA-Model"
    )
    assert answer.headers == {
        "content-type": "application/json; charset=utf-8",
        "content-length": "20",
        "x-countly": "api",
        "accept-ch": hints,
        "critical-ch": hints,
        "access-control-allow-origin": "*",
        "x-frame-options": "deny",
        "x-xss-protection": "1; mode=block",
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
    }


def test_options_and_other_methods(application):
    async def talk():
        return [await knock(method, path) for path in ("/i", "/i/bulk") for method in ("OPTIONS", "PUT", "DELETE")]

    answers = in_loop(talk)
    assert [(answer.status, answer.body) for answer in answers] == [
        (200, b""),
        (405, b'{"result":"Method not allowed"}'),
        (405, b'{"result":"Method not allowed"}'),
    ] * 2
    assert answers[0].headers == {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "POST, GET, OPTIONS",
        "access-control-allow-headers": "countly-token, Content-Type",
        "content-length": "0",
    }


def test_parameter_errors(application):
    key = application.key
    json_type = [("Content-Type", "application/json")]
    assert answers_of(
        lambda: get("/i"),
        lambda: get("/i", app_key=key),
        lambda: get("/i", device_id="d1"),
        lambda: get("/i", app_key="", device_id="d1"),
        lambda: get("/i", app_key=key, device_id=""),
        lambda: get("/i", app_key="no-such-key", device_id="d1"),
        lambda: post("/i", app_key="no-such-key", device_id="d1"),
        lambda: post_json("/i", {"device_id": "d1"}),
        lambda: post_json("/i", {"app_key": key, "device_id": 0}),
        lambda: knock("POST", "/i", b"", b"{not json", json_type),
        lambda: get("/i", app_key=key, device_id="00000000-0000-0000-0000-000000000000"),
        lambda: get("/i", app_key=key, device_id="d1", app_id="short"),
        lambda: get("/i", app_key=key, device_id="d1", user_id="short"),
        lambda: post_json("/i", {"app_key": key, "device_id": "d1", "app_id": ["x"] * 24}),
        lambda: get("/i", app_key=key, device_id="d" * 4097),
    ) == [
        (400, MISSING),
        (400, MISSING),
        (400, MISSING),
        (400, MISSING),
        (400, MISSING),
        (400, {"result": "App does not exist"}),
        (400, {"result": "App does not exist"}),
        (400, MISSING),
        (400, MISSING),
        (400, MISSING),
        (200, {"result": "Ignoring device_id"}),
        (400, {"result": 'Invalid parameter "app_id"'}),
        (400, {"result": 'Invalid parameter "user_id"'}),
        (400, {"result": 'Invalid parameter "app_id"'}),
        (400, {"result": 'Invalid parameter "device_id"'}),
    ]
    assert stored() == []


def test_odd_but_valid_ids_are_accepted(application):
    key = application.key
    json_type = [("Content-Type", "application/json")]
    query = b"app_key=%b&device_id=d1" % key.encode()
    assert (
        answers_of(
            lambda: get("/i", app_key=key, device_id="0"),
            lambda: knock("POST", "/i", query, b"{not json", json_type),
            lambda: post_json("/i", {"app_key": key, "device_id": 17}),
            lambda: knock("POST", "/i", b"", b'{"app_key":"%b","device_id":"cut \\ud83d"}' % key.encode(), json_type),
        )
        == [(200, SUCCESS)] * 4
    )
    assert [record.device_id for record in stored()] == ["0", "d1", "17", "cut \ufffd"]


def test_multipart(application):
    fields = [("app_key", application.key), ("device_id", "multi"), ("events", "[]")]
    parts = [f'--Ab1\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields]
    parts.append('--Ab1\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n\x00\r\n--Ab1--\r\n')
    body = "".join(parts).encode()
    kind = "multipart/form-data; boundary=Ab1"
    answer = in_loop(lambda: knock("POST", "/i", b"", body, [("Content-Type", kind)]))
    assert (answer.status, answer.json) == (200, SUCCESS)
    assert [(record.device_id, record.content_type, record.body) for record in stored()] == [("multi", kind, body)]


def test_unknown_paths_have_the_answer_of_the_protocol(application):
    invalid = (400, {"result": "Invalid path"})
    assert answers_of(
        lambda: get("/i/", app_key=application.key, device_id="d1"),
        lambda: get("/i/nothing", app_key=application.key, device_id="d1"),
        lambda: post("/i/nothing/more"),
        lambda: get("/o/nothing"),
        lambda: get("/o/nothing", app_id="short"),
    ) == [invalid, invalid, invalid, invalid, (400, {"result": 'Invalid parameter "app_id"'})]
    assert stored() == []


def test_paused_and_locked_applications(make_application):
    paused, locked = make_application(paused=True), make_application(locked=True)
    assert answers_of(
        lambda: get("/i", app_key=paused.key, device_id="d1"),
        lambda: get("/i", app_key=locked.key, device_id="d1"),
        lambda: get("/i", app_key=locked.key, device_id="d2", populator="true"),
    ) == [
        (400, {"result": "App is currently not accepting data"}),
        (200, SUCCESS),
        (403, {"result": "App is locked"}),
    ]
    assert [record.device_id for record in stored()] == ["d1"]
    assert dropped() == {(paused.id, "App is currently not accepting data"): 1, (locked.id, "App is locked"): 1}


def test_repetition_of_the_last_request_is_answered_as_duplicate(application):
    key, event, time = application.key, [{"key": "Dup", "count": 1}], 1741775400
    assert answers_of(
        lambda: get("/i", app_key=key, device_id="d1", events=event, timestamp=time),
        lambda: get("/i", app_key=key, device_id="d1", events=event, timestamp=time),
        lambda: get("/i", app_key=key, device_id="d2", events=event, timestamp=time),
        lambda: get("/i", app_key=key, device_id="d1", events=event, timestamp=time, rr=5),
        lambda: get("/i", app_key=key, device_id="d1", session_duration=5, timestamp=time),
        lambda: get("/i", app_key=key, device_id="d1", events=event, timestamp=time),
        lambda: post("/i", app_key=key, device_id="d1", events=event, timestamp=time),
        lambda: post("/i", app_key=key, device_id="d1", events=event, timestamp=time),
        lambda: post_json("/i", {"app_key": key, "device_id": "d1", "events": event, "timestamp": time}),
        lambda: post_json("/i", {"app_key": key, "device_id": "d1", "events": event, "timestamp": time}),
        lambda: get("/i", app_key=key, device_id="d1", events=event),
        lambda: get("/i", app_key=key, device_id="d1", events=event),
    ) == [
        (200, SUCCESS),
        (200, DUPLICATE),
        (200, SUCCESS),
        (200, DUPLICATE),
        (200, SUCCESS),
        (200, SUCCESS),
        (200, SUCCESS),
        (200, DUPLICATE),
        (200, SUCCESS),
        (200, DUPLICATE),
        (200, SUCCESS),
        (200, SUCCESS),
    ]
    assert len(stored()) == 8
    assert dropped() == {(application.id, "Duplicate request"): 4}


def test_repetition_counts_when_the_application_wants_it(make_application):
    application = make_application(plugins={"api": {"prevent_duplicate_requests": False}})
    request = {"app_key": application.key, "device_id": "d1", "timestamp": 1741775400}
    assert answers_of(lambda: get("/i", **request), lambda: get("/i", **request)) == [(200, SUCCESS)] * 2
    assert len(stored()) == 2


def test_values_are_trimmed_when_the_setting_says_so(application, api_settings):
    api_settings(trim_trailing_ending_spaces=True)
    answer = in_loop(lambda: get("/i", app_key=application.key + " ", device_id=" d1 "))
    assert (answer.status, answer.json) == (200, SUCCESS)
    assert [(record.app_key, record.device_id) for record in stored()] == [(application.key, "d1")]


def test_origin_that_the_application_allows_is_named(make_application):
    application = make_application(plugins={"allow_access_control_origin": "https://a.example\nhttps://b.example"})

    async def talk():
        query = b"app_key=%b&device_id=d1" % application.key.encode()
        origins = ("https://b.example", "https://evil.example")
        return [await knock("GET", "/i", query, headers=[("Origin", origin)]) for origin in origins]

    assert [(answer.json, answer.headers["access-control-allow-origin"]) for answer in in_loop(talk)] == [
        (SUCCESS, "https://b.example"),
        (SUCCESS, "*"),
    ]


@pytest.mark.parametrize(("name", "algorithm"), [("checksum", hashlib.sha1), ("checksum256", hashlib.sha256)])
def test_application_with_salt_accepts_only_what_is_signed(make_application, name, algorithm):
    application = make_application(salt="pepper")
    text = f"app_key={application.key}&device_id=d1&metrics=%7B%22_device%22%3A%22a+b%2Bc%26%C3%BC%22%7D"

    def signed(text, salt="pepper"):
        return f"{text}&{name}={algorithm((text + salt).encode()).hexdigest()}"

    upper = f"{text}x&{name}={algorithm((text + 'xpepper').encode()).hexdigest().upper()}"
    fields = [("app_key", application.key), ("device_id", "multi"), ("events", '[{"key":"ü &"}]')]
    joined = "&".join(f"{field}={value}" for field, value in fields)
    fields.append((name, algorithm((joined + "pepper").encode()).hexdigest()))
    parts = [f'--B\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n' for field, value in fields]
    multipart = ("".join(parts) + "--B--\r\n").encode()
    form = [("Content-Type", "application/x-www-form-urlencoded")]
    without = (200, {"result": "Request does not have checksum"})
    wrong = (200, {"result": "Request does not match checksum"})
    assert answers_of(
        lambda: knock("GET", "/i", text.encode()),
        lambda: knock("POST", "/i", b"", text.encode(), form),
        lambda: knock("GET", "/i", f"{name}=x&{text}".encode()),
        lambda: knock("POST", "/i", b"", f"{text}&{name}=abc".encode(), form),
        lambda: knock("GET", "/i", signed(text, "salt").encode()),
        lambda: knock("GET", "/i", signed(text).encode()),
        lambda: knock("GET", "/i", upper.encode()),
        lambda: knock("POST", "/i", b"", signed(text).encode(), form),
        lambda: knock("POST", "/i", b"", multipart, [("Content-Type", "multipart/form-data; boundary=B")]),
    ) == [without, without, wrong, wrong, wrong, *[(200, SUCCESS)] * 4]
    assert len(stored()) == 4
    assert dropped() == {
        (application.id, "Request does not have checksum"): 2,
        (application.id, "Request does not match checksum"): 3,
    }


def test_only_sha1_is_checked_when_both_checksums_are_sent(make_application):
    application = make_application(checksum_salt="pepper")
    text = f"app_key={application.key}&device_id=d1&checksum256=0"
    signature = hashlib.sha1((text + "pepper").encode()).hexdigest()
    answer = in_loop(lambda: knock("GET", "/i", f"{text}&checksum={signature}".encode()))
    assert (answer.status, answer.json) == (200, SUCCESS)


def test_too_large_body_is_refused(application, settings):
    settings.INGEST_MAX_BODY_BYTES = 1000
    too_large = (413, {"result": "Request body is too large"})
    exact = b"app_key=%b&device_id=d1&x=" % application.key.encode()
    exact += b"x" * (1000 - len(exact))
    assert answers_of(
        lambda: knock("POST", "/i", b"", b"x", [("Content-Length", "1001")]),
        lambda: knock("POST", "/i", b"", [b"x" * 600, b"x" * 401]),
        lambda: knock("POST", "/i", b"", [exact[:500], exact[500:]]),
    ) == [too_large, too_large, (200, SUCCESS)]
    assert len(stored()) == 1


def test_slow_body_is_given_up(monkeypatch, transactional_db):
    monkeypatch.setattr(body, "TIMEOUT_SECONDS", 0.05)
    answer = in_loop(lambda: say("POST", "/i", [{"type": "http.request", "body": b"app", "more_body": True}]))
    assert (answer.status, answer.json) == (408, {"result": "Request body did not arrive in time"})


def test_body_cut_off_by_the_client_is_not_stored(application):
    body = b"app_key=%b&device_id=d1" % application.key.encode()
    messages = [{"type": "http.request", "body": body, "more_body": True}, {"type": "http.disconnect"}]
    answer = in_loop(lambda: say("POST", "/i", messages))
    assert (answer.status, answer.json) == (400, {"result": "Request body is incomplete"})
    assert stored() == []


def test_full_stream_answers_503_without_result(application, settings):
    settings.INGEST_MAX_WAITING = 1

    async def talk():
        return [await get("/i", app_key=application.key, device_id="d1", timestamp=1741775400 + n) for n in range(3)]

    answers = in_loop(talk)
    assert [answer.status for answer in answers] == [200, 503, 503]
    assert answers[1].json == {"error": "Too many requests are waiting to be counted, try again later"}
    assert answers[1].headers["retry-after"] == "5"
    assert len(stored()) == 1


def test_request_refused_for_lack_of_room_is_no_duplicate_later(application, settings):
    settings.INGEST_MAX_WAITING = 0
    request = {"app_key": application.key, "device_id": "d1", "timestamp": 1741775400}

    async def talk():
        first = await get("/i", **request)
        settings.INGEST_MAX_WAITING = 10
        return [first.status, (await get("/i", **request)).json]

    assert in_loop(talk) == [503, SUCCESS]


def test_unreachable_store_answers_503(application, settings):
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"

    answer = in_loop(lambda: get("/i", app_key=application.key, device_id="d1"))
    assert (answer.status, answer.json) == (503, {"error": "Requests cannot be stored at the moment, try again later"})


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ServerSelectionTimeoutError("no primary"), "Applications cannot be looked up at the moment, try again later"),
        (DatabaseError("no connection"), "Applications cannot be looked up at the moment, try again later"),
        (RuntimeError("a mistake of ours"), "The request could not be processed"),
    ],
)
@pytest.mark.parametrize("path", ["/i", "/i/bulk"])
def test_trouble_of_ours_is_503_and_logged(application, monkeypatch, caplog, path, error, text):
    async def fail(key):
        raise error

    monkeypatch.setattr(lookup, "by_key_async", fail)
    monkeypatch.setattr(views, "trouble", SparseLog(views.logger))
    request = {"app_key": application.key, "device_id": "d1", "requests": [{"device_id": "d1"}]}
    answer = in_loop(lambda: post_json(path, request))
    assert (answer.status, answer.json) == (503, {"error": text})
    assert len(caplog.records) == 1
