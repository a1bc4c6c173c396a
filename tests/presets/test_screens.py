"""The screen of named periods."""

import pytest
from django.test import Client

from apps.core import mongo
from tests.accounts.conftest import person

pytestmark = pytest.mark.django_db

FORM = {"action": "save", "name": "Mine <b>", "range": "30days", "share_with": "none"}


def browser(member):
    client = Client()
    client.force_login(member)
    return client


def stored():
    return list(mongo.collection("date_presets").find({}).sort("sort_order", 1))


def test_presets_are_made_ordered_marked_and_deleted(owner):
    client = browser(owner)
    assert "No presets yet" in client.get("/presets").text
    for name in ("a", "b", "c"):
        assert client.post("/presets", {**FORM, "name": name}).url == "/presets"
    ids = {preset["name"]: str(preset["_id"]) for preset in stored()}

    client.post("/presets", {"action": "move", "id": ids["a"], "place": "0"})
    client.post("/presets", {"action": "mark", "id": ids["b"], "fav": "true"})
    client.post("/presets", {**FORM, "id": ids["c"], "name": "C <b>", "other": "14days", "share_with": "all-users"})
    client.post("/presets", {"action": "delete", "id": ids["b"]})

    assert [(one["name"], one["range"], one["share_with"]) for one in stored()] == [
        ("a", "30days", "none"),
        ("C <b>", "14days", "all-users"),
    ]
    page = client.get("/presets", {"preset": ids["c"]}).text
    assert ("C &lt;b&gt;" in page, "Change the preset" in page) == (True, True)


def test_members_use_what_is_shared_and_change_nothing_of_others(owner):
    client, member = browser(owner), browser(person("member"))
    client.post("/presets", {**FORM, "name": "shared", "share_with": "all-users"})
    client.post("/presets", {**FORM, "name": "secret"})
    before = stored()

    page = member.get("/presets").text
    assert ("shared" in page, "secret" in page, 'value="save"' in page) == (True, False, False)
    assert member.post("/presets", FORM).status_code == 403
    for preset in before:
        member.post("/presets", {"action": "delete", "id": str(preset["_id"])})
        member.post("/presets", {"action": "move", "id": str(preset["_id"]), "place": "0"})
    assert stored() == before
    assert browser(person("nobody")).get("/presets").status_code == 200
    assert Client().get("/presets").status_code == 302


@pytest.mark.parametrize("wrong", [{"name": ""}, {"range": ""}, {"share_with": "x"}, {"other": "x" * 50}])
def test_what_is_wrong_is_said(owner, wrong):
    page = browser(owner).post("/presets", {**FORM, **wrong}, follow=True)
    assert "toast error" in page.text
    assert stored() == []
