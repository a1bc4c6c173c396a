"""`/o/export/db`: who may export what, and as what."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from bson import ObjectId

from apps.aggregation import documents
from apps.core import mongo
from apps.plugin_api import configuration

NO_ACCESS = (401, {"result": "User does not have access right for this collection"})


def export(client, person, collection, **parameters):
    sent = {"collection": collection, "api_key": person.api_key, "type": "json", **parameters}
    answer = client.get("/o/export/db", sent)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, body


def exported(client, person, collection, **parameters):
    answer, body = export(client, person, collection, **parameters)
    return answer.status_code, json.loads(body)


@pytest.fixture
def profiles(application):
    name = documents.profiles_collection(application.id)
    mongo.collection(name).insert_many(
        [
            {"_id": "1", "did": "a", "ls": 1_700_000_000, "custom": {"plan": "pro", "tags": ["x", "y"]}},
            {"_id": "2", "did": "=1+1", "ls": 1_700_000_060, "vc": [{"n": 1}, {"n": 2}]},
            {"_id": "3", "did": "c", "at": datetime(2025, 3, 1, 12, tzinfo=UTC)},
        ]
    )
    return name


def test_three_people(client, profiles, owner, member, outsider):
    answers = [
        exported(client, person, profiles, projection='{"did":1,"_id":0}', sort='{"_id":1}')
        for person in (owner, member, outsider)
    ]

    rows = [{"_id": "1", "did": "a"}, {"_id": "2", "did": "=1+1"}, {"_id": "3", "did": "c"}]
    assert answers == [(200, rows), (200, rows), NO_ACCESS]


@pytest.mark.parametrize("collection", ["members", "apps", "plugins", "system.users", "django_session"])
def test_what_is_of_no_application_is_for_global_administrators(client, collection, owner, member):
    assert exported(client, member, collection) == NO_ACCESS
    status, _ = exported(client, owner, collection)

    assert status == (401 if collection in ("system.users", "django_session") else 200)


def test_credentials_are_shown_to_nobody(client, owner, member):
    _, rows = exported(client, owner, "members", projection='{"username":1,"password":1,"api_key":1}')

    assert sorted(row["username"] for row in rows) == ["member", "owner"]
    assert {name for row in rows for name in row} == {"_id", "username"}
    for asked in ({"query": '{"password":{"$regex":"^a"}}'}, {"sort": '{"api_key":1}'}):
        assert exported(client, owner, "members", **asked)[0] == 400
    nested = '{"$or":[{"api_key":{"$gt":"a"}}]}'
    assert exported(client, owner, "members", query=nested)[0] == 400


def test_of_shared_collections_members_see_their_part(client, application, owner, member, outsider):
    mongo.collection("events_data").insert_many([{"_id": "x", "a": application.id}, {"_id": "y", "a": "f" * 24}])

    assert exported(client, member, "events_data") == (200, [{"_id": "x", "a": application.id}])
    assert exported(client, member, "events_data", query=json.dumps({"a": "f" * 24})) == (200, [])
    assert exported(client, outsider, "events_data") == (200, [])
    assert len(exported(client, owner, "events_data")[1]) == 2


def test_collections_that_are_named_by_a_hash_belong_to_an_application(client, application, member, outsider):
    from apps.core.keys import event_hash

    name = "drill_events" + event_hash("Buy", application.id)
    mongo.collection("events").insert_one({"_id": ObjectId(application.id), "list": ["Buy"]})
    assert exported(client, member, name) == (200, [])
    assert exported(client, outsider, name) == NO_ACCESS


def test_a_member_who_is_kept_from_raw_data(client, application, profiles, member):
    restrict = {"$set": {"app_restrict": {application.id: ["#/manage/db"]}}}
    mongo.collection("members").update_one({"_id": member.pk}, restrict)

    assert exported(client, member, profiles) == NO_ACCESS


def test_query_sort_skip_limit(client, profiles, owner):
    query = {"did": {"$in": ["a", "c"]}, "at": {"$gte": {"$date": "2025-03-01T00:00:00Z"}}}
    assert exported(client, owner, profiles, query=json.dumps(query))[1] == [
        {"_id": "3", "did": "c", "at": "2025-03-01T12:00:00.000Z"}
    ]
    second = exported(client, owner, profiles, sort='{"did":-1}', skip="1", limit="1", projection='{"did":1}')
    assert second == (200, [{"_id": "1", "did": "a"}])


def test_no_more_rows_than_the_setting_allows(client, profiles, owner):
    configuration.write("api", {"export_limit": 2})

    for limit in ("", "0", "-1", "100", "x"):
        assert len(exported(client, owner, profiles, limit=limit)[1]) == 2


def test_csv_has_its_header_first_and_no_formulas(client, profiles, owner):
    answer, body = export(client, owner, profiles, type="csv", sort='{"did":-1}', filename="../a/b\r\nX: y")

    assert answer.headers["Content-Disposition"] == "attachment;filename=_a_b_X_%20y.csv"
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    assert rows[0].keys() == {"_id", "did", "at", "ls", "custom_plan", "custom_tags", "vc_0", "vc_1"}
    assert [row["did"] for row in rows] == ["c", "a", "`=1+1"]
    assert rows[1]["custom_tags"] == "x, y"
    assert rows[2]["vc_1"] == '{"n":2}'


def test_what_is_inside_of_a_projected_field_has_its_columns(client, profiles, owner):
    def table(*names, **more):
        asked = {"projection": json.dumps(dict.fromkeys(names, 1)), "sort": '{"_id":1}', **more}
        return export(client, owner, profiles, type="csv", **asked)[1].decode().splitlines()

    assert table("custom.plan", "did") == ['"_id","custom_plan","did"', '"1","pro","a"', '"2",,"`=1+1"', '"3",,"c"']
    assert table("vc", "custom", "none") == [
        '"_id","vc_0","vc_1","custom_plan","custom_tags","none"',
        '"1",,,"pro","x, y",',
        '"2","{""n"":1}","{""n"":2}",,,',
        '"3",,,,,',
    ]
    body = export(client, owner, profiles, type="xlsx", projection='{"custom.plan":1}')[1]
    sheet = zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml").decode()
    assert ("<t>custom_plan</t>" in sheet, "<t>pro</t>" in sheet) == (True, True)


def test_a_workbook_holds_texts_not_formulas(client, profiles, owner):
    answer, body = export(client, owner, profiles, type="xlsx", projection='{"did":1,"ls":1}', sort='{"did":1}')

    assert answer.headers["Content-Type"] == "application/vnd.ms-excel"
    sheet = zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<t>=1+1</t>" in sheet
    assert "<v>1700000060</v>" in sheet


def test_times_are_written_for_people(client, profiles, owner):
    mapper = {"fields": {"ls": {"to": "time", "type": "second", "format": "YYYY-MM-DD HH:mm"}}, "tz": "Asia/Tokyo"}
    asked = {"formatFields": json.dumps(mapper), "query": '{"did":"a"}', "projection": '{"ls":1}'}

    assert exported(client, owner, profiles, **asked) == (200, [{"_id": "1", "ls": "2023-11-15 07:13"}])
    formula = {"fields": {"ls": {"to": "time", "formula": {"$eq": "x"}}}}
    assert exported(client, owner, profiles, formatFields=json.dumps(formula))[0] == 400


def test_what_cannot_be_asked(client, profiles, owner):
    for query in ('{"$where":"1"}', '{"a":{"$function":{}}}', '{"$expr":{}}', "[1]", "{broken", '{"a":{"$regex":1}}'):
        status, answer = exported(client, owner, profiles, query=query)
        assert status == 400
        assert answer["result"].startswith("Failed to parse query. ")
    assert exported(client, owner, "") == (400, {"result": 'Missing parameter "collection"'})
    assert exported(client, owner, profiles, db="admin") == (404, {"result": "Database not found."})
    assert exported(client, owner, "a$b") == (400, {"result": 'Invalid parameter "collection"'})
    assert exported(client, owner, profiles, type="exe") == (400, {"result": 'Invalid parameter "type"'})
