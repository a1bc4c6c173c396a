"""Unique users of ranges of days: what is stored, what is answered, and how near it is to the truth."""

import random
from datetime import date

import pytest
from datasketches import hll_sketch

from apps.aggregation import documents, uniques
from apps.aggregation.records import Record
from apps.aggregation.requests import read_request
from apps.aggregation.shards import Shard
from apps.aggregation.uniques import COUNTRIES, EVENTS, SYSTEMS, USERS, VERSIONS
from apps.analytics import periods, queries
from apps.analytics.uniques import unique_users
from apps.applications import data, lookup, removal
from apps.applications.models import Application
from apps.core import clock, mongo
from apps.core.keys import postfix
from apps.pipeline.transaction import count_requests
from apps.plugin_api import counter_versions, states
from tests.aggregation.ledger import query_text
from tests.analytics.conftest import NOW

DAY = 86_400
NOON = round(NOW.timestamp())
WEEK = "7days"
ONLY_SHARD = Shard()


@pytest.fixture
def send(application):
    """`send("d1", 2, begin_session=1)`: a request of two days ago, counted at once by a shard."""
    serial = iter(range(10**6))

    def send(device_id, days_ago=0, *, shard=ONLY_SHARD, dropped=0, **parameters):
        at = NOON - days_ago * DAY
        fields = {"app_key": application.key, "device_id": device_id, "timestamp": str(at), **parameters}
        fields["serial"] = str(next(serial))
        record = Record(application.id, application.key, device_id, NOON * 1000, "127.0.0.1", query=query_text(fields))
        outcome, _ = count_requests(
            [read_request(record)], shard, check=lambda session: None, finish=lambda outcome, session: 0
        )
        assert (outcome.dead, outcome.dropped.total()) == ([], dropped)

    return send


def override(application, **settings):
    mongo.collection("apps").update_one({"key": application.key}, {"$set": {"plugins": {"api": settings}}})
    lookup.forget_all()


def users_of(application, period=WEEK, dimension=USERS):
    resolved = periods.resolve(period, zone=application.timezone, now_ms=NOON * 1000)
    return unique_users(application, resolved, dimension)


def phone(system="Android", version="1.2"):
    return {"metrics": {"_os": system, "_app_version": version}}


def test_who_comes_again_is_one_user_of_the_range(application, send):
    for days_ago in (6, 5, 1, 0):
        send("d1", days_ago, begin_session=1, country_code="DE", **phone())
    send("d2", 5, begin_session=1, country_code="FR", **phone("iOS", "1.3"))
    send("d2", 4, begin_session=1, country_code="DE", **phone("iOS", "2.0"))
    send("d2", 4, events=[{"key": "a.b"}, {"key": "c"}])
    send("d1", 3, events=[{"key": "c"}])
    found = users_of(application)
    assert (found.users, found.by_value, found.is_exact, found.since) == (2, {}, True, date(2025, 3, 6))
    assert users_of(application, WEEK, COUNTRIES).by_value == {"DE": 2, "FR": 1}
    assert users_of(application, WEEK, SYSTEMS).by_value == {"Android": 1, "iOS": 1}
    assert users_of(application, WEEK, VERSIONS).by_value == {"1:2": 1, "1:3": 1, "2:0": 1}
    assert users_of(application, WEEK, EVENTS).by_value == {"a.b": 1, "c": 2}
    assert users_of(application, "yesterday", COUNTRIES).by_value == {"DE": 1}


def test_late_requests_of_an_earlier_day_count_for_that_day(application, send):
    send("d1", 0, begin_session=1)
    send("d1", 3, begin_session=1)
    days = [document["day"] for document in mongo.collection(documents.UNIQUE_SKETCHES).find({"k": USERS})]
    assert sorted(days) == [20250309, 20250312]


def test_shards_have_sketches_of_their_own_that_are_read_as_one(application, send):
    for index, device in enumerate(("d1", "d2", "d1")):
        send(device, 0, shard=Shard(index, 3), begin_session=1, events=[{"key": "e"}])
    assert mongo.collection(documents.UNIQUE_SKETCHES).count_documents({"k": EVENTS}) == 3
    assert users_of(application).users == 2
    assert users_of(application, WEEK, EVENTS).by_value == {"e": 2}


def test_what_changes_nothing_is_not_written_again(application, send):
    send("d1", 0, events=[{"key": "e"}])
    before = mongo.collection(documents.UNIQUE_SKETCHES).find_one()
    mongo.collection(documents.UNIQUE_SKETCHES).update_one({}, {"$set": {"mark": 1}})
    mongo.collection(documents.UNIQUE_SKETCHES).update_one({}, {"$set": {"s": b""}})
    send("d1", 0, events=[{"key": "e"}])
    assert mongo.collection(documents.UNIQUE_SKETCHES).find_one() == {**before, "mark": 1, "s": b""}


