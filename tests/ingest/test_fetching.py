"""`/o/sdk` and `/i/sdk`: what SDKs fetch."""

import hashlib
from contextlib import contextmanager

import pytest

from apps.aggregation import documents
from apps.core import mongo
from apps.core.api_view import Refusal
from apps.core.keys import user_id
from apps.pipeline.flush import flush_all
from apps.plugin_api.sdk_methods import SDK_METHODS, SdkMethod
from tests.ingest.door import get, in_loop, knock, post, stored

PLUGIN = "test-fetching"


@contextmanager
def offered(**methods):
    for name, method in methods.items():
        SDK_METHODS.register(name, method, plugin=PLUGIN)
    try:
        yield
    finally:
        SDK_METHODS.withdraw(PLUGIN)


@pytest.fixture
def asked():
    """Who asked for the method `who`, and with which parameters."""
    calls = []

    def answer(application, parameters, user):
        calls.append((application.id, dict(parameters), user))
        return {"text": "<b>"}

    with offered(who=SdkMethod(answer), bare=SdkMethod(answer, is_escaped=False)):
        yield calls


def told(answer):
    return answer.status, answer.json


@pytest.mark.parametrize("path", ["/o/sdk", "/i/sdk", "/o/sdk/content"])
def test_a_method_answers(path, application, asked):
    answer = in_loop(
        lambda: post(
            path, method="who", app_key=application.key, device_id="d1", metrics={"_os": "iOS", "_app_version": "2.0"}
        )
    )
    assert told(answer) == (200, {"text": "&lt;b&gt;"})
    assert answer.headers["x-countly"] == "api"
    ((application_id, parameters, user),) = asked
    assert (application_id, parameters["method"]) == (application.id, "who")
    assert (user.user_id, user.device_id, user.profile) == (user_id(application.key, "d1"), "d1", {})
    assert (user.told["p"], user.told["av"], user.address) == ("iOS", "2:0", "192.0.2.1")


def test_texts_stay_as_they_are_where_clients_know_them_so(application, asked):
    assert told(in_loop(lambda: get("/o/sdk", method="bare", app_key=application.key, device_id="d1"))) == (
        200,
        {"text": "<b>"},
    )


def test_who_fetches_is_a_user_from_then_on_but_counts_nothing(application, asked):
    in_loop(lambda: get("/o/sdk", method="who", app_key=application.key, device_id="d1"))
    assert [record.is_fetch for record in stored()] == [True]
    flush_all()
    profiles = list(mongo.collection(documents.profiles_collection(application.id)).find())
    assert [sorted(profile) for profile in profiles] == [["_id", "did", "first_req_get", "first_req_post", "uid"]]
    assert profiles[0]["first_req_get"].startswith("/o/sdk?method=who")
    assert list(mongo.collection(documents.USERS).find()) == []
    in_loop(lambda: get("/o/sdk", method="who", app_key=application.key, device_id="d1"))
    assert stored() == []
    assert asked[-1][2].profile == profiles[0]


def test_an_id_of_before_a_merge_fetches_as_the_user_of_today(application, asked):
    in_loop(lambda: get("/i", app_key=application.key, device_id="old", begin_session="1"))
    in_loop(lambda: get("/o/sdk", method="who", app_key=application.key, device_id="new", old_device_id="old"))
    flush_all()
    in_loop(lambda: get("/o/sdk", method="who", app_key=application.key, device_id="old"))
    user = asked[-1][2]
    assert (user.user_id, user.profile["did"], user.profile["sc"]) == (user_id(application.key, "new"), "new", 1)


def test_a_paused_application_answers_but_makes_nobody_known(make_application, asked):
    paused = make_application(paused=True)
    assert in_loop(lambda: get("/o/sdk", method="who", app_key=paused.key, device_id="d1")).status == 200
    assert stored() == []


def test_refusals(make_application, asked):
    application = make_application(salt="pepper")

    def refuse(application, parameters, user):
        raise Refusal(400, "Missing Keys")

    def ask(**parameters):
        return told(in_loop(lambda: get("/o/sdk", **parameters)))

    missing = (400, {"result": 'Missing parameter "app_key" or "device_id"'})
    assert ask(method="who") == missing
    assert ask(method="who", app_key=application.key) == missing
    assert ask(method="who", app_key="none", device_id="d") == (400, {"result": "App does not exist"})
    zero = "00000000-0000-0000-0000-000000000000"
    assert ask(method="who", app_key=application.key, device_id=zero) == (200, {"result": "Ignoring device_id"})
    assert ask(method="who", app_id="short") == (400, {"result": 'Invalid parameter "app_id"'})
    plain = {"app_key": application.key, "device_id": "d1"}
    assert ask(method="who", **plain) == (200, {"result": "Request does not have checksum"})
    assert ask(method="who", checksum="00", **plain) == (200, {"result": "Request does not match checksum"})

    def ask_signed(method):
        query = f"method={method}&app_key={application.key}&device_id=d1"
        checksum = hashlib.sha256(f"{query}pepper".encode()).hexdigest()
        return told(in_loop(lambda: knock("GET", "/o/sdk", f"{query}&checksum256={checksum}".encode())))

    with offered(refused=SdkMethod(refuse)):
        assert ask_signed("who") == (200, {"text": "&lt;b&gt;"})
        assert ask_signed("refused") == (400, {"result": "Missing Keys"})
        assert ask_signed("unheard") == (400, {"result": "Invalid method"})


def test_an_origin_of_the_application_is_told_so(make_application, asked):
    application = make_application(plugins={"allow_access_control_origin": "https://a.example\nhttps://b.example"})
    query = {"method": "who", "app_key": application.key, "device_id": "d1"}
    answer = in_loop(lambda: knock("GET", "/o/sdk", query, headers=[("Origin", "https://b.example")]))
    assert answer.headers["access-control-allow-origin"] == "https://b.example"


def test_a_method_that_breaks_is_trouble_of_ours(application):
    with offered(broken=SdkMethod(lambda application, parameters, user: 1 / 0)):
        assert in_loop(lambda: get("/o/sdk", method="broken", app_key=application.key, device_id="d")).status == 503


def test_a_similar_path_is_no_fetch(application):
    answer = in_loop(lambda: get("/o/sdkx", app_key=application.key, device_id="d"))
    assert told(answer) == (400, {"result": "Invalid path"})
