"""Fields that no description names, sent to every endpoint that writes: nothing is stored under their names."""

import json

import pytest
from bson import ObjectId
from django.test import Client

from apps.core import mongo
from apps.plugin_api import states
from apps.tasks import tasks
from tests.security.people import world
from tests.security.plausible import NAMES_AN_APPLICATION, as_form, endpoints, names_of, request

pytestmark = pytest.mark.django_db

SENT = "mass-assigned-everywhere"  # as long as ids are, else it is refused at the door
NAMES = (
    "_id", "api_key", "app_id", "owner", "owner_id", "creator", "author", "author_id", "user", "user_id", "salt",
    "checksum_salt", "password", "password_history", "created_at", "creation_time", "removed", "approved", "r_hour",
    "last_login", "two_factor_auth", "prid", "hash", "sealed", "tally", "status_of_job", "secret",
)  # fmt: skip
RIGHTS = {
    "global_admin": True,
    "admin_of": [SENT],
    "user_of": [SENT],
    "permission": {"_": {"a": [SENT]}},
    "locked": True,
}
#: They store nothing, and what they remove would be missing for the others.
NO_FIELDS = ("/delete", "/reset", "/remove", "/deleteOwnAccount")
#: Take fields of any name, on purpose: of users of the application, of one's own home page, of features' settings, of
#: what the protocol calls the behavior of made-up users.
OF_ANY_NAME = (
    *("/i/app_users/", "/i/users/updateHomeSettings", "/i/apps/update/plugins", "/i/systemlogs"),
    "/i/populator/templates/",
)


@pytest.fixture(autouse=True)
def _no_worker(db, monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)
    states.switch("two-factor-auth", True)


def fields_with(value, path=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from fields_with(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from fields_with(inner, path)
    elif value == SENT:
        yield path


def test_fields_that_are_not_described_are_not_stored():
    made = world()
    client = Client(raise_request_exception=False)
    people = {name: made.people[name] for name in ("global admin", "admin")}

    def application(name):
        return made.shop.id if NAMES_AN_APPLICATION.fullmatch(name) else None

    rights_before = {one["username"]: rights(one) for one in mongo.collection("members").find({})}
    for path, described in endpoints():
        if not path.startswith("/i/") or path.startswith(OF_ANY_NAME) or path.endswith(NO_FIELDS):
            continue
        known = names_of(described)
        added = {name: SENT for name in NAMES if name not in known} | {
            name: value for name, value in RIGHTS.items() if name not in known
        }
        for member in people.values():
            address, parameters = request(path, described, application)
            inner = {
                name: {**added, **value} if isinstance(value, dict) else value for name, value in parameters.items()
            }
            sent = {**as_form({**added, **inner}), "app_id": made.shop.id, "api_key": member.api_key}
            answer = client.post(address, sent)
            assert b"Server error" not in answer.content, path

    stored = {
        (name, field)
        for name in mongo.database().list_collection_names()
        if name != "systemlogs"
        for document in mongo.collection(name).find({})
        for field in fields_with(document)
    }
    assert stored == set()
    kinds = ("notes", "event_groups", "reports", "dashboards", "feedback_widgets", "date_presets")
    assert [name for name in kinds if not mongo.collection(name).count_documents({})] == []  # else this shows nothing
    after = {one["username"]: rights(one) for one in mongo.collection("members").find({})}
    assert {name: after.get(name) for name in rights_before} == rights_before


def test_fields_of_any_name_stay_where_they_belong():
    """Of OF_ANY_NAME what the core has; users of an application and plugins have tests of their own."""
    made = world()
    client = Client(raise_request_exception=False)
    admin = made.people["global admin"]
    outside = {"app_id": made.shop.id, "api_key": admin.api_key, **as_form({**RIGHTS, "password": SENT, "key": SENT})}
    inside = json.dumps({"salt": SENT, "password": SENT, "permission": SENT, "paused": True})

    def stored(collection, key):
        return mongo.collection(collection).find_one({"_id": ObjectId(str(key))})

    member, shop = stored("members", admin.pk), stored("apps", made.shop.id)
    answer = client.post("/i/users/updateHomeSettings", {**outside, "homeSettings": inside})
    assert answer.json() == {"result": "Success"}
    kept = {made.shop.id: json.loads(inside)}
    assert stored("members", admin.pk) == {**member, "homeSettings": kept}

    settings = json.dumps({"mine": json.loads(inside)})
    answer = client.post("/i/apps/update/plugins", {**outside, "args": settings})
    assert answer.json()["plugins"] == json.loads(settings)
    changed = stored("apps", made.shop.id)
    assert {name for name in changed if changed[name] != shop.get(name)} <= {"plugins", "edited_at"}
    assert changed["plugins"]["mine"] == json.loads(inside)


def rights(member):
    return {name: member.get(name) for name in (*RIGHTS, "api_key", "password")}
