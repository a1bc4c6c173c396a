"""Three people and one application: the owner of everything, a member who may read it, an outsider."""

import pytest

from apps.accounts import members, permissions
from apps.applications import lifecycle, lookup

PASSWORD = "Correct-Horse-1"


def person(name, **more):
    return members.create_member(
        full_name=f"{name} person", username=name, email=f"{name}@example.com", password=PASSWORD, **more
    )


@pytest.fixture
def application(db):
    return lookup.by_id(str(lifecycle.create_application("Shop", key="shop").pk))


@pytest.fixture
def owner(db):
    return person("owner", global_admin=True)


@pytest.fixture
def member(application):
    rights = {**permissions.empty(), "r": {application.id: {"all": False, "allowed": {"core": True}}}}
    return person("member", permission=rights)


@pytest.fixture
def outsider(application):
    other = lifecycle.create_application("Other", key="other")
    return person("outsider", permission=permissions.with_applications(None, {str(other.pk)}, set()))
