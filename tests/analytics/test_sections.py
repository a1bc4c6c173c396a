"""`/o/analytics/*` and the figures of our own page, from documents in the database to whole answers."""

import pytest

from apps.core import mongo

TODAY_S = 1741730000


@pytest.fixture
def counted(store, application):
    """Yesterday one session from Germany, today three: two of a new user from the US, one from Germany."""
    store(
        "users",
        "2025:3",
        "0",
        d={
            "11": {
                "t": 1, "u": 1, "n": 1, "d": 60, "e": 2,
                "DE": {"t": 1, "u": 1, "n": 1}, "f": {"0": 1}, "ds": {"2": 1}, "9": {"t": 1, "u": 1, "n": 1},
            },
            "12": {
                "t": 1, "u": 1, "d": 30, "e": 1,
                "DE": {"t": 1, "u": 1}, "f": {"2": 1}, "ds": {"1": 1}, "8": {"t": 1, "u": 1},
            },
        },
    )  # fmt: skip
    store(
        "users",
        "2025:3",
        "k",
        d={
            "12": {
                "t": 2, "u": 1, "n": 1, "d": 90, "e": 3,
                "US": {"t": 2, "u": 1, "n": 1}, "f": {"0": 1, "1": 1}, "ds": {"2": 2}, "13": {"t": 2, "u": 1, "n": 1},
            }
        },
    )  # fmt: skip
    known = {"countries": {"DE": True}, "f-ranges": {"0": True, "2": True}, "d-ranges": {"1": True, "2": True}}
    weeks = {"u": 1, "3": {"u": 1, "DE": {"u": 1}}, "w10": {"u": 1}, "w11": {"u": 1, "DE": {"u": 1}}}
    store("users", "2025:0", "0", meta_v2=known, d=weeks)
    known = {"countries": {"US": True}, "f-ranges": {"0": True, "1": True}, "d-ranges": {"2": True}}
    store("users", "2025:0", "k", meta_v2=known, d={"3": {"u": 1, "US": {"u": 1}}, "w11": {"u": 1, "US": {"u": 1}}})
    days = {"11": {"iOS": {"t": 1, "u": 1, "n": 1}}, "12": {"iOS": {"t": 1, "u": 1}, "macOS": {"t": 2, "u": 1, "n": 1}}}
    store("device_details", "2025:3", "G", d=days)
    store("device_details", "2025:3", "l", d={"12": {"3:0": {"t": 3, "u": 2, "n": 1}}, "11": {"3:0": {"t": 1}}})
    known = {"os": {"iOS": True, "macOS": True}, "app_versions": {"3:0": True}}
    store("device_details", "2025:0", "G", meta_v2=known, d={})
    store("carriers", "2025:3", "n", d={"11": {"Vodafone": {"t": 1}}, "12": {"Vodafone": {"t": 2}, "At&t": {"t": 1}}})
    store("carriers", "2025:0", "n", meta={"carriers": ["Vodafone", "At&t"]}, d={})
    mongo.collection("app_users" + application.id).insert_many(
        [
            {"_id": "1", "uid": "1", "ls": TODAY_S, "cc": "DE", "p": "iOS"},
            {"_id": "2", "uid": "2", "ls": TODAY_S, "cc": "US", "p": "macOS"},
        ]
    )


def card(total, change, trend, **more):
    return {"total": total, "change": change, "trend": trend, **more}


TODAY = {
    "dashboard": {
        "total_sessions": card(3, "200%", "u"),
        "new_users": card(1, "0%", "u"),
        "total_users": card(2, "100%", "u", is_estimate=False),
        "total_time": card("2.0 min", "100%", "u"),
        "avg_time": card("0.7 min", "-33.3%", "d"),
        "avg_requests": card("2.0", "0%", "u"),
    },
    "top": {
        "platforms": [{"name": "Mac", "value": 2, "percent": 66.7}, {"name": "iOS", "value": 1, "percent": 33.3}],
        "resolutions": [],
        "carriers": [
            {"name": "Vodafone", "value": 2, "percent": 66.7},
            {"name": "At&amp;t", "value": 1, "percent": 33.3},
        ],
        "users": [{"name": "13:00", "value": 2, "percent": 66.7}, {"name": "08:00", "value": 1, "percent": 33.3}],
    },
    "period": "00:00 - 23:30",
}


def test_the_dashboard_of_a_day(read, counted):
    assert read("/o/analytics/dashboard", period="hour") == {"hour": TODAY}


