import html
import json
import re

from django.test import Client

from apps.accounts import permissions
from apps.applications.lifecycle import create_application
from apps.core import mongo
from apps.plugin_api import states
from tests.accounts.conftest import person


def browser(someone):
    client = Client()
    client.force_login(someone)
    return client


def test_collections_and_documents_within_ones_rights(application, owner, member, outsider):
    rights = {**permissions.empty(), "r": {application.id: {"all": False, "allowed": {"dbviewer": True}}}}
    viewer = person("viewer", permission=rights)
    users = f"app_users{application.id}"
    mongo.collection(users).insert_many([{"_id": "1", "did": "<b>"}, {"_id": "2", "did": "other"}])
    address = f"/database/countly/{users}"

    for someone in (owner, viewer):
        assert "app_users(Shop)" in browser(someone).get("/database").content.decode()
        page = browser(someone).get(address, {"filter": '{"did":"<b>"}'}).content.decode()
        assert "&lt;b&gt;" in page
        assert "other" not in page.split('id="documents"')[1].split('id="indexes"')[0]
    assert "cannot be asked" in browser(viewer).get(address, {"filter": '{"$where":"1"}'}).content.decode()
    assert browser(viewer).get("/database/countly/members").status_code == 403
    assert browser(member).get(address).status_code == 403
    assert browser(owner).get("/database/nothing/members").status_code == 404
    assert owner.api_key not in browser(owner).get("/database/countly/members").content.decode()
    assert users not in browser(outsider).get("/database").content.decode()


def test_off_means_silent(db, owner):
    assert browser(owner).get("/database").status_code == 200
    states.switch("dbviewer", False)
    assert browser(owner).get("/database").status_code == 404


def test_aggregations_only_read_and_say_what_was_left_out(application, owner):
    users = f"app_users{application.id}"
    mongo.collection(users).insert_many([{"_id": str(number), "p": "iOS" if number else "Mac"} for number in range(3)])
    address = f"/database/countly/{users}"
    pipeline = [
        {"$lookup": {"from": "members", "as": "x", "pipeline": []}},
        {"$group": {"_id": "$p", "_href": {"$sum": 1}}},
        {"$sort": {"_id": 1}},
        {"$out": "stolen"},
    ]
    query = {"look": "aggregate", "pipeline": json.dumps(pipeline)}
    page = browser(owner).get(address, query).content.decode()
    assert "Stages that are not allowed: $lookup, $out" in page
    titles = re.findall(r"<th[^>]*>(.*?)</th>", page.split('id="table"')[1], re.DOTALL)
    assert [re.sub(r"<[^>]*>", "", title).strip() for title in titles[:2]] == ["_id", "_href"]
    exported = browser(owner).get(address, {**query, "export": "json"})
    rows = json.loads(b"".join(exported.streaming_content) if exported.streaming else exported.content)
    assert [list(row.values()) for row in rows] == [["Mac", "1"], ["iOS", "2"]]
    assert 'href="1"' not in page
    assert "stolen" not in mongo.database().list_collection_names()
    for bad in ("{", '{"$match": {}}', '[{"$match": {"$where": "1"}}]'):
        assert "cannot be asked" in browser(owner).get(address, {**query, "pipeline": bad}).content.decode()
    assert "_id_" in browser(owner).get(address, {"look": "indexes"}).content.decode()


def test_an_aggregation_is_kept_as_a_task_of_its_own(application, owner, outsider):
    client = browser(owner)
    client.get(f"/applications/{application.id}/overview")
    address = f"/database/countly/app_users{application.id}"
    sent = {"action": "keep", "pipeline": '[{"$match": {}}]', "name": "All of them"}
    assert browser(outsider).post(address, sent).status_code == 403
    answer = client.post(address, sent)
    (task,) = mongo.collection("long_tasks").find({})
    assert answer["Location"] == f"/applications/{application.id}/tasks/{task['_id']}"
    assert (task["report_name"], task["global"], task["creator"]) == ("All of them", False, str(owner.pk))
    client.post(address, {**sent, "pipeline": "{"})
    assert mongo.collection("long_tasks").count_documents({}) == 1


def test_the_list_can_be_that_of_one_application(application, owner):
    other = create_application("Other")
    for application_id in (application.id, str(other.pk)):
        mongo.collection(f"app_users{application_id}").insert_one({"_id": "1"})
    page = browser(owner).get("/database", {"application": str(other.pk), "size": "100"}).content.decode()
    assert "app_users(Other)" in page
    assert "app_users(Shop)" not in page


def test_what_the_page_finds_is_saved_as_a_file(application, owner, member, outsider):
    users = f"app_users{application.id}"
    mongo.collection(users).insert_many(
        [{"_id": str(number), "did": f"d{number}", "n": number} for number in range(30)]
    )
    address = f"/database/countly/{users}"
    query = {"filter": '{"n":{"$lt":25}}', "sort": '{"n":-1}', "projection": '{"did":1}'}
    page = browser(owner).get(address, query).content.decode()
    links = [html.unescape(link) for link in re.findall(r'href="([^"]*/file\?[^"]*)"', page)]
    assert [link.rpartition("type=")[2] for link in links] == ["csv", "xlsx", "json"]

    saved = browser(owner).get(links[0])
    assert f"filename={users}.csv" in saved["Content-Disposition"]
    lines = b"".join(saved.streaming_content).decode().splitlines()
    assert (lines[:2], len(lines)) == (['"_id","did"', '"24","d24"'], 26)
    found = json.loads(b"".join(browser(owner).get(links[2]).streaming_content))
    assert found[0] == {"_id": "24", "did": "d24"}
    assert b"".join(browser(owner).get(links[1]).streaming_content).startswith(b"PK")

    refused = browser(owner).get(f"{address}/file", {"type": "csv", "filter": '{"$where":"1"}'})
    assert (refused.status_code, "Failed to parse query" in refused.content.decode()) == (400, True)
    assert browser(owner).get(f"{address}/file", {"type": "pdf"}).status_code == 404
    assert browser(member).get(f"{address}/file", {"type": "csv"}).status_code == 403
    assert browser(outsider).get(f"{address}/file", {"type": "csv"}).status_code == 403
    assert browser(owner).get("/database/countly/members/file", {"type": "json"}).status_code == 200
    secret = b"".join(browser(owner).get("/database/countly/members/file", {"type": "json"}).streaming_content)
    assert owner.api_key.encode() not in secret
