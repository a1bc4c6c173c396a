"""From requests to what the API reads: the ten points by which an implementation of the counting can be checked.

Now is Wednesday, 12 March 2025, 13:30 in Istanbul: day 71 of the year, the first of its week 11.
"""

import pytest

from apps.analytics import periods
from apps.core.keys import postfix, user_id
from tests.analytics.conftest import NOW
from tests.analytics.test_uniques import send

__all__ = ["send"]


@pytest.fixture
def tree(read):
    """`tree("2025.3.12", "month")`: a node of the counters of users."""

    def node(key, period="30days"):
        found = read("/o", method="users", period=period)
        for part in key.split("."):
            found = found.get(part, {})
        return found

    return node


def counters(node, *names):
    return tuple(node.get(name, 0) for name in names)


def days_before(month, day, year=2025):
    return (NOW.replace(hour=0) - NOW.replace(hour=0, year=year, month=month, day=day)).days


def test_one_user_and_one_session_count_once_in_every_unit(send, tree, read):
    send("d1", begin_session=1)
    for key in ("2025.3.12", "2025.3", "2025"):
        assert counters(tree(key), "t", "n", "u") == (1, 1, 1), key
    assert tree("2025.w11.u") == 1
    assert read("/o", method="total_users", period="hour") == [{"_id": "users", "u": 1}]

    send("d1", begin_session=1)  # the same user on the same day
    for key in ("2025.3.12", "2025.3", "2025"):
        assert counters(tree(key), "t", "n", "u") == (2, 1, 1), key
    assert (tree("2025.w11.u"), tree("2025.3.12.f")) == (1, {"0": 1, "1": 1})


def test_a_user_of_two_months_is_one_of_each_and_of_the_year(send, tree):
    send("d1", days_before(2, 20), begin_session=1)
    send("d1", begin_session=1)
    assert [tree(key)["u"] for key in ("2025.2", "2025.3", "2025")] == [1, 1, 1]


def test_a_user_who_comes_back_in_january_counts_for_the_year_and_not_for_its_week(send, tree):
    send("d1", days_before(12, 30, 2024), begin_session=1)
    send("d1", days_before(1, 2), begin_session=1)
    assert tree("2025.u", "month") == 1
    assert "u" not in tree("2025.w1", "month")


def test_users_with_different_postfixes_are_summed_and_their_values_united(application, send, tree, read):
    devices = [f"d{number}" for number in range(40)]
    first = devices[0]
    other = next(one for one in devices if _postfix(application, one) != _postfix(application, first))
    send(first, begin_session=1, country_code="DE")
    send(other, begin_session=1, country_code="FR")
    assert counters(tree("2025.3.12"), "t", "n", "u") == (2, 2, 2)
    assert sorted(read("/o", method="users")["meta"]["countries"]) == ["DE", "FR"]


def _postfix(application, device_id):
    return postfix(user_id(application.key, device_id))


def test_a_range_over_the_end_of_a_month_is_covered_by_days_before_it():
    now_ms = round(NOW.replace(day=4).timestamp() * 1000)
    period = periods.resolve("7days", zone="Europe/Istanbul", now_ms=now_ms)
    assert period.fine == ["2025.2.26", "2025.2.27", "2025.2.28", "2025.3"]


def test_who_changes_the_country_counts_in_both(send, tree, read):
    send("d1", begin_session=1, country_code="DE")
    send("d1", begin_session=1, country_code="US")
    for key in ("2025.3.12", "2025.3", "2025"):
        assert [tree(f"{key}.{country}")["u"] for country in ("DE", "US")] == [1, 1], key
    assert read("/o", method="total_users", metric="countries") == [{"_id": "US", "u": 1}, {"_id": "DE", "u": 1}]


@pytest.mark.parametrize(("seconds", "bucket"), [(3600, "6"), (3601, "7")])
def test_an_hour_is_the_end_of_a_bucket(send, tree, seconds, bucket):
    send("d1", begin_session=1)
    send("d1", session_duration=seconds)
    assert "ds" not in tree("2025.3.12")
    send("d1", end_session=1) if seconds == 3600 else send("d1", begin_session=1)  # or at the next begin
    assert tree("2025.3.12.ds") == {bucket: 1}


def test_values_that_look_like_days_are_marked(send, read):
    send("d1", events=[{"key": "Buy", "segmentation": {"rating": 7}}])
    found = read("/o", method="events", event="Buy", segmentation="rating")
    assert found["2025"]["3"]["12"]["[CLY]7"] == {"c": 1}


def test_nothing_before_means_no_change(send, read):
    send("d1", begin_session=1)
    (block,) = read("/o/analytics/dashboard", period="hour").values()
    assert block["dashboard"]["total_sessions"] == {"total": 1, "change": "NA", "trend": "u"}
    (block,) = read("/o/analytics/dashboard", period="yesterday").values()
    assert block["dashboard"]["total_sessions"] == {"total": 0, "change": "NA", "trend": "u"}
