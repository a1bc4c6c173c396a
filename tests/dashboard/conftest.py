import pytest
from django.test import Client

from apps.accounts import permissions
from apps.accounts.members import create_member
from apps.accounts.models import Member
from apps.applications.info import ApplicationInfo
from apps.applications.lifecycle import create_application
from apps.applications.lookup import by_id

PASSWORD = "Correct-horse-1"


@pytest.fixture(autouse=True)
def _static_files_from_their_source(settings) -> None:
    """The manifest exists only where static files were collected."""
    backend = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}


@pytest.fixture
def application(db: None) -> ApplicationInfo:
    return by_id(str(create_application("Shop <&>", timezone="Europe/Berlin").pk))


@pytest.fixture
def owner(db: None) -> Member:
    return create_member(full_name="Ada", username="ada", email="ada@example.com", password=PASSWORD, global_admin=True)


@pytest.fixture
def reader(db: None, application: ApplicationInfo) -> Member:
    """May read the application, and no other."""
    permission = permissions.empty()
    permission["r"][application.id] = {"all": True, "allowed": {}}
    permission["_"]["u"] = [[application.id]]
    return create_member(
        full_name="Bob", username="bob", email="bob@example.com", password=PASSWORD, permission=permission
    )


@pytest.fixture
def outsider(db: None) -> Member:
    return create_member(full_name="Eve", username="eve", email="eve@example.com", password=PASSWORD)


@pytest.fixture
def as_member():
    """`as_member(member)`: a browser with that member's session."""

    def log_in(member: Member | None) -> Client:
        client = Client()
        if member is not None:
            client.force_login(member)
        return client

    return log_in