def test_a_merge_with_an_id_that_was_not_counted_counts_nobody_twice(application, send):
    send("anonymous", 3, begin_session=1)
    send("known", 2, old_device_id="anonymous", begin_session=1)
    send("known", 1, begin_session=1)
    send("later", 0, old_device_id="known", begin_session=1)
    assert users_of(application).users == 1


def test_two_counted_users_stay_two_on_the_days_before_their_merge(application, send):
    send("one", 3, begin_session=1)
    send("two", 3, begin_session=1)
    send("two", 1, old_device_id="one", begin_session=1)
    send("two", 0, begin_session=1)
    assert (users_of(application).users, users_of(application, "yesterday").users) == (2, 1)


def adopted(application):
    """The application as one that Countly counted so far."""
    mongo.collection("apps").update_one({"key": application.key}, {"$unset": {"unique_since": 1}})
    lookup.forget_all()


def anew(application):
    lookup.forget_all()
    return lookup.by_id(application.id)


def days_ago(number):
    return [(NOON - number * DAY) * 1000, NOON * 1000]


def test_ranges_are_exact_from_the_first_day_that_was_counted_as_a_whole(application, send, store):
    """The server was replaced on 9 March: Countly had counted 40 users on the 7th and one on that morning."""
    adopted(application)
    store("users", "2025:3", "a", d={"7": {"u": 40, "t": 50}, "9": {"u": 1, "t": 1}})
    store("users", "2025:0", "a", d={"u": 40, "3": {"u": 40}, "w10": {"u": 41}}, meta_v2={"countries": {}})
    assert (users_of(anew(application)).is_exact, users_of(anew(application)).since) == (False, None)
    with clock.frozen_at((NOON - 3 * DAY) * 1000):
        send("d1", 3, begin_session=1)
        send("late", 8, begin_session=1, events=[{"key": "e"}])  # makes sketches of a day that Countly counted
    send("d1", 1, begin_session=1)
    application = anew(application)
    assert application.unique_since == 20250310

    whole = users_of(application)
    assert (whole.users, whole.is_exact, whole.since) == (42, False, date(2025, 3, 10))
    assert users_of(application, days_ago(10)).is_exact is False  # begins on a quiet day: of others nothing is known
    assert users_of(application, days_ago(3)).is_exact is False  # on the day of the change, of which a user is missing
    events = users_of(application, days_ago(10), EVENTS)
    assert (events.by_value, events.is_exact) == ({"e": 1}, False)
    recent = users_of(application, days_ago(2))  # begins on a quiet day too, and that is known
    assert (recent.users, recent.is_exact) == (1, True)


def test_what_was_stored_as_one_unit_is_exact_whoever_counted_it(application, send, store):
    adopted(application)
    store("users", "2025:3", "a", d={"11": {"u": 40, "t": 50, "DE": {"u": 40}}})
    store("users", "2025:0", "a", d={"u": 90, "3": {"u": 60}}, meta_v2={"countries": {"DE": True, "FR": True}})
    send("d1", 1, begin_session=1, country_code="DE")
    application = anew(application)
    for period, users in {"yesterday": 41, "1days": 0, "day": 61, "month": 91}.items():
        found = users_of(application, period)
        assert (found.users, found.is_exact) == (users, True), period
    assert users_of(application, "yesterday", COUNTRIES).by_value == {"DE": 41}


def test_a_day_whose_sketch_lacks_users_is_estimated(application, send, store):
    store("users", "2025:3", "b", d={"11": {"u": 40, "t": 50}})
    send("d1", 1, begin_session=1)
    assert not users_of(application).is_exact


def test_users_are_at_least_new_ones_and_at_most_sessions(application, store):
    """Sketches are right to within 1 %, these two are to the last one."""
    sketch = uniques.with_users(None, range(500))
    key = uniques.SketchKey(application.id, USERS, "", 20250311)
    mongo.collection(documents.UNIQUE_SKETCHES).insert_one({"_id": "s", **documents.sketch_fields(key, sketch)})
    store("users", "2025:3", "b", d={"11": {"u": 498, "t": 499, "n": 3}})
    assert users_of(application).users == 499
    mongo.collection("users").update_one({}, {"$set": {"d.11": {"u": 498, "t": 600, "n": 502}}})
    counter_versions.renew([application.id])
    assert users_of(application).users == 502


