"""The screens: what is asked for is begun, what is typed becomes a template, what is wrong is said."""

import pytest
from bson import ObjectId
from django.urls import reverse

from apps.accounts import members, permissions
from apps.applications import lookup
from apps.core import mongo
from apps.tasks import records, tasks
from plugins.populator import environments, templates
from plugins.populator.stock import FIRST

FORM = {
    "action": "save", "name": "Café", "count": "7", "platforms": ["iOS"], "users": "Plan: Free 60% | Gold 40%",
    "events": "Order | sum 3-9\n  Drink: Tea | Coffee", "views": "Menu\nBill",
    "sequences": "view Menu > event Order 50%",
    "gap_hours": "4-30", "chosen": "", "gap_conditions": "", "sequence_conditions": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)


@pytest.fixture
def page(traffic):
    return Page(traffic, traffic.owner)


class Page:
    def __init__(self, traffic, member):
        self.client = traffic.client
        self.application_id = traffic.application.id
        self.client.force_login(member)

    def address(self, name, /, *more):
        return reverse(name, args=[self.application_id, *more])

    def get(self, name="populate", /, *more):
        answer = self.client.get(self.address(name, *more))
        return answer.status_code, answer.content.decode()

    def post(self, name="populate", /, *more, **fields):
        return self.client.post(self.address(name, *more), fields)

    def said(self, name="populate", /, *more, **fields):
        """What people read after a form."""
        answer = self.client.post(self.address(name, *more), fields, follow=True)
        return [str(one) for one in answer.context["messages"]]


def test_filling_an_application(page, traffic):
    asked = {"action": "populate", "template": FIRST, "days": "7", "users": "20", "sessions": "9", "seed": "5"}
    text = page.get()[1]
    assert all(name in text for name in ("E-commerce", "Healthcare", "Crashes", "Ratings", "A dashboard"))
    said = page.said(**asked, features=["crashes", "dashboards", "nothing"], environment_name=" Regulars ")
    assert said == ["Demo data is on its way. The figures move while it comes in."]
    (task,) = records.find({"kind": "populate"})
    assert task["arguments"] == {
        "template_id": FIRST, "users": 20, "days": 7, "most_sessions": 9, "seed": 5,
        "features": ["crashes", "dashboards"], "environment_name": "Regulars", "environment_id": "",
    }  # fmt: skip
    page.post(**asked, features=["crashes", "dashboards"], environment_name="Regulars")
    assert records.count({"kind": "populate"}) == 1  # clicked twice
    assert "Demo data: E-commerce" in page.get()[1]

    assert page.said(action="stop", task=task["_id"]) == ["It stops within seconds. What was sent until then stays."]
    assert page.said(action="stop", task=task["_id"]) == ["It is over already."]
    assert "Under way" not in page.get()[1]

    for fields, sentence in (
        ({"users": "20000"}, "A whole number from 0 to 10000 is needed."),
        ({"days": "x"}, "A whole number from 0 to 366 is needed."),
        ({"template": "gone"}, "There is no such template any more."),
    ):
        assert page.said(**{**asked, **fields}) == [sentence]


def test_an_environment_comes_back_and_goes(page, traffic):
    user = {"deviceId": "d1", "templateId": FIRST, "environmentName": "Regulars", "userName": "Ada"}
    user["custom"] = {"Membership": "Gold"}
    application_id = traffic.application.id
    environments.save_users(application_id, environments.read_users([user], application_id))
    key = environments.create(application_id, "Regulars", FIRST)
    assert "Regulars" in page.get()[1]
    text = page.get("populator_environment", key)[1]
    assert all(one in text for one in ("Ada", "Membership", "Gold"))
    begun = page.said(action="populate_environment", environment=key, days="3", sessions="4", seed="1")
    assert begun == ["Demo data is on its way. The figures move while it comes in."]
    (task,) = records.find({"kind": "populate"})
    assert (task["arguments"]["environment_id"], task["arguments"]["days"]) == (key, 3)
    assert page.said("populate", action="populate_environment", environment="x") == [
        "There is no such environment any more."
    ]
    asked = {"action": "populate", "template": FIRST, "environment_name": "Regulars"}
    assert page.said(**asked) == ["There is an environment of that name already."]
    assert page.said("populator_environment", key, action="remove") == ["The environment was deleted."]
    assert page.get("populator_environment", key)[0] == 404


