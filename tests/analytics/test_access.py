"""Who may read, and what is answered to whom, in which order."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PATHS = ["/o", "/o/analytics/dashboard", "/o/analytics/sessions"]


def ask(client, path, person=None, **parameters):
    if path == "/o":
        parameters.setdefault("method", "users")
    if person:
        parameters["api_key"] = person.api_key
    answer = client.get(path, parameters)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("path", PATHS)
def test_three_people(client, path, application, owner, reader, outsider, store):
    store("users", "2025:3", "k", d={"12": {"t": 1, "n": 1, "u": 1}})

    answers = {
        person.username: ask(client, path, person, app_id=application.id) for person in (owner, reader, outsider)
    }

    assert answers["reader"] == answers["owner"]
    assert answers["owner"][0] == 200
    assert answers["owner"][1] != {}
    assert answers["outsider"] == (401, {"result": "User does not have right"})


@pytest.mark.parametrize("path", PATHS)
def test_checks_in_their_order(client, path, application, reader):
    nobody = "f" * 24

    assert ask(client, path) == (400, {"result": 'Missing parameter "app_id"'})
    assert ask(client, path, app_id="short") == (400, {"result": 'Invalid parameter "app_id"'})
    assert ask(client, path, app_id=application.id, user_id="1") == (400, {"result": 'Invalid parameter "user_id"'})
    missing = 'Missing parameter "api_key" or "auth_token"'
    assert ask(client, path, app_id=application.id) == (400, {"result": missing})
    assert ask(client, path, app_id=application.id, api_key="x") == (401, {"result": "User does not exist"})
    assert ask(client, path, reader, app_id=nobody) == (401, {"result": "User does not have right"})


def test_an_application_that_does_not_exist(client, owner):
    assert ask(client, "/o", owner, app_id="f" * 24) == (401, {"result": "App does not exist"})


def test_unknown_methods_and_paths_are_told_before_anybody_is_known(client, application):
    sections = "/dashboard,  /countries, /sessions, /metric, /tops, /loyalty, /frequency, /durations, /events"

    assert ask(client, "/o", app_id=application.id, method="rubbish") == (400, {"result": "Invalid method"})
    for path in ("/o/analytics/rubbish", "/o/analytics", "/o/analytics/"):
        told = {"result": f"Invalid path, must be one of {sections}"}
        assert ask(client, path, app_id=application.id) == (400, told)


def test_get_and_post_are_equal(client, application, owner, store):
    store("users", "2025:3", d={"12": {"t": 1}})
    parameters = {"method": "users", "app_id": application.id, "api_key": owner.api_key}
    expected = client.get("/o", parameters).json()

    assert expected == {"2025": {"t": 1, "3": {"t": 1, "12": {"t": 1}}}}
    assert client.post("/o", parameters).json() == expected
    assert client.post("/o", parameters, content_type="application/json").json() == expected


@pytest.mark.parametrize("method", ["put", "delete", "patch", "head"])
def test_other_verbs_are_refused(client, method):
    answer = getattr(client, method)("/o")

    assert answer.status_code == 405
    assert method == "head" or answer.json() == {"result": "Method not allowed"}


def test_browsers_may_ask_from_anywhere(client, db):
    answer = client.options("/o/analytics/sessions")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Access-Control-Allow-Methods"] == "POST, GET, OPTIONS"


def test_any_accept_header_gets_json(client, application):
    answer = client.get("/o", {"app_id": application.id, "method": "x", "format": "xml"}, HTTP_ACCEPT="image/png")

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/json; charset=utf-8")


def test_cities_are_nobodys_business_while_they_are_switched_off(client, application):
    from apps.plugin_api import configuration

    configuration.write("api", {"city_data": False})
    try:
        assert ask(client, "/o", app_id=application.id, method="cities") == (200, {})
    finally:
        configuration.write("api", {"city_data": True})


@pytest.mark.parametrize(
    "parameters",
    [
        {"method": ["users"]},
        {"method": {"$ne": ""}},
        {"method": "events", "event": {"$gt": ""}},
        {"method": "events", "events": [{"$gt": ""}]},
        {"method": "events", "event": "a", "segmentation": {"$ne": 1}},
        {"method": "get_event_group", "_id": {"$gt": ""}},
        {"method": "total_users", "metric": {"$ne": ""}},
        {"method": "users", "period": {"$gt": 1}},
        {"method": "users", "action": ["refresh"], "fullRange": {}},
        {"method": "users", "action": "refresh", "timestamp": 1e300},
        {"method": "top_events", "period": ["30days"], "limit": [1]},
        {"app_id": {"$gt": ""}},
        {"api_key": {"$gt": ""}},
    ],
)
def test_objects_instead_of_texts_reach_no_filter(client, application, owner, parameters):
    sent = {"app_id": application.id, "api_key": owner.api_key, "method": "users", **parameters}

    answer = client.post("/o", sent, content_type="application/json")

    assert answer.status_code in (200, 400, 401)
    assert answer.json() in (
        {}, [], False, {"meta": {}}, {"eventName": "a"},
        {"result": "Invalid method"},
        {"result": 'Missing parameter "_id"'},
        {"result": 'Invalid parameter "app_id"'},
        {"result": "User does not exist"},
    )  # fmt: skip


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["since", "period", "$gt", "a.b"]), inner)
    ),
    max_leaves=6,
)
parameters = st.fixed_dictionaries(
    {},
    optional={
        "period": json_values | st.sampled_from(["hour", "month", "5weeks", "[1,9999999999999]", '{"since":1,"a":2}']),
        **dict.fromkeys(["event", "events", "segmentation", "metric", "metrics"], json_values),
        **dict.fromkeys(["bucket", "action", "fullRange", "limit"], json_values),
        "timestamp": json_values,
        "overview": st.booleans(),
    },
)
paths = st.sampled_from(
    [
        "/o/analytics/dashboard",
        "/o/analytics/sessions",
        "/o/analytics/metric",
        "/o/analytics/tops",
        "/o/analytics/events",
    ]
)
methods = st.sampled_from(
    ["users", "cities", "events", "get_event_group", "total_users", "get_period_obj", "top_events"]
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=paths | st.just("/o"), method=methods, sent=parameters)
def test_whatever_is_asked_there_is_an_answer(client, application, owner, path, method, sent):
    body = {**sent, "method": method, "app_id": application.id, "api_key": owner.api_key}

    answer = client.post(path, body, content_type="application/json")

    assert answer.status_code in (200, 400, 404), answer.content
