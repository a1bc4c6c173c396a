"""Notes stand on the charts of the screens, for those who may see them."""

import pytest
from django.test import Client

from apps.accounts import permissions
from apps.core import clock, mongo
from apps.notes import marks, notes
from tests.accounts.conftest import person

NOW_MS = 1_741_780_800_000  # 12 March 2025, 12:00 UTC; 13:00 in Berlin
BEFORE_NOON_MS = NOW_MS - 3 * 3_600_000


@pytest.mark.parametrize(("size", "label"), [("hour", "2025-3-12 10:00"), ("day", "2025-3-12"), ("month", "2025-3")])
def test_labels_are_those_of_steps(size, label):
    assert marks.step_label(BEFORE_NOON_MS, size, "Europe/Berlin") == label


@pytest.mark.django_db
@pytest.mark.parametrize("period", ["hour", "7days", "month"])
def test_a_note_is_drawn_for_those_who_may_see_it(shop, owner, period):
    fields = {"ts": BEFORE_NOON_MS, "color": 2, "emails": [], "category": None}
    notes.save({**fields, "note": "Public one", "noteType": "public"}, str(shop.pk), owner)
    notes.save({**fields, "note": "Secret one", "noteType": "private"}, str(shop.pk), owner)
    mongo.collection("apps").update_one({"_id": shop.pk}, {"$set": {"last_data": 1}})
    rights = permissions.with_applications(None, set(), {str(shop.pk)})
    reader = Client()
    reader.force_login(person("reader", permission=rights))

    with clock.frozen_at(NOW_MS):
        page = reader.get(f"/applications/{shop.pk}/sessions", {"period": period}).text

    assert ("A Public one" in page, "Secret one" in page) == (True, False)
