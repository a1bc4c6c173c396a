import pytest

from apps.accounts.members import create_member
from apps.accounts.models import Member
from apps.applications.info import ApplicationInfo
from apps.applications.lifecycle import create_application
from apps.applications.lookup import by_id


@pytest.fixture
def application(transactional_db: None) -> ApplicationInfo:
    return by_id(str(create_application("Shop").pk))


@pytest.fixture
def owner(transactional_db: None) -> Member:
    return create_member(
        full_name="Ada", username="ada", email="ada@example.com", password="Correct-horse-1", global_admin=True
    )


@pytest.fixture
def outsider(transactional_db: None) -> Member:
    return create_member(full_name="Eve", username="eve", email="eve@example.com", password="Correct-horse-1")