def test_a_locked_application_says_so(page, traffic):
    mongo.collection("apps").update_one({"_id": ObjectId(traffic.application.id)}, {"$set": {"locked": True}})
    lookup.forget_all()
    text = page.get()[1]
    assert "The application is locked" in text
    assert "Generate demo data" not in text
    assert page.said(action="populate", template=FIRST) == ["The application is locked: it takes no made-up data."]


def test_the_life_of_a_template(page):
    assert "New template" in page.get("populator_templates")[1]
    answer = page.post("populator_template", "new", **FORM)
    (stored,) = templates.stored()
    assert answer["Location"] == page.address("populator_template", str(stored["_id"]))
    assert stored["behavior"]["sequences"] == [{"key": "Sequence_1", "probability": 0}]
    assert [one["key"] for one in stored["views"]] == ["Menu", "Bill"]
    text = page.get("populator_template", str(stored["_id"]))[1]
    assert "view Menu &gt; event Order 50%" in text

    changed = {**FORM, "count": "9"}
    assert page.said("populator_template", str(stored["_id"]), **changed) == ["The template was saved."]
    assert templates.stored()[0]["uniqueUserCount"] == 9
    assert page.said("populator_template", str(stored["_id"]), action="copy") == ["The template was copied."]
    assert {one["name"] for one in templates.stored()} == {"Café", "Copy of Café"}
    assert "Nothing was made with it that is kept." in page.get("populator_template", str(stored["_id"]))[1]
    for application_id, name in ((page.application_id, "a"), ("0" * 24, "b"), ("1" * 24, "c")):
        environments.create(application_id, name, str(stored["_id"]))
    assert "1 of this application, 2 of others?" in page.get("populator_template", str(stored["_id"]))[1]
    assert page.said("populator_template", str(stored["_id"]), action="remove") == ["The template was deleted."]
    assert page.get("populator_template", str(stored["_id"]))[0] == 404


def test_what_was_typed_is_not_lost_with_an_error(page):
    answer = page.post("populator_template", "new", **{**FORM, "sequences": "Menu, then Order"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Neither view nor event: Menu, then Order" in text
    assert "Plan: Free 60% | Gold 40%" in text
    assert templates.stored() == []
    page.post("populator_template", "new", **FORM)
    again = page.post("populator_template", "new", **FORM)
    assert "There is a template named Café already." in again.content.decode()
    other = page.post("populator_template", "new", **{**FORM, "name": "x", "count": "many"})
    assert "uniqueUserCount is no number" in other.content.decode()


def test_templates_of_the_server_are_copied_not_changed(page):
    text = page.get("populator_template", FIRST)[1]
    assert "Duplicate it to make it yours" in text
    assert "readonly" in text
    assert page.post("populator_template", FIRST, **FORM).status_code == 403
    assert page.post("populator_template", FIRST, action="remove").status_code == 403
    page.post("populator_template", FIRST, action="copy")
    page.post("populator_template", FIRST, action="copy")
    assert {one["name"] for one in templates.stored()} == {"Copy of E-commerce", "Copy of E-commerce 2"}


def test_a_template_that_the_form_cannot_show_is_not_overwritten(page):
    fields = {"name": "Odd", "uniqueUserCount": 1, "platformType": [], "events": [{"key": "a | b"}]}
    made = templates.create(fields, "api")
    text = page.get("populator_template", str(made["_id"]))[1]
    assert "names that the form cannot show" in text
    assert ">Save<" not in text


def test_readers_look_and_do_nothing(traffic):
    rights = {**permissions.empty(), "r": {traffic.application.id: {"all": True, "allowed": {}}}}
    reader = members.create_member(
        full_name="Reader", username="reader", email="reader@example.com", password="Correct-Horse-1", permission=rights
    )
    page = Page(traffic, reader)
    assert "Generate demo data" not in page.get()[1]
    assert page.get("populator_template", "new")[0] == 403
    for action in ("populate", "populate_environment", "stop"):
        assert page.post(action=action).status_code == 403
    for action in ("save", "copy", "remove"):
        assert page.post("populator_template", FIRST, **{**FORM, "action": action}).status_code == 403
    key = environments.create(traffic.application.id, "Regulars", FIRST)
    assert page.post("populator_environment", key, action="remove").status_code == 403
