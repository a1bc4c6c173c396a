import time

from apps.accounts import members, permissions
from apps.core import clock, mongo
from apps.plugin_api import configuration, states
from tests.traffic import Traffic

DAY_S = 86_400


def leave(traffic: Traffic, *days: int) -> None:
    """A user for each number, last active so many days and a bit ago."""
    now_s = int(time.time())
    users = [
        {"_id": f"u{day}", "uid": str(day), "cc": "DE" if day > 10 else "US", "lac": now_s - day * DAY_S - 60}
        for day in days
    ]
    mongo.collection(f"app_users{traffic.application.id}").insert_many(users)


def test_users_are_counted_by_how_long_they_have_been_away(traffic: Traffic) -> None:
    leave(traffic, 0, 8, 15, 40)

    rows = traffic.read("/o/slipping")
    assert [(row["period"], row["count"], row["percentage"]) for row in rows] == [
        (7, 3, "75.00"),
        (14, 2, "50.00"),
        (30, 1, "25.00"),
        (60, 0, "0.00"),
        (90, 0, "0.00"),
    ]
    assert abs(rows[0]["timeStamp"] - (clock.now_ms() // 1000 - 7 * DAY_S)) < 60


def test_a_query_chooses_users_and_shares_stay_those_of_all(traffic: Traffic) -> None:
    leave(traffic, 0, 8, 15, 40)
    rows = traffic.read("/o/slipping", query={"cc": "DE"})
    assert [(row["count"], row["percentage"]) for row in rows][:2] == [(2, "50.00"), (2, "50.00")]
    assert traffic.ask("/o/slipping", query={"$where": "sleep(1)"})[0] == 400


def test_the_days_are_settings_of_the_application_too(traffic: Traffic) -> None:
    configuration.write("slipping-away-users", {"p1": 3})
    assert [row["period"] for row in traffic.read("/o/slipping")] == [3, 14, 30, 60, 90]


def test_only_who_has_the_right_may_look(traffic: Traffic) -> None:
    rights = {**permissions.empty(), "r": {traffic.application.id: {"all": False, "allowed": {"core": True}}}}
    outsider = members.create_member(
        full_name="Out Sider",
        username="outsider",
        email="out@example.com",
        password="Correct-Horse-1",
        permission=rights,
    )
    refused = (401, {"result": "User does not have right"})
    assert traffic.ask("/o/slipping", api_key=outsider.api_key) == refused


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("slipping-away-users", False)
    assert traffic.ask("/o/slipping") == (400, {"result": "Invalid path"})
    traffic.client.force_login(traffic.owner)
    assert traffic.client.get(f"/applications/{traffic.application.id}/loyalty/slipping-away").status_code == 404
