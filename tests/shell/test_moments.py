"""Moments stand in the zone of the application that is shown, and in UTC elsewhere."""

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Member
from apps.aggregation import documents
from apps.applications.lifecycle import create_application
from apps.core import mongo
from apps.shell import moments
from tests.accounts.conftest import owner

__all__ = ["owner"]

AT_S = 1_795_806_000  # 27 November 2026, 19:00 UTC
BEFORE_MIDNIGHT, AFTER_MIDNIGHT = "27 Nov 2026, 19:00", "28 Nov 2026, 04:00"


def test_a_moment_says_its_zone() -> None:
    assert moments.text(AT_S) == f"{BEFORE_MIDNIGHT} UTC"
    assert moments.exact(AT_S) == f"{BEFORE_MIDNIGHT}:00 UTC"
    with timezone.override("Asia/Tokyo"):
        assert moments.text(AT_S, with_seconds=True) == f"{AFTER_MIDNIGHT}:00"
        assert moments.exact(AT_S) == f"{AFTER_MIDNIGHT}:00 Asia/Tokyo"


@pytest.mark.django_db
def test_pages_of_an_application_tell_moments_in_its_zone_and_files_in_utc(owner: Member) -> None:
    application = create_application("Far", timezone="Asia/Tokyo")
    profile = {"_id": "1", "uid": "1", "did": "d1", "lac": AT_S, "fs": AT_S}
    mongo.collection(documents.profiles_collection(str(application.pk))).insert_one(profile)
    mongo.collection("apps").update_one({"_id": application.pk}, {"$set": {"last_data": AT_S}})
    browser = Client()
    browser.force_login(owner)
    address = f"/applications/{application.pk}/users/profiles"
    page = browser.get(address).content.decode()
    told = f'<time datetime="2026-11-28T04:00:00+09:00" title="{AFTER_MIDNIGHT}:00 Asia/Tokyo">{AFTER_MIDNIGHT}</time>'
    assert told in page
    assert BEFORE_MIDNIGHT not in page
    file = browser.get(f"{address}?export=csv").content.decode()
    assert "Last activity (UTC)" in file
    assert "2026-11-27 19:00:00" in file

    mongo.collection("members").update_one({"_id": owner.pk}, {"$set": {"created_at": AT_S}})
    assert f">{BEFORE_MIDNIGHT} UTC</time>" in browser.get("/manage/members").content.decode()
