"""Three people: who administers everything, who administers one application, and who has to do with another one."""

import pytest

from apps.accounts import permissions
from apps.applications import lifecycle
from tests.accounts.calls import Caller
from tests.accounts.conftest import owner, person  # noqa: F401  fixture


@pytest.fixture
def shop(db):
    return lifecycle.create_application("Shop", key="shop-key-0123456789", country="DE", timezone="Europe/Berlin")


@pytest.fixture
def other(db):
    return lifecycle.create_application("Other", key="other", country="DE", timezone="Europe/Berlin")


@pytest.fixture
def admin(client, owner):  # noqa: F811  the fixture
    return Caller(client, owner)


@pytest.fixture
def shop_admin(client, shop):
    rights = permissions.with_applications(None, {str(shop.pk)}, set())
    return Caller(client, person("keeper", permission=rights))


@pytest.fixture
def outsider(client, other):
    rights = permissions.with_applications(None, {str(other.pk)}, set())
    return Caller(client, person("outsider", permission=rights))