def test_removed_days_are_not_known_and_cleared_applications_begin_anew(application, send):
    stored = Application.objects.get(pk=application.id)
    send("d1", 60, begin_session=1)
    send("d1", 0, begin_session=1)
    removal.reset_application(stored, "1month")
    assert anew(application).unique_since == 20250201
    assert users_of(anew(application), "60days").is_exact is False
    assert users_of(anew(application), "30days").is_exact is True
    removal.reset_application(stored, "all")
    assert anew(application).unique_since == 0
    adopted(application)
    removal.reset_application(stored, "1month")  # says nothing of days that Countly counted
    assert anew(application).unique_since is None


def test_sketches_are_read_again_only_when_their_months_were_written(application, send, monkeypatch):
    reads = []
    original = queries.sketches
    monkeypatch.setattr(queries, "sketches", lambda *asked: reads.append(asked) or original(*asked))
    send("d1", 20, begin_session=1, country_code="DE")
    now_ms, zone = NOON * 1000, application.timezone
    days = [(NOON - days_ago * DAY) * 1000 for days_ago in (25, 15)]
    february = periods.resolve(days, zone=zone, now_ms=now_ms)

    def counted():
        return unique_users(application, february, COUNTRIES)

    first = counted()
    assert (first.users, first.by_value, first.is_exact, len(reads)) == (1, {"DE": 1}, True, 2)
    send("d1", 1, begin_session=1, country_code="DE")  # in March
    assert (counted(), len(reads)) == (first, 2)
    send("d2", 20, begin_session=1, country_code="FR")
    second = counted()
    assert (second.users, second.by_value, len(reads)) == (2, {"DE": 1, "FR": 1}, 4)
    removal.reset_application(Application.objects.get(pk=application.id), "all")
    assert counted().by_value == {}


def test_an_answer_is_the_callers_own(application, send):
    send("d1", 1, begin_session=1, country_code="DE")
    users_of(application, WEEK, COUNTRIES).by_value.clear()
    assert users_of(application, WEEK, COUNTRIES).by_value == {"DE": 1}


def test_values_beyond_the_limit_have_no_sketches(application, send):
    override(application, metric_limit=1)
    states.switch("sources", False)  # where there is no store the system is the source: its values have the limit too
    first, beyond = of_equal_postfix("Android", "iOS", "Linux", *(f"System {number}" for number in range(100)))
    send("d1", 0, begin_session=1, country_code="a long country", **phone(first))
    send("d2", 0, begin_session=1, **phone(beyond), dropped=1)
    stored = mongo.collection(documents.UNIQUE_SKETCHES).find({"k": {"$ne": USERS}})
    assert sorted((document["k"], document["v"]) for document in stored) == [
        (VERSIONS, "1:2"), (COUNTRIES, "Unknown"), (SYSTEMS, first),
    ]  # fmt: skip


def of_equal_postfix(*values):
    """Two that are listed in one document."""
    by_postfix = {}
    for value in values:
        if postfix(value) in by_postfix:
            return by_postfix[postfix(value)], value
        by_postfix[postfix(value)] = value
    raise AssertionError


def test_sketches_go_with_the_data(application, send):
    send("d1", 60, begin_session=1)
    send("d1", 0, begin_session=1)
    data.clear_older(application.id, removal.horizon(application.timezone, 1, NOW))
    days = {document["day"] for document in mongo.collection(documents.UNIQUE_SKETCHES).find()}
    assert days == {20250312}
    data.clear(application.id)
    assert mongo.collection(documents.UNIQUE_SKETCHES).count_documents({}) == 0


# The API --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_users(application, send):
    """Whose days overlap so that the estimate is 3: two in the one week, one in the other."""
    for days_ago in (6, 5, 1):
        send("d1", days_ago, begin_session=1, country_code="DE", **phone())
    send("d2", 5, begin_session=1, country_code="DE", **phone("iOS"), events=[{"key": "e"}])


def test_the_answer_stays_the_originals_unless_it_is_asked_for(two_users, read):
    users = read("/o", method="users", period=WEEK)
    assert "uniques" not in users
    asked = read("/o", method="users", period=WEEK, uniques="exact")
    assert asked.pop("uniques") == {"users": 2, "is_exact": True}
    assert asked == users
    for method, expected in {
        "countries": {"countries": {"DE": 2}},
        "device_details": {"os": {"Android": 1, "iOS": 1}, "app_versions": {"1:2": 2}},
        "app_versions": {"app_versions": {"1:2": 2}},
    }.items():
        answer = read("/o", method=method, period=WEEK, uniques="exact")["uniques"]
        assert answer == {"users": 2, **expected, "is_exact": True}
    events = read("/o", method="events", event="e", period=WEEK, uniques="exact")["uniques"]
    assert events == {"users": 2, "events": {"e": 1}, "is_exact": True}


