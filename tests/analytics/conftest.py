"""An application with hand-made counter documents, and three people who ask about it."""

from datetime import UTC, datetime

import pytest

from apps.accounts import permissions
from apps.accounts.members import create_member
from apps.applications.lifecycle import create_application
from apps.applications.lookup import by_id
from apps.core import clock, mongo

NOW = datetime(2025, 3, 12, 10, 30, tzinfo=UTC)  # 13:30 in Istanbul


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(round(NOW.timestamp() * 1000)):
        yield


@pytest.fixture
def application(db):
    return by_id(str(create_application("Shop", timezone="Europe/Istanbul", country="DE").pk))


def person(name, **more):
    return create_member(
        full_name=f"{name} person", username=name, email=f"{name}@example.com", password="Correct-Horse-1", **more
    )


@pytest.fixture
def owner(db):
    return person("owner", global_admin=True)


@pytest.fixture
def reader(application):
    allowed = {**permissions.empty(), "r": {application.id: {"all": False, "allowed": {"core": True}}}}
    return person("reader", permission=allowed)


@pytest.fixture
def outsider(db):
    other = create_application("Other", timezone="UTC")
    return person("outsider", permission={**permissions.empty(), "r": {str(other.pk): {"all": True, "allowed": {}}}})


@pytest.fixture
def read(client, application, owner):
    """Asks as the owner of everything; answers with the JSON."""

    def ask(path, **parameters):
        answer = client.get(path, {"app_id": application.id, "api_key": owner.api_key, **parameters})
        assert answer.status_code == 200, answer.content
        return answer.json()

    return ask


@pytest.fixture
def store(application):
    """Stores counter documents: store("users", "2025:3", "k", d={...}); without postfix the id has none."""

    def insert(collection, month, postfix="", *, prefix="", **fields):
        ids = [application.id, *([prefix] if prefix else []), month, *([postfix] if postfix else [])]
        mongo.collection(collection).insert_one({"_id": "_".join(ids), "a": application.id, "m": month, **fields})

    return insert
