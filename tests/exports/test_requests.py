"""`/o/export/request` and `/o/export/data`."""

import json

import pytest

from apps.core import mongo


def post(client, address, /, **parameters):
    answer = client.post(address, parameters)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body.decode()


@pytest.mark.parametrize("path", ["/i/apps/create", "/o/export/db", "/login", "http://x/o", "/o/../i", 7])
def test_only_addresses_that_read_are_asked(client, owner, path):
    status, body = post(client, "/o/export/request", api_key=owner.api_key, path=path, data="{}")

    assert status == 400
    assert json.loads(body)["result"] in ('Invalid parameter "path"', "Invalid path")


def test_the_rights_are_those_of_the_inner_credentials(client, application, owner, outsider):
    data = {"app_id": application.id, "api_key": outsider.api_key, "metric": "os"}
    asked = {"path": "/o/analytics/metric", "type": "json"}

    without = post(client, "/o/export/request", api_key=owner.api_key, data="{}", **asked)
    others = post(client, "/o/export/request", api_key=owner.api_key, data=json.dumps(data), **asked)

    assert without == (400, '{"result":"Missing parameter \\"app_id\\""}')
    assert others == (401, '{"result":"User does not have right"}')


def test_columns_and_their_names(client, application, owner):
    data = {"app_id": application.id, "api_key": owner.api_key}
    names = {"username": "User", "full_name": "Full name"}
    asked = {"path": "/o/users/all", "type": "csv", "data": json.dumps(data), "columnNames": json.dumps(names)}

    status, body = post(client, "/o/export/request", api_key=owner.api_key, prop=str(owner.pk), **asked)
    few = post(client, "/o/export/request", api_key=owner.api_key, projection='{"username":1}', **asked)

    assert status == 200
    assert '"Full name"' in body.splitlines()[0]
    assert few[0] == 200


def test_columns_inside_of_others(client, application, owner):
    data = {"app_id": application.id, "api_key": owner.api_key, "args": "{}"}
    asked = {"path": "/o/users/me", "data": json.dumps(data), "projection": '{"permission._.u":1,"none.x":1,"email":1}'}
    asked |= {"columnNames": '{"none.x":"Nothing","email":"E-mail"}', "api_key": owner.api_key}
    mongo.collection("members").update_one({"_id": owner.pk}, {"$set": {"permission": {"_": {"u": [["a"]]}}}})

    assert post(client, "/o/export/request", type="csv", **asked) == (
        200,
        '"permission___u_0","Nothing","E-mail"\n"[""a""]",,"owner@example.com"',
    )
    status, body = post(client, "/o/export/request", **asked)
    assert (status, json.loads(body)) == (200, [{"permission": {"_": {"u": [["a"]]}}, "email": "owner@example.com"}])


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_given_data_that_is_nested_without_end(client, owner, kind):
    for levels in (200, 900, 5_000):
        sent = {"data": "[" * levels + "]" * levels, "type": kind, "api_key": owner.api_key}
        answer = client.post("/o/export/data", sent)
        assert (answer.status_code, answer.json()) == (400, {"result": 'Invalid parameter "data"'})


def test_given_data(client, owner):
    def given(**parameters):
        return post(client, "/o/export/data", api_key=owner.api_key, type="csv", **parameters)

    assert given(data='[{"a":1},{"b":"@x"}]') == (200, '"a","b"\n1,\n,"`@x"')
    assert given(data='{"a":[1,"b",null]}') == (200, '"a"\n"1, b, "')
    assert given(data="[1,2]") == (200, '"value"\n1\n2')
    assert given(data="a;b", raw="1") == (200, "a;b")
    assert given(data="{broken") == (400, '{"result":"Invalid parameter \\"data\\""}')
    assert given() == (400, '{"result":"Missing parameter \\"data\\""}')
    missing = (400, '{"result":"Missing parameter \\"api_key\\" or \\"auth_token\\""}')
    assert post(client, "/o/export/data", data="[]") == missing
