"""A database of Countly after some days with Tally: what is read is what was there and what came, once each."""

from collections import Counter

import pytest

from apps.accounts.members import create_member
from apps.core import clock
from tests.adopted import database
from tests.adopted.database import APP_ID, DAY, DEVICE, IMPORTED_DEVICE, NOW_S, OPEN_DEVICE
from tests.adopted.test_writing import profile, send

LATE = NOW_S - 56 * DAY  # 15 January, in a month that has documents with a postfix and one without


@pytest.fixture
def ask(client, transactional_db):
    database.adopt()
    owner = create_member(
        full_name="Owner", username="owner", email="owner@example.com", password="Correct-Horse-1", global_admin=True
    )

    def ask(path, **parameters):
        answer = client.get(path, {"app_id": APP_ID, "api_key": owner.api_key, **parameters})
        assert answer.status_code == 200, answer.content
        return answer

    with clock.frozen_at(NOW_S * 1000):
        yield ask


def months(ask):
    """Counters of the first three months of the year."""
    return [Counter(row) for row in without_ids(ask("/o/analytics/sessions", period="month").json()[:3])]


def without_ids(rows):
    return [{name: value for name, value in row.items() if name != "_id"} for row in rows]


def by_value(ask, metric):
    rows = ask("/o/analytics/metric", metric=metric, period="month").json()
    return {row["_id"]: (row["t"], row["n"]) for row in rows}


def test_sessions_are_read_as_what_was_there_and_what_came(ask):
    before, countries, systems = months(ask), by_value(ask, "countries"), by_value(ask, "os")

    metrics = {"_os": "Android"}
    send("newcomer", begin_session=1, country_code="DE", metrics=metrics)
    send(DEVICE, begin_session=1, country_code="DE", metrics=metrics)
    send(IMPORTED_DEVICE, begin_session=1, country_code="FR", metrics={"_os": "iOS"})
    send("late newcomer", at=LATE, begin_session=1, country_code="US", metrics=metrics)

    january, february, march = months(ask)
    assert january == before[0] + Counter(t=1, n=1, u=1, e=1)
    assert february == before[1]
    # The imported user was away since February, the other one since yesterday.
    assert march == before[2] + Counter(t=3, n=1, u=2, e=3)
    assert by_value(ask, "countries") == {
        **countries,
        "DE": (countries["DE"][0] + 2, countries["DE"][1] + 1),
        "US": (countries["US"][0] + 1, countries["US"][1] + 1),
        "FR": (1, 0),
    }
    assert by_value(ask, "os") == {"Android": (systems["Android"][0] + 3, systems["Android"][1] + 2), "iOS": (1, 0)}


def test_events_are_read_as_what_was_there_and_what_came(ask):
    def counts():
        rows = ask("/o/analytics/events", event="Purchase", segmentation="plan", period="month").json()
        tree = ask("/o", method="events", event="Purchase", period="month").json()
        return {row["_id"]: row["c"] for row in rows}, tree["2025"]["c"], sorted(tree["meta"]["plan"])

    assert counts() == ({"pro": 2}, 5, ["free", "pro"])

    send(DEVICE, events=[{"key": "Purchase", "segmentation": {"plan": "pro"}}, {"key": "cart.open"}])
    send(OPEN_DEVICE, at=NOW_S - 12 * DAY, events=[{"key": "Purchase", "count": 2, "segmentation": {"plan": "free"}}])
    send(DEVICE, events=[{"key": "Purchase", "segmentation": {"plan": "team"}}])

    assert counts() == ({"pro": 3, "free": 2, "team": 1}, 9, ["free", "pro", "team"])
    everything = ask("/o/analytics/events", period="month").json()["all"]
    assert {row["_id"]: row["c"] for row in everything} == {"Purchase": 6, "cart:open": 2}
    assert ask("/o", method="get_events").json()["list"] == ["Purchase", "cart.open"]


@pytest.mark.parametrize(("old", "users"), [(OPEN_DEVICE, 1), (IMPORTED_DEVICE, 2)])
def test_merged_users_of_countly_go_on_as_one(ask, old, users):
    before, sessions = months(ask), int(profile(DEVICE)["sc"]) + int(profile(old)["sc"])

    send(DEVICE, old_device_id=old)
    assert profile(old) is None
    assert months(ask)[2] == before[2] + Counter(e=1)  # merging corrects no counters

    tomorrow = NOW_S + DAY
    send(DEVICE, at=tomorrow, begin_session=1)
    send(old, at=tomorrow + 20, begin_session=1)  # still under the id of before the merge
    with clock.frozen_at((tomorrow + 100) * 1000):
        # Nobody is new, and nobody is seen for the first time in this month.
        assert months(ask)[2] == before[2] + Counter(t=2, e=3)
        # The third profile of the database has a text for its last session, or went up in the first.
        assert ask("/o", method="total_users", period="30days").json() == [{"_id": "users", "u": users}]
        day = ask("/o/analytics/sessions", period="hour").json()
        assert sum((Counter(hour) for hour in without_ids(day)), Counter()) == Counter(t=2, u=1, e=2)
    merged = profile(DEVICE)
    assert (merged["sc"], merged["uid"], merged["merges"], merged["custom"]) == (sessions + 2, "1", 1, {"plan": "pro"})
    assert profile(old) is None


def test_unique_users_are_counted_from_the_day_after_the_change(ask):
    def users(first_s, last_s):
        answer = ask("/o/analytics/dashboard", period=f"[{first_s},{last_s}]", uniques="exact")
        found = next(iter(answer.json().values()))["dashboard"]["total_users"]
        return answer["X-Unique-Users"], answer.get("X-Unique-Users-Since"), found["total"]

    send(DEVICE, begin_session=1)
    for day in (1, 2, 3):
        send(DEVICE, at=NOW_S + day * DAY, begin_session=1)
        send("newcomer", at=NOW_S + day * DAY, begin_session=1)

    with clock.frozen_at((NOW_S + 5 * DAY) * 1000):
        assert users(NOW_S + DAY, NOW_S + 3 * DAY) == ("exact", "2025-03-13", 2)
        is_exact, since, _ = users(NOW_S, NOW_S + 3 * DAY)
        assert (is_exact, since) == ("estimate", "2025-03-13")