def test_the_dashboard_of_the_standard_periods(read, counted):
    answer = read("/o/analytics/dashboard")

    assert list(answer) == ["30days", "7days", "today"]
    assert answer["today"] == TODAY
    assert answer["30days"]["dashboard"]["total_sessions"] == card(4, "NA", "u")
    assert answer["30days"]["dashboard"]["total_users"] == card(2, "NA", "u", is_estimate=False)
    assert answer["7days"]["period"] == "6 Mar - 12 Mar"


def test_the_dashboard_names_an_array_by_its_ends(read, counted):
    assert list(read("/o/analytics/dashboard", period="[1741737600000,1741737600000]")) == [
        "1741737600000,1741737600000"
    ]


def test_countries(read, counted):
    us = {"country": "United States", "code": "us", "t": 2, "u": 1, "n": 1}
    de = {"country": "Germany", "code": "de", "t": 2, "u": 1, "n": 1}

    answer = read("/o/analytics/countries")

    assert answer["today"] == [us, {**de, "t": 1, "n": 0}]
    assert sorted(answer["30days"], key=lambda row: row["code"]) == [de, us]


def test_sessions(read, counted):
    rows = read("/o/analytics/sessions", period="2days")

    assert rows == [
        {"_id": "2025-3-11", "t": 1, "n": 1, "u": 1, "d": 60, "e": 2},
        {"_id": "2025-3-12", "t": 3, "n": 1, "u": 2, "d": 120, "e": 4},
    ]
    assert read("/o/analytics/sessions", period="2days", bucket="monthly") == [
        {"_id": "2025-3", "t": 4, "n": 2, "u": 2, "d": 180, "e": 6}
    ]


def test_metric(read, counted):
    assert read("/o/analytics/metric", metric="os", period="hour") == [
        {"_id": "iOS", "t": 1, "n": 0, "u": 1},
        {"_id": "macOS", "t": 2, "n": 1, "u": 1},
    ]
    for alias in ("platforms", "users", "sessions", "device_details", "rubbish"):
        assert read("/o/analytics/metric", metric=alias) == []


def test_metric_needs_a_name(client, application, owner):
    answer = client.get("/o/analytics/metric", {"app_id": application.id, "api_key": owner.api_key})

    assert (answer.status_code, answer.json()) == (400, {"result": "Must provide metric"})


def test_tops(read, counted):
    platforms = [{"name": "Mac", "value": 2, "percent": 50}, {"name": "iOS", "value": 2, "percent": 50}]
    carriers = [{"name": "Vodafone", "value": 3, "percent": 75}, {"name": "At&amp;t", "value": 1, "percent": 25}]
    countries = [{"name": "Germany", "value": 2, "percent": 50}, {"name": "United States", "value": 2, "percent": 50}]

    def by_name(rows):
        return sorted(rows, key=lambda row: row["name"])

    answer = read("/o/analytics/tops")
    assert {name: by_name(rows) for name, rows in answer.items()} == {
        "platforms": platforms,
        "resolutions": [],
        "carriers": by_name(carriers),
        "countries": countries,
    }
    by_users = [{"name": "Mac", "value": 1, "percent": 50}, {"name": "iOS", "value": 1, "percent": 50}]
    assert by_name(read("/o/analytics/tops", metric="os")) == by_users
    assert read("/o/analytics/tops", metric="carriers") == [
        {"_id": row["name"], "t": row["value"], **row} for row in carriers
    ]
    assert read("/o/analytics/tops", metric="rubbish") == []
    assert read("/o/analytics/tops", metrics='["app_versions","rubbish"]') == {
        "app_versions": [{"name": "3.0", "value": 4, "percent": 100}],
        "rubbish": [],
    }
    assert read("/o/analytics/tops", metrics="[]") == {}
    assert read("/o/analytics/tops", metrics="[broken") == {}


def test_frequency_durations_and_loyalty(read, counted):
    assert read("/o/analytics/durations", period="hour") == [
        {"ds": "2", "t": 2, "percent": "66.7"},
        {"ds": "1", "t": 1, "percent": "33.3"},
    ]
    frequencies = read("/o/analytics/frequency", period="hour")
    assert sorted(frequencies, key=lambda row: row["f"]) == [
        {"f": bucket, "t": 1, "percent": "33.3"} for bucket in ("0", "1", "2")
    ]
    assert read("/o/analytics/loyalty") == []
