"""The screen of named periods."""

import re

import pytest
from django.test import Client

from apps.accounts import members, permissions
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


def test_the_period_picker_offers_what_the_member_may_use(owner, shop):
    client, page = browser(owner), f"/applications/{shop.pk}/overview"
    mongo.collection("apps").update_one({"_id": shop.pk}, {"$set": {"last_data": 1}})
    client.post("/presets", {**FORM, "name": "Week <b>", "range": "7days", "exclude_current_day": "on"})
    client.post("/presets", {**FORM, "name": "Fair", "first": "2025-03-12", "last": "2025-03-01"})
    client.post("/presets", {**FORM, "name": "Launch", "first": "2025-03-05", "share_with": "all-users"})
    client.post("/presets", {"action": "mark", "id": str(stored()[2]["_id"]), "fav": "true"})
    assert [one["range"] for one in stored()] == [{"since": 1741176000000}, [1740830400000, 1741780800000], "7days"]

    offered = picker(client.get(page).text)
    assert [(one[0], one[1]) for one in offered] == [
        ("?period=7days&amp;without=today", "★ Week &lt;b&gt;"),
        ("?since=2025-03-05", "Launch"),
        ("?from=2025-03-01&amp;to=2025-03-12", "Fair"),
    ]
    chosen = client.get(f"{page}?period=7days&without=today&compare=none").text
    assert [one[2] for one in picker(chosen)] == [True, False, False]
    assert "Last 7 days, without today" in chosen
    assert "?compare=none&amp;since=2025-03-05" in chosen
    assert 'href="/presets?period=7days&amp;without=today"' in chosen
    assert [one[2] for one in picker(client.get(f"{page}?from=2025-03-01&to=2025-03-12").text)] == [False, False, True]
    rights = permissions.with_applications(None, set(), {str(shop.pk)})
    others = picker(browser(person("reader", permission=rights)).get(page).text)
    assert [one[1] for one in others] == ["Launch"]

    form = client.get("/presets?from=2025-03-01&to=2025-03-12").text
    assert 'name="first" type="date" value="2025-03-01"' in form


def test_presets_that_nobody_else_uses_go_with_their_owner(owner, shop):
    leaving = person("leaving", permission=permissions.with_applications(None, {str(shop.pk)}, set()))
    client = browser(leaving)
    client.post("/presets", FORM)
    client.post("/presets", {**FORM, "name": "shared", "share_with": "all-users"})
    for preset in stored():
        client.post("/presets", {"action": "mark", "id": str(preset["_id"]), "fav": "true"})
    assert [len(preset["fav"]) for preset in stored()] == [1, 1]

    members.delete_member(leaving)

    assert [(preset["name"], preset["fav"]) for preset in stored()] == [("shared", [])]


def picker(page):
    """(link, title, whether it is the current one) of the presets offered."""
    part = page.split('class="period-list named"', 1)[1].split("</div>", 1)[0]
    links = re.findall(r'<a class="menu-item" href="([^"]*)"(.*?)>(.*?)</a>', part, re.DOTALL)
    return [(link, re.sub("<.*?>", "", text).strip(), "aria-current" in more) for link, more, text in links]
