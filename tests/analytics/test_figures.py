"""What screens read: totals, lines, values and events of an application, and comparison with the year before."""

import pytest

from apps.analytics import audience, event_figures, values
from apps.analytics.periods import resolve
from apps.analytics.questions import ask, compared_with_year_before
from apps.core import mongo

NOW_MS = 1_741_775_400_000  # 12 March 2025, 10:30 UTC


@pytest.fixture
def counted(store):
    """Yesterday one session, today three; a year ago two."""
    day = {"t": 1, "u": 1, "n": 1, "d": 60, "e": 2, "DE": {"t": 1, "u": 1, "n": 1}, "ds": {"2": 1}, "f": {"0": 1}}
    today = {"t": 3, "u": 2, "n": 1, "d": 120, "e": 4, "DE": {"t": 1, "u": 1}, "US": {"t": 2, "u": 1, "n": 1}}
    store("users", "2025:3", "0", d={"11": day, "12": {**today, "ds": {"1": 1, "2": 2}, "f": {"0": 1, "1": 2}}})
    store("users", "2024:3", "0", d={"12": {"t": 2, "u": 2, "n": 2, "d": 30, "e": 2}})
    known = {
        "countries": {"DE": True, "US": True},
        "f-ranges": {"0": True, "1": True},
        "d-ranges": {"1": True, "2": True},
    }
    units = {"ds": {"1": 1, "2": 3}, "f": {"0": 2, "1": 2}}
    weeks = {"u": 2, "DE": {"u": 1}, "US": {"u": 1}, **units}
    store("users", "2025:0", "0", meta_v2=known, d={"u": 2, "3": weeks, "w11": weeks})


def test_totals_and_what_follows_from_them(application, counted):
    question = ask(application, "2days")
    found = audience.summary(audience.read(question), question)
    assert {name: row["total"] for name, row in found.items()} == {
        "t": 4, "n": 2, "u": 2, "d": 180, "e": 6, "r": 0, "time": 45, "requests": 3
    }  # fmt: skip
    assert found["t"] == {"total": 4, "prev-total": 0, "change": "NA", "trend": "u"}


def test_year_before_takes_the_place_of_the_period_before(application, counted):
    question = ask(application, "2days", compare="year")
    tree = audience.read(question)
    assert audience.lines(tree, question.period, ("t",)) == {"t": ([1, 3], [0, 2])}
    assert audience.summary(tree, question)["t"] == {"total": 4, "prev-total": 2, "change": "100%", "trend": "u"}


@pytest.mark.parametrize(
    ("period", "active", "previous", "first"),
    [
        ("hour", "2025.3.12", "2024.3.12", "2024.3.12"),
        ("day", "2025.3", "2024.3", "2024.3.1"),
        ("month", "2025", "2024", "2024.1.1"),
        ("7days", None, None, "2024.3.6"),
    ],
)
def test_year_before_of_each_kind_of_period(period, active, previous, first):
    resolved = resolve(period, zone="UTC", now_ms=NOW_MS)
    found = compared_with_year_before(resolved, now_ms=NOW_MS)
    assert (found.active, found.previous_active, found.previous[0]) == (active, previous, first)
    assert len(found.previous) == len(found.current)


def test_leap_day_has_the_day_before_it_in_other_years():
    leap_day = resolve([1709208000000, 1709208000000], zone="UTC", now_ms=NOW_MS)
    assert leap_day.active == "2024.2.29"
    assert compared_with_year_before(leap_day, now_ms=NOW_MS).previous_active == "2023.2.28"


def test_lines_have_a_value_for_each_step_also_where_the_month_before_was_shorter(application, counted):
    question = ask(application, "day")
    now, before = audience.lines(audience.read(question), question.period, ("t",))["t"]
    assert (len(now), len(before), now[10:12], before[28:]) == (31, 31, [1, 3], [None] * 3)


def test_returning_users_are_those_who_are_not_new():
    assert audience.returning({"u": ([5, 1], [2, None]), "n": ([2, 3], [2, None])}) == ([3, 0], [0, None])


