"""What holds for every answer of the API: configured headers, and how often one address may ask."""

import pytest

from apps.core import clock
from apps.core.answers import HEADERS
from apps.ingest.additional_headers import DEFAULT, parse
from apps.plugin_api import configuration
from tests.ingest.door import get, in_loop, knock

NOW_MS = 1_741_775_460_000


@pytest.fixture
def security(transactional_db):
    return lambda **values: configuration.write("security", values)


def test_the_default_headers_are_those_that_answers_are_made_with(transactional_db):
    assert parse(DEFAULT).items() <= {name.lower().encode(): value.encode() for name, value in HEADERS.items()}.items()
    assert in_loop(lambda: get("/i")).headers["x-frame-options"] == "deny"


@pytest.mark.parametrize("path", ["/i", "/i/bulk", "/o/sdk", "/o/ping", "/o/nothing"])
def test_configured_headers_take_the_place_of_the_default_ones(path, security):
    security(api_additional_headers="X-Frame-Options:sameorigin\nno value:\nnonsense\nX-Own: a:b\nX Bad: x")
    answer = in_loop(lambda: get(path))
    assert (answer.headers["x-frame-options"], answer.headers["x-own"]) == ("sameorigin", "a:b")
    assert not {"access-control-allow-origin", "strict-transport-security", "no value", "x bad"} & answer.headers.keys()
    assert answer.headers["x-countly"] == "api"


def test_an_origin_that_an_application_allows_stays(make_application, security):
    security(api_additional_headers="Access-Control-Allow-Origin:https://default.example")
    application = make_application(plugins={"allow_access_control_origin": "https://a.example"})
    query = {"app_key": application.key, "device_id": "d"}

    def origin_told(origin):
        answer = in_loop(lambda: knock("GET", "/i", query, headers=[("Origin", origin)]))
        return answer.headers["access-control-allow-origin"]

    assert origin_told("https://a.example") == "https://a.example"
    assert origin_told("https://b.example") == "https://default.example"


def test_too_many_requests_of_one_address(application, security):
    security(api_rate_limit_window=60, api_rate_limit_requests=2)
    sdk = {"app_key": application.key, "device_id": "d"}

    def statuses(*asked):
        async def talk():
            answers = [await knock("GET", path, sdk, client=client) for path, client in asked]
            return [(answer.status, answer.headers.get("retry-after")) for answer in answers]

        return in_loop(talk)

    one, other = "192.0.2.1", "192.0.2.2"
    with clock.frozen_at(NOW_MS + 10_000):
        assert statuses(("/o/ping", one), ("/o/nothing", one), ("/o/ping", one), ("/o/sdk", one)) == [
            (200, None), (400, None), (429, "50"), (429, "50"),
        ]  # fmt: skip
        assert statuses(("/o/ping", other), ("/i", one), ("/i/bulk", one)) == [(200, None), (200, None), (400, None)]
        answer = in_loop(lambda: knock("GET", "/o/ping", client=one))  # another process knows as well
        assert (answer.status, answer.json) == (429, {"result": "Too Many Requests"})
        assert in_loop(lambda: knock("OPTIONS", "/o/ping", client=one)).status == 200
    with clock.frozen_at(NOW_MS + 60_000):
        assert statuses(("/o/ping", one)) == [(200, None)]


def test_made_up_addresses_do_not_help(security):
    security(api_rate_limit_window=60, api_rate_limit_requests=1)

    def ask(address):
        return in_loop(lambda: knock("GET", "/o/ping", headers=[("X-Forwarded-For", address)])).status

    assert [ask("198.51.100.1"), ask("198.51.100.2")] == [200, 429]


def test_behind_known_proxies_each_client_has_its_own_count(security, settings):
    settings.TRUSTED_PROXIES = ["192.0.2."]
    security(api_rate_limit_window=60, api_rate_limit_requests=1)

    def ask(address):
        return in_loop(lambda: knock("GET", "/o/ping", headers=[("X-Forwarded-For", address)])).status

    assert [ask("198.51.100.1"), ask("198.51.100.2"), ask("198.51.100.2")] == [200, 200, 429]
