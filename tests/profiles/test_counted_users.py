"""Users that screens count from profiles: not anew while no profile changes, and never without one that did."""

import pytest

from apps.aggregation.documents import profiles_collection
from apps.analytics import live_users, merged_months
from apps.analytics.questions import ask
from apps.core import mongo
from apps.plugin_api import counter_versions
from apps.profiles import imports, profiles
from tests.traffic import Traffic

pytestmark = pytest.mark.django_db
NOBODY_IS_TOLD = {"$set": {"p": "Amiga"}}


def counts(traffic: Traffic) -> tuple[int | None, dict[str | None, int] | None]:
    question = ask(traffic.application, "30days")
    asked = (question.application, question.period, question.settings)
    return live_users.count_users(*asked), live_users.count_users_by("os", *asked)


@pytest.fixture
def shop(traffic: Traffic) -> Traffic:
    traffic.count("d1", begin_session=1, metrics={"_os": "iOS"})
    traffic.count("d2", begin_session=1, metrics={"_os": "Android"})
    assert counts(traffic) == (2, {"iOS": 1, "Android": 1})
    return traffic


def by_hand(traffic: Traffic) -> None:
    mongo.collection(profiles_collection(traffic.application.id)).update_one({"did": "d1"}, NOBODY_IS_TOLD)


def test_nothing_is_counted_again_while_nothing_changes(shop: Traffic) -> None:
    by_hand(shop)
    assert counts(shop) == (2, {"iOS": 1, "Android": 1})
    counter_versions.renew([shop.application.id])
    assert counts(shop) == (2, {"Amiga": 1, "Android": 1})


def test_answers_leave_what_is_kept_as_it_was(shop: Traffic) -> None:
    counts(shop)[1].clear()
    assert counts(shop) == (2, {"iOS": 1, "Android": 1})


def batch(traffic: Traffic) -> int:
    traffic.count("d3", begin_session=1, metrics={"_os": "iOS"})
    return 3


def create(traffic: Traffic) -> int:
    profiles.create(traffic.application, "d4", {"name": "Eve"})
    return 2  # without a session


def change(traffic: Traffic) -> int:
    profiles.change(traffic.application.id, {"did": "d2"}, {"$set": {"name": "Bob"}}, several=False)
    return 2


def delete(traffic: Traffic) -> int:
    profiles.delete(traffic.application.id, {"did": "d2"}, several=False)
    return 1


def take_over(traffic: Traffic) -> int:
    last = mongo.collection(profiles_collection(traffic.application.id)).find_one({"did": "d1"})["ls"]
    row = {"_col": profiles_collection(traffic.application.id), "_id": "x", "uid": "x", "did": "d5", "ls": last}
    assert imports.take_over(traffic.application, [row]).imported == 1
    return 3


@pytest.mark.parametrize("write", [batch, create, change, delete, take_over], ids=lambda one: one.__name__)
def test_whoever_writes_profiles_makes_them_be_counted_again(write, shop: Traffic) -> None:
    by_hand(shop)
    users = write(shop)
    found = counts(shop)
    assert (found[0], found[1]["Amiga"]) == (users, 1)
    merged_months.forget_all()
    assert counts(shop) == found
