"""The arrangement of the figures: what the analytics room answers in, what the templates show out."""

from copy import deepcopy

from apps.dashboard import overview as screen
from apps.dashboard.periods import Choice

CHOICE = Choice("7days", "Last 7 days", "period=7days", "UTC")
DAY_MS = 86_400_000
START_MS = 1_741_219_200_000  # 6 March 2025, UTC


def tile(total=0, previous=0, change="NA", trend="u"):
    return {"total": total, "previous": previous, "change": change, "trend": trend, "is_estimate": False}


def series(values):
    return {name: list(values) for name in ("sessions", "users", "new_users", "time_seconds")}


FIGURES = {
    "period": {
        "key": "7days",
        "label": "6 Mar - 12 Mar",
        "start_ms": START_MS,
        "end_ms": START_MS + 3 * DAY_MS - 1,
        "buckets": "day",
    },
    "tiles": {
        "total_sessions": tile(12_345, 10_000, "23.5%", "u"),
        "total_users": tile(80, 100, "-20%", "d"),
        "new_users": tile(7),
        "total_time": tile(725, 725, "0%", "u"),
        "avg_time": 61.5,
    },
    "series": {"labels": ["2025-3-6", "2025-3-7", "2025-3-8"], **series([1, 2, 0]), "previous": series([4, 5, 6])},
    "top": {"platforms": [{"name": "Android", "value": 3, "percent": 100}], "app_versions": [], "countries": []},
    "events": [{"key": "buy", "count": 3, "sum": 0, "duration": 9}],
}


def arranged(**changes):
    options = {"choice": CHOICE, "metric": "users", "now_ms": START_MS + DAY_MS, **changes}
    return screen.arrange(FIGURES, **options)


def test_tiles_carry_figure_trend_and_address():
    shown = ("metric", "total", "previous", "change", "direction", "has_previous", "is_current", "query")
    assert [tuple(tile[name] for name in shown) for tile in arranged()["tiles"]] == [
        ("sessions", 12_345, "10,000", "23.5%", "up", True, False, "period=7days&metric=sessions"),
        ("users", 80, "100", "20%", "down", True, True, "period=7days&metric=users"),
        ("new_users", 7, "0", "NA", "", False, False, "period=7days&metric=new_users"),
        ("time", 725, "12m 5s", "0%", "", True, False, "period=7days&metric=time"),
    ]


def test_figure_that_fell_to_nothing_fell_by_all_of_it():
    figures = deepcopy(FIGURES)
    figures["tiles"]["new_users"] = tile(0, 14, "∞", "d")
    shown = screen.arrange(figures, choice=CHOICE, metric="users", now_ms=START_MS)["tiles"][2]
    assert (shown["change"], shown["direction"], shown["previous"]) == ("100%", "down", "14")


def test_unknown_metric_shows_sessions():
    assert arranged(metric="$where")["metric"] == "sessions"


def test_table_holds_the_days_that_have_begun_newest_first():
    cells = lambda value: [{"value": value, "kind": kind} for kind in ("total", "total", "total", "duration")]  # noqa: E731
    assert arranged()["rows"] == [{"label": "7 Mar", "cells": cells(2)}, {"label": "6 Mar", "cells": cells(1)}]


def test_columns_of_events_appear_when_there_is_something_in_them():
    found = arranged()
    assert (found["events_have_sum"], found["events_have_duration"]) == (False, True)


def test_dates_are_days_of_the_applications_zone():
    period = FIGURES["period"]
    assert screen.dates_text(period, "UTC") == "6 Mar – 8 Mar 2025"
    assert screen.dates_text({**period, "end_ms": period["start_ms"]}, "UTC") == "6 Mar 2025"
    assert screen.dates_text({**period, "start_ms": START_MS - 66 * DAY_MS}, "UTC") == "30 Dec 2024 – 8 Mar 2025"


def test_application_is_empty_without_sessions_users_time_and_events():
    empty = deepcopy(FIGURES)
    empty["tiles"] = {**{name: tile() for name in ("total_sessions", "total_users", "new_users", "total_time")}}
    empty["events"] = []
    assert screen.is_empty(empty) is True
    assert screen.is_empty({**empty, "events": FIGURES["events"]}) is False
    empty["tiles"]["total_users"] = tile(previous=1)
    assert screen.is_empty(empty) is False
