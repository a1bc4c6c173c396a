from django.test import Client

from apps.accounts import permissions
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