def test_buckets_come_in_order_with_their_share(application, counted):
    question = ask(application, "2days")
    rows = audience.buckets(audience.read(question), question.period, "ds", 3)
    assert rows == [
        {"bucket": 0, "t": 0, "percent": 0},
        {"bucket": 1, "t": 1, "percent": 25.0},
        {"bucket": 2, "t": 3, "percent": 75.0},
    ]


@pytest.mark.parametrize(("period", "size", "first"), [
    ("hour", "hour", "2025-3-12 0:00"), ("7days", "day", "2025-3-6"), ("month", "month", "2025-1")
])  # fmt: skip
def test_steps_have_a_size_and_names(period, size, first):
    resolved = resolve(period, zone="UTC", now_ms=NOW_MS)
    assert (resolved.unit, audience.step_names(resolved)[0]) == (size, first)


def test_countries_carry_code_and_name(application, counted):
    question = ask(application, "2days")
    rows = values.countries(values.read(question, "countries"), question)
    assert [(row["code"], row["name"], row["t"], row["n"]) for row in rows] == [
        ("DE", "Germany", 2, 1),
        ("US", "United States", 2, 1),
    ]
    assert values.top(rows, "t", 1) == [{"name": "Germany", "value": 2, "percent": 50, "code": "DE"}]


def test_values_of_one_name_are_one_row():
    rows = [
        {"_id": "iOS", "t": 3, "u": 2, "n": 1},
        {"_id": "Linux", "t": 9, "u": 1, "n": 0},
        {"_id": "iphone os", "t": 1, "u": 1, "n": 1},
        {"_id": "hidden", "t": 1, "u": 1, "n": 1},
    ]
    names = {"iOS": "iOS", "iphone os": "iOS", "Linux": "Linux"}
    assert values.merged_by_name(rows, names.get) == [
        {"_id": "iOS", "name": "iOS", "t": 4, "u": 3, "n": 2},
        {"_id": "Linux", "name": "Linux", "t": 9, "u": 1, "n": 0},
    ]


def test_events_in_all_alone_and_by_segment(application, store):
    store("events_data", "2025:3", "d", prefix="all_key", e="all", s="key",
          d={"11": {"Buy": {"c": 1}}, "12": {"Buy": {"c": 3, "s": 1.5, "dur": 4}, "[CLY]_view": {"c": 9}}})  # fmt: skip
    store("events_data", "2025:0", "d", prefix="all_no-segment", e="all", s="no-segment",
          meta_v2={"key": {"Buy": True, "[CLY]_view": True}})  # fmt: skip
    store("events_data", "2025:3", "x", prefix="a_color", e="Buy", s="color",
          d={"12": {"red": {"c": 2, "s": 1.5}, "blue": {"c": 1}}})  # fmt: skip
    store("events_data", "2025:0", "x", prefix="a_no-segment", e="Buy", s="no-segment",
          meta_v2={"color": {"red": True, "blue": True}, "segments": {"color": True}})  # fmt: skip
    mongo.collection("events").insert_one(
        {"_id": event_figures.documents.events_id(application.id), "list": ["Buy"], "segments": {"Buy": ["color"]}}
    )
    question = ask(application, "hour")

    assert event_figures.totals(question) == [{"key": "Buy", "c": 3, "s": 1.5, "dur": 4}]
    tree = event_figures.queries.all_events_tree(application.id, question.period)
    assert event_figures.overall(tree, question) == {"total": 3, "prev-total": 1, "change": "200%", "trend": "u"}
    assert event_figures.segments(application.id, "Buy") == ["color"]
    rows = event_figures.by_segment(event_figures.read(question, "Buy", "color"), question, "color")
    assert rows == [
        {"value": "red", "c": 2, "s": 1.5, "dur": 0, "avg_s": 0.75, "avg_dur": 0},
        {"value": "blue", "c": 1, "s": 0, "dur": 0, "avg_s": 0, "avg_dur": 0},
    ]
