"""`/o?method=` of counter trees, from documents in the database to whole answers."""

from apps.core import mongo
from apps.plugin_api import configuration
from tests.analytics.test_merging import MERGED, two_shards


def test_two_shards_of_users(read, application):
    for document in two_shards():
        suffix = document["_id"].split("_", 1)[1]
        mongo.collection("users").insert_one({**document, "_id": f"{application.id}_{suffix}", "a": application.id})

    assert read("/o", method="users", period="hour") == MERGED
    assert read("/o", method="sessions") == MERGED
    assert read("/o", method="locations", event="x") == {**MERGED, "eventName": "x"}


def test_nothing_counted_yet(read):
    assert read("/o", method="users") == {}
    assert read("/o", method="events") == {}
    assert read("/o", method="events", event="E") == {"eventName": "E"}


def test_other_applications_months_and_collections_stay_out(read, store):
    store("carriers", "2025:3", "x", d={"12": {"Vodafone": {"t": 1}}})
    store("carriers", "2024:12", "x", d={"1": {"Vodafone": {"t": 7}}})
    store("devices", "2025:3", "x", d={"12": {"Pixel": {"t": 9}}})
    mongo.collection("carriers").insert_one(
        {"_id": "other_2025:3", "a": "f" * 24, "m": "2025:3", "d": {"12": {"t": 5}}}
    )

    assert read("/o", method="carriers", period="hour") == {
        "2025": {"Vodafone": {"t": 1}, "3": {"Vodafone": {"t": 1}, "12": {"Vodafone": {"t": 1}}}}
    }


def test_known_values_are_escaped_as_clients_expect(read, store):
    store("carriers", "2025:0", meta={"carriers": ['Tom & Jerry\'s "net"']}, d={})

    assert read("/o", method="carriers") == {
        "2025": {},
        "meta": {"carriers": ["Tom &amp; Jerry&#39;s &amp;quot;net&amp;quot;"]},
    }


def test_a_refresh_reads_the_day_and_the_unique_counters_only(read, store):
    store("users", "2025:0", "0", meta_v2={"countries": {"DE": True}}, d={"u": 5, "3": {"u": 4}, "w11": {"u": 3}})
    store("users", "2025:3", "0", d={"11": {"t": 8}, "12": {"t": 2, "13": {"t": 2}}})
    store("users", "2025:2", "0", d={"12": {"t": 9}})

    assert read("/o", method="users", action="refresh") == {
        "2025": {"u": 5, "3": {"u": 4, "12": {"t": 2, "13": {"t": 2}}}},
        "meta": {"countries": ["DE"]},
    }
    assert read("/o", method="users", action="refresh", timestamp="1741650000")["2025"]["3"] == {
        "u": 4,
        "11": {"t": 8},
    }


def test_the_full_range_is_not_summed_and_leaves_out_long_sets(read, store):
    store("users", "2024:0", "0", meta_v2={"countries": {"DE": True, "US": True}, "f-ranges": {"0": True}}, d={"u": 5})
    store("users", "2023:7", "0", d={"11": {"t": 8}})
    configuration.write("api", {"metric_limit": 1})
    try:
        answer = read("/o", method="users", fullRange="true")
    finally:
        configuration.write("api", {"metric_limit": 1000})

    assert answer == {"2024": {"u": 5}, "2023": {"7": {"11": {"t": 8}}}, "meta": {"f-ranges": ["0"]}}


def test_total_users_are_counted_from_profiles(read, application):
    today, last_month = 1741730000, 1739000000
    profiles = mongo.collection("app_users" + application.id)
    profiles.insert_many(
        [
            {"_id": "1", "uid": "1", "ls": today, "cc": "DE", "cty": "Berlin", "p": "iOS"},
            {"_id": "2", "uid": "2", "ls": today, "cc": "US", "cty": "Boston", "p": "iOS"},
            {"_id": "3", "uid": "3", "ls": last_month, "cc": "US", "p": "Android"},
        ]
    )
    mongo.collection("metric_changes" + application.id).insert_many(
        [
            {"uid": "1", "ts": today, "cc": {"o": "FR", "n": "DE"}},
            {"uid": "1", "ts": today + 1, "cc": {"o": "FR", "n": "DE"}},
            {"uid": "2", "ts": last_month, "cc": {"o": "CA", "n": "US"}},
            {"uid": "2", "ts": today, "cc": {"n": "US"}},
        ]
    )

    def counted(**parameters):
        return {row["_id"]: row["u"] for row in read("/o", method="total_users", **parameters)}

    assert counted(period="hour") == {"users": 2}
    assert counted() == {"users": 2}
    assert counted(period="60days") == {"users": 3}
    assert counted(metric="countries") == {"DE": 1, "US": 1, "FR": 1}
    assert counted(metric="platforms", period="60days") == {"iOS": 2, "Android": 1}
    assert counted(metric="cities") == {"Berlin": 1}
    assert counted(metric="rubbish") == {"users": 2}
    assert counted(period="yesterday") == {}


def test_the_period_object(read):
    answer = read("/o", method="get_period_obj", period="month")

    assert {name: answer[name] for name in ("activePeriod", "previousPeriod", "periodMax", "dateString")} == {
        "activePeriod": 2025,
        "previousPeriod": 2024,
        "periodMax": 12,
        "dateString": "MMM",
    }
