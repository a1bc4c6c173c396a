from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.accounts import failed_logins
from apps.core import clock, mongo

pytestmark = pytest.mark.django_db


def test_parallel_guesses_get_no_more_attempts_than_others():
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _: failed_logins.count_attempt("ada"), range(24)))

    assert sum(allowed) == 3
    assert mongo.collection("failed_logins").find_one({})["fails"] == 3


def test_old_failures_are_forgotten_but_those_of_bans_that_hold():
    day_ms, now_ms = failed_logins.DAY_SECONDS * 1000, 1_741_780_800_000
    records = {
        ("ada", failed_logins.LOGIN): (5, 8),
        ("bob", failed_logins.LOGIN): (5, 6),
        ("192.0.2.1", failed_logins.FORGOT): (3, 2),
        ("192.0.2.2", failed_logins.FORGOT): (3, 0.5),
        ("eve", failed_logins.CODE): (9_000, 8),  # banned for 300 s after each three: ten days
    }
    for (name, kind), (fails, days_ago) in records.items():
        record = {
            "_id": failed_logins._key(name, kind),
            "fails": fails,
            "lastFail": (now_ms - days_ago * day_ms) // 1000,
        }
        mongo.collection("failed_logins").insert_one(record)

    with clock.frozen_at(now_ms):
        assert failed_logins.banned_among(["ada", "eve", "", "nobody"]) == {"eve"}
        assert failed_logins.purge() == 2

    left = {record["_id"] for record in mongo.collection("failed_logins").find({})}
    assert left == {
        failed_logins._key(name, kind) for name, kind in list(records) if name in ("bob", "192.0.2.2", "eve")
    }