def test_computed_numbers_are_counted_where_it_is_asked_for(two_users, application, owner, client, read):
    override(application, total_users=False)
    period = "[1741132800000,1741737600000]"
    estimated = read("/o/analytics/dashboard", period=period)
    exact = read("/o/analytics/dashboard", period=period, uniques="exact")
    (before,), (after,) = estimated.values(), exact.values()
    assert before["dashboard"]["total_users"]["is_estimate"]
    assert (after["dashboard"]["total_users"]["total"], after["dashboard"]["total_users"]["is_estimate"]) == (2, False)
    rows = read("/o/analytics/metric", metric="countries", period=period, uniques="exact")
    assert [(row["_id"], row["u"]) for row in rows] == [("DE", 2)]
    answer = client.get(
        "/o/analytics/metric",
        {"app_id": application.id, "api_key": owner.api_key, "metric": "os", "uniques": "exact", "period": period},
    )
    assert (answer["X-Unique-Users"], answer["X-Unique-Users-Since"]) == ("exact", "2025-03-06")
    assert "X-Unique-Users-Before" not in answer


def test_both_periods_are_counted_where_both_are_covered(application, send, owner, client):
    """Three users before, on days of two weeks so that they are estimated as five; two now."""
    for days_ago, devices in {13: "abc", 12: "ab", 5: "a", 4: "ab"}.items():
        for device in devices:
            send(device, days_ago, begin_session=1)
    override(application, total_users=False)

    def ask(**more):
        answer = client.get(
            "/o/analytics/dashboard", {"app_id": application.id, "api_key": owner.api_key, "period": WEEK, **more}
        )
        headers = [answer.get(f"X-Unique-Users{name}") for name in ("", "-Before")]
        return answer.json()[WEEK]["dashboard"], headers

    estimated, headers = ask()
    assert headers == [None, None]
    cards, headers = ask(uniques="exact")
    assert headers == ["exact", "exact"]
    assert cards["total_users"] == {"total": 2, "change": "-33.3%", "trend": "d", "is_estimate": False}
    assert estimated["total_users"]["change"] != "-33.3%"
    assert cards["avg_requests"]["change"] == "-10%"  # 3 requests of 2 users, 5 of 3

    mongo.collection("apps").update_one({"key": application.key}, {"$set": {"unique_since": 20250305}})
    lookup.forget_all()
    cards, headers = ask(uniques="exact")
    assert headers == ["exact", "estimate"]
    assert cards["total_users"]["change"] == estimated["total_users"]["change"]
    mongo.collection("apps").update_one({"key": application.key}, {"$set": {"unique_since": 20250307}})
    lookup.forget_all()
    cards, headers = ask(uniques="exact")
    assert (headers, cards) == (["estimate", None], estimated)


def test_nobody_is_a_count_too(application, store, owner, client, read):
    """The running week of the original's calendar reaches back behind the range, so its estimate is not zero."""
    override(application, total_users=False)
    store("users", "2025:3", "a", d={"1": {"u": 1, "t": 1}})
    store("users", "2025:0", "a", d={"u": 7, "3": {"u": 7}, "w11": {"u": 7}}, meta_v2={"countries": {}})
    (card,) = read("/o/analytics/dashboard", period="2days", uniques="exact").values()
    assert card["dashboard"]["total_users"]["total"] == 0


# How near to the truth ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_ranges_of_any_length_and_size_are_within_one_per_cent(seed):
    """Each day's users are a range of numbers that moves on, so that the truth is known without counting."""
    choose = random.Random(seed)
    days = choose.randint(1, 365)
    per_day = choose.choice((100, 1_000, 10_000, 40_000))
    step = min(choose.randint(0, per_day), (1_000_000 - per_day) // days)
    base = choose.randrange(2**40)
    union = uniques.Union()
    stored = None
    for day in range(days):
        first = base + day * step
        fresh = range(first, first + per_day) if day == 0 else range(first + per_day - step, first + per_day)
        sketch = hll_sketch.deserialize(stored) if stored else uniques.read(None)
        for number in fresh:
            sketch.update(number)
        stored = sketch.serialize_compact()
        union.add(sketch)
    truth = per_day + (days - 1) * step
    assert abs(union.users - truth) <= truth * 0.01, (days, per_day, step)
