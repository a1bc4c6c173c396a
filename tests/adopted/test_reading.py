"""What Countly counted is answered rightly: with and without postfixes, both forms of known values, old members."""

import hashlib
import hmac
from datetime import date

import pytest
from bson import ObjectId

from apps.accounts import authentication
from apps.core import clock, mongo
from tests.adopted import database
from tests.adopted.database import APP_ID, NOW_S

PASSWORD = "Old-secret-1"
OTHER_APP_ID = "5f1e0c3b9d1c2a0099999999"


def _digest(name):
    return hmac.new(b"", PASSWORD.encode(), name).hexdigest()


#: As old versions stored them: no permission object, other password hashes, fields missing or null.
MEMBERS = {
    "owner": {"global_admin": True, "password": _digest("sha512"), "permission": {}},
    "user": {"user_of": [APP_ID], "admin_of": [], "password": _digest("sha1"), "global_admin": False},
    "admin": {"user_of": [APP_ID], "admin_of": [APP_ID], "password": _digest("sha1")},
    "admin_only": {"user_of": [], "admin_of": [APP_ID], "password": _digest("sha512"), "global_admin": None},
    "outsider": {"user_of": [OTHER_APP_ID], "admin_of": [OTHER_APP_ID], "password": _digest("sha1")},
}


@pytest.fixture(autouse=True)
def _adopted(transactional_db):
    database.adopt()
    for name, fields in MEMBERS.items():
        mongo.collection("members").insert_one(
            {
                "_id": ObjectId(),
                "full_name": name,
                "username": name,
                "email": f"{name}@example.com",
                "api_key": hashlib.md5(name.encode()).hexdigest(),
                "created_at": 1_420_070_400.0,
                **fields,
            }
        )
    with clock.frozen_at(NOW_S * 1000):
        yield


@pytest.fixture
def ask(client):
    def ask(path, name="owner", **parameters):
        key = hashlib.md5(name.encode()).hexdigest()
        answer = client.get(path, {"app_id": APP_ID, "api_key": key, **parameters})
        return answer.json() if answer.status_code == 200 else (answer.status_code, answer.json()["result"])

    return ask


def row(identity, **counters):
    return {"_id": identity, **counters}


def test_every_day_has_what_was_counted(ask):
    for (year, month, day), counters in database.DAYS.items():
        hours = ask("/o/analytics/sessions", period=f"[{year}-{month}]")  # no period: the last 30 days
        assert len(hours) == 30
        midday_ms = (NOW_S + ((_date(year, month, day) - _date(2025, 3, 12)).days) * database.DAY) * 1000
        days = ask("/o/analytics/sessions", period=f"[{midday_ms - database.DAY * 1000},{midday_ms}]")
        assert days[1] == row(f"{year}-{month}-{day}", **counters)


def _date(year, month, day):
    return date(year, month, day)


def test_months_are_the_sums_of_their_days_and_users_as_stored(ask):
    rows = ask("/o/analytics/sessions", period="month")

    assert rows[:3] == [
        row("2025-1", t=7, n=2, u=5, d=700, e=20),
        row("2025-2", t=3, n=0, u=2, d=90, e=6),
        row("2025-3", t=8, n=1, u=5, d=480, e=19),
    ]
    assert all(sum(later[counter] for counter in "tnude") == 0 for later in rows[3:])


def test_hours_of_a_month_without_postfix(ask):
    last_day_of_2024_ms = (NOW_S - 71 * database.DAY) * 1000

    rows = ask("/o/analytics/sessions", period=f"[{last_day_of_2024_ms},{last_day_of_2024_ms}]")

    assert rows[23] == row("2024-12-31 23:00", t=4, n=1, u=3, d=240, e=9)
    assert len(rows) == 24


def test_the_cards_compare_with_the_days_before(ask):
    # Two profiles were there; the third has texts for numbers and cannot be counted live. Of the 30 days before, the
    # users of weeks are not stored, so that their estimate is 0.
    assert ask("/o/analytics/dashboard", period="[1739275200000,1741780800000]")["1739275200000,1741780800000"][
        "dashboard"
    ] == {
        "total_sessions": {"total": 11, "change": "57.1%", "trend": "u"},
        "new_users": {"total": 1, "change": "-50%", "trend": "d"},
        "total_users": {"total": 2, "change": "NA", "trend": "u", "is_estimate": False},
        "total_time": {"total": "9.5 min", "change": "-18.6%", "trend": "d"},
        "avg_time": {"total": "0.9 min", "change": "-48.2%", "trend": "d"},
        "avg_requests": {"total": "12.5", "change": "NA", "trend": "u"},
    }


