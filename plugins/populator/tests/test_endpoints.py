"""Templates and environments through the API, as its clients know the answers."""

import json

from apps.core import mongo
from plugins.populator.documents import environment_id
from plugins.populator.stock import FIRST

FIELDS = {
    "name": "Shop",
    "uniqueUserCount": 40,
    "platformType": ["iOS", "Android"],
    "users": [{"key": "Plan", "values": [{"key": "Free", "probability": 50}], "conditions": []}],
    "events": [{"key": "Buy", "segmentations": [], "sum": [5, 10]}],
    "views": [{"key": "Home", "segmentations": []}],
    "sequences": [{"steps": [{"key": "views", "value": "Home", "probability": 100}]}],
    "behavior": {"runningSession": [8, 24], "sequences": [{"key": "Sequence_1", "probability": 100}]},
}
CREATE, EDIT, REMOVE = (f"/i/populator/templates/{name}" for name in ("create", "edit", "remove"))
LIST = "/o/populator/templates"


def created(traffic, **fields):
    status, answer = traffic.ask(CREATE, **{**FIELDS, **fields})
    assert status == 201, answer
    return answer["result"].removeprefix("Successfully created ")


def test_the_life_of_a_template(traffic):
    template_id = created(traffic)
    (stored,) = traffic.read(LIST)
    assert {name: stored[name] for name in FIELDS} == FIELDS
    assert stored["_id"] == template_id
    assert (stored["isDefault"], stored["lastEditedBy"]) == (False, "Traffic owner")
    assert isinstance(stored["generatedOn"], int)
    assert traffic.read(LIST, template_id=template_id) == stored

    more = created(traffic, name="More", _id="x", lastEditedBy="Someone", generatedOn=1, owner="x")
    other = traffic.read(LIST, template_id=more)
    assert set(other) == set(stored)
    assert (other["lastEditedBy"], other["generatedOn"] > 1) == ("Traffic owner", True)
    traffic.read(REMOVE, template_id=more)

    # The whole document is replaced.
    fewer = {"name": "Shop 2", "uniqueUserCount": "41", "platformType": ["iOS"], "isDefault": "true"}
    assert traffic.read(EDIT, template_id=template_id, **fewer) == {"result": "Success"}
    edited = traffic.read(LIST, template_id=template_id)
    kept = {"name": "Shop 2", "uniqueUserCount": 41, "platformType": ["iOS"], "isDefault": True, "behavior": {}}
    assert {name: edited[name] for name in edited if name not in ("_id", "lastEditedBy", "generatedOn")} == kept

    assert [one["name"] for one in traffic.read(LIST, platform_type="iOS")] == ["Shop 2"]
    assert traffic.read(LIST, platform_type=["Windows", "Android"]) == []

    save(traffic, template_id)
    assert traffic.read(REMOVE, template_id=template_id) == {"result": "Success"}
    assert traffic.read(LIST) == []
    assert traffic.read("/o/populator/environment/list") == []
    assert mongo.collection("populator_environment_users").count_documents({}) == 0


def test_what_templates_may_not_be(traffic):
    template_id, other = created(traffic), created(traffic, name="Other")

    def refused(address=CREATE, **fields):
        asked = {name: value for name, value in {**FIELDS, "name": "New", **fields}.items() if value is not None}
        return traffic.ask(address, **asked)

    missing = "Invalid params: Missing uniqueUserCount argument,Missing platformType argument"
    assert traffic.ask(CREATE, name="x") == (400, {"result": missing})
    for fields, sentence in (
        ({"name": "Shop"}, "Template with name Shop already exists"),
        ({"users": "nonsense"}, "Invalid params: Invalid type for users"),
        ({"uniqueUserCount": "many"}, "Invalid params: Invalid type for uniqueUserCount"),
        ({"behavior": "nonsense"}, "Invalid type for behavior!"),
        ({"behavior": [1]}, "Invalid type for behavior!"),
        ({"events": [{"key": ""}]}, "Invalid params: events[0].key is no text of 1 to 256 characters"),
        ({"events": [{"key": "a", "$where": 1}]}, "Invalid params: A name begins with $ or contains a dot"),
        ({"views": [{"key": "v", "x": "x" * 1_000_000}]}, "Invalid params: The template is larger than 1000000 bytes"),
    ):
        assert refused(**fields) == (400, {"result": sentence})
    assert refused(EDIT, template_id=other, name="Shop") == (400, {"result": "Template with name Shop already exists"})
    assert refused(EDIT, template_id=template_id, name="Shop") == (200, {"result": "Success"})
    assert refused(EDIT, template_id="x") == (400, {"result": "Invalid template id."})
    assert refused(EDIT, template_id=FIRST) == (400, {"result": "Invalid template id."})
    assert refused(EDIT, template_id="a" * 24) == (404, {"result": "Template not found"})
    assert traffic.ask(REMOVE, template_id="a" * 24) == (404, {"result": "Template not found"})
    unknown = 'Could not find template with id "aaaaaaaaaaaaaaaaaaaaaaaa"'
    assert traffic.ask(LIST, template_id="a" * 24) == (404, {"result": unknown})
    assert traffic.ask(LIST, template_id="x") == (400, {"result": "Invalid template id."})
    without_sequences = created(traffic, name="Third", behavior={"runningSession": [1, 2], "sequences": []})
    assert traffic.read(LIST, template_id=without_sequences)["behavior"] == {}
    assert traffic.ask(LIST, platform_type={"$ne": 1}) == (400, {"result": "Invalid platform_type."})


