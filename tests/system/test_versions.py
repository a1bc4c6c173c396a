"""What the database remembers of the versions that ran on it."""

import pytest
from django.test import Client

from apps.accounts.models import Member
from apps.core import clock, mongo
from apps.system import versions
from tests.accounts.conftest import owner

__all__ = ["owner"]


@pytest.mark.django_db
def test_a_mark_of_countly_stays_and_each_version_of_ours_is_noted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = {"_id": "version", "version": "24.05", "history": [{"version": "24.05", "updated": 1_716_000_000}]}
    mongo.collection("plugins").insert_one(dict(mark))
    for version in ("1.0.0", "1.0.0", "1.1.0", "1.0.0"):
        monkeypatch.setattr(versions, "VERSION", version)
        versions.note()
    stored = mongo.collection("plugins").find_one({"_id": "version"}) or {}
    assert [each["version"] for each in stored.pop("tally")] == ["1.0.0", "1.1.0", "1.0.0"]
    assert stored == mark


def test_the_page_of_the_servers_health_lists_them(client: Client, owner: Member) -> None:
    mark = {"_id": "version", "version": "24.05", "history": [{"version": "24.05", "updated": 1_716_000_000}, "odd"]}
    mongo.collection("plugins").insert_one(mark)
    with clock.frozen_at(1_795_000_000_000):
        versions.note()
    client.force_login(owner)
    page = client.get("/health").content.decode()
    assert page.index(f"Tally {versions.VERSION}") < page.index("Countly 24.05")
    assert ('datetime="2024-05-18' in page, 'datetime="2026-11-18' in page) == (True, True)