def test_known_values_of_both_forms_are_one_list(ask):
    assert ask("/o/analytics/metric", metric="countries", period="month") == [
        row("DE", t=13, n=2, u=2),
        row("US", t=4, n=1, u=1),
        row("Unknown", t=1, n=0, u=0),
    ]
    assert ask("/o/analytics/metric", metric="os", period="month") == [row("Android", t=6, n=1, u=1)]
    assert ask("/o/analytics/metric", metric="app_versions", period="month") == [row("2:1", t=6, n=1, u=1)]
    assert sorted(ask("/o", method="users", period="month")["meta"]["countries"]) == ["DE", "US", "Unknown"]


def test_users_without_live_counts_are_as_stored(ask):
    mongo.collection("plugins").update_one({"_id": "plugins"}, {"$set": {"api.total_users": False}}, upsert=True)

    assert ask("/o/analytics/metric", metric="countries", period="month") == [
        row("DE", t=13, n=2, u=6),
        row("US", t=4, n=1, u=1),
        row("Unknown", t=1, n=0, u=0),
    ]


def test_ranges_of_durations_and_of_frequency(ask):
    january_ms = (NOW_S - 56 * database.DAY) * 1000

    assert ask("/o/analytics/durations", period=f"[{january_ms},{january_ms}]") == [
        {"ds": "2", "t": 3, "percent": "100.0"}
    ]
    assert ask("/o/analytics/frequency", period="hour") == [{"f": "1", "t": 1, "percent": "100.0"}]


def test_an_event_over_months(ask):
    tree = ask("/o", method="events", event="Purchase", period="month")

    assert tree == {
        "2025": {
            "c": 5,
            "s": pytest.approx(49.95),
            "dur": 4,
            "2": {
                "c": 3,
                "s": 29.97,
                "28": {"c": 3, "s": 29.97, "10": {"c": 3, "s": 29.97}},
            },
            "3": {
                "c": 2,
                "s": 19.98,
                "dur": 4,
                "12": {"c": 2, "s": 19.98, "dur": 4, "13": {"c": 2, "s": 19.98}},
            },
        },
        "meta": {"segments": ["plan"], "plan": tree["meta"]["plan"]},
        "eventName": "Purchase",
    }
    assert sorted(tree["meta"]["plan"]) == ["free", "pro"]
    counts = {tuple(map(int, key.split("-"))): c for key, c in _counts(ask("/o/analytics/events", event="Purchase"))}
    assert {day: counts[day] for day in database.PURCHASES} == database.PURCHASES


def _counts(rows):
    return [(found["_id"], found["c"]) for found in rows]


def test_segments_and_all_events(ask):
    assert ask("/o/analytics/events", event="Purchase", segmentation="plan", period="month") == [
        row("pro", c=2, s=19.98, dur=0)
    ]
    assert ask("/o/analytics/events", period="month") == {"all": [row("Purchase", c=2, s=19.98, dur=0)]}
    assert ask("/o", method="get_events")["list"] == ["Purchase", "cart.open"]


def test_what_an_open_dashboard_refreshes(ask):
    tree = ask("/o", method="users", action="refresh")

    assert {name: tree["2025"]["3"]["12"][name] for name in "teud"} == {"t": 2, "e": 5, "u": 2, "d": 60}
    assert (tree["2025"]["u"], tree["2025"]["3"]["u"]) == (10, 5)


@pytest.mark.parametrize("path", ["/o/analytics/sessions", "/o"])
def test_members_of_the_time_before_permissions(ask, path):
    parameters = {"method": "users"} if path == "/o" else {}
    no_right = (401, "User does not have right")

    whole = ask(path, "owner", **parameters)

    assert whole not in ([], {})
    assert ask(path, "user", **parameters) == whole
    assert ask(path, "admin", **parameters) == whole
    assert ask(path, "admin_only", **parameters) == no_right  # reading was a right of its own
    assert ask(path, "outsider", **parameters) == no_right


def test_old_members_see_their_applications(ask):
    assert list(ask("/o/apps/mine", "admin")["admin_of"]) == [APP_ID]
    assert (list(ask("/o/apps/mine", "user")["admin_of"]), list(ask("/o/apps/mine", "user")["user_of"])) == (
        [],
        [APP_ID],
    )
    assert ask("/o/users/me", "user")["user_of"] == [APP_ID]


@pytest.mark.parametrize("name", ["owner", "user", "admin"])
def test_old_passwords_still_open_the_door_and_are_renewed(name):
    assert authentication.verify(name, PASSWORD).username == name

    assert mongo.collection("members").find_one({"username": name})["password"].startswith("$argon2id$")
    assert authentication.verify(f"{name}@example.com", PASSWORD).username == name
    with pytest.raises(authentication.WrongCredentials):
        authentication.verify(name, "wrong")