def save(traffic, template_id=FIRST, number=3, **more):
    users = [
        {"deviceId": f"d{index}", "templateId": template_id, "environmentName": "Regulars", "userName": f"User {index}",
         "platform": "iOS", "device": "iPhone 15", "appVersion": "1.0", "custom": {"Plan": "Gold"}}
        for index in range(number)
    ]  # fmt: skip
    return traffic.ask("/i/populator/environment/save", users=users, setEnviromentInformationOnce=True, **more)


def test_the_life_of_an_environment(traffic):
    application_id = traffic.application.id
    check, get = "/o/populator/environment/check", "/o/populator/environment/get"
    assert traffic.read(check, environment_name="Regulars") == {"result": True}
    assert save(traffic) == (201, {"result": "Successfully created "})
    taken = {"errorMsg": "Duplicated environment name Regulars"}
    assert traffic.read(check, environment_name="Regulars") == taken

    (environment,) = traffic.read("/o/populator/environment/list")
    made = environment.pop("createdAt")
    key = environment_id(application_id, "Regulars")
    assert environment == {"_id": key, "name": "Regulars", "templateId": FIRST, "appId": application_id}
    asked = {"environment_id": key, "template_id": FIRST}
    page = traffic.read(
        get, **asked, iDisplayStart="1", iDisplayLength="1", iSortCol_0="0", sSortDir_0="desc", sEcho="7"
    )
    (row,) = page.pop("aaData")
    assert page == {"sEcho": "7", "iTotalRecords": 3, "iTotalDisplayRecords": 3}
    assert row.pop("createdAt") >= made
    assert row == {
        "_id": f"{application_id}_{FIRST}_{key}_d1", "userName": "User 1", "platform": "iOS", "device": "iPhone 15",
        "appVersion": "1.0", "custom": {"Plan": "Gold"},
    }  # fmt: skip
    found = traffic.read(get, **asked, sSearch="user 2")
    assert ([one["userName"] for one in found["aaData"]], found["iTotalDisplayRecords"]) == (["User 2"], 1)
    assert traffic.read(get, **{**asked, "template_id": "."})["aaData"] == []

    assert traffic.read("/o/populator/environment/remove", **asked) == {"result": True}
    assert traffic.read("/o/populator/environment/list") == []
    assert traffic.read(get, **asked)["iTotalRecords"] == 0


def test_what_users_of_an_environment_may_not_be(traffic):
    for users, sentence in (
        ("", "Missing params: users"),
        ("{}", "Missing params: users"),
        ([], "Missing params: users"),
        ([5], "Invalid params: users[0] is no object"),
        ([{"templateId": FIRST}], "Invalid params: users[0].environmentName is no text of 1 to 256 characters"),
        ([{"templateId": "x"}], "Invalid params: users[0].templateId is no template"),
        ([{"templateId": FIRST, "appId": "other"}], "Invalid params: users[0].appId is another application"),
        ([{"templateId": FIRST, "custom": {"$a": 1}}], "Invalid params: users[0].custom cannot be stored"),
        ([{"templateId": FIRST, "device": 5}], "Invalid params: users[0].device is no text of at most 256 characters"),
    ):
        assert traffic.ask("/i/populator/environment/save", users=users) == (400, {"result": sentence})
    assert mongo.collection("populator_environment_users").count_documents({}) == 0
    _missing_parameters_are_named(traffic)


def _missing_parameters_are_named(traffic):
    for address in ("get", "remove"):
        path = f"/o/populator/environment/{address}"
        assert traffic.ask(path) == (401, {"result": "Missing parameter environment_id"})
        assert traffic.ask(path, environment_id="x") == (401, {"result": "Missing parameter template_id"})
    assert traffic.ask("/o/populator/environment/check") == (401, {"result": "Missing parameter environment_name"})
    without = traffic.client.post("/o/populator/environment/list", {"api_key": traffic.owner.api_key})
    assert (without.status_code, json.loads(without.content)) == (401, {"result": "Missing parameter app_id"})
