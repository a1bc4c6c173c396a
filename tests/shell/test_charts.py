from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from apps.core import locales
from apps.shell import charts
from apps.shell.charts import Series, Steps

BERLIN = ZoneInfo("Europe/Berlin")


def ms(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=BERLIN).timestamp() * 1000)


DAY = {"start_ms": ms(2025, 3, 12), "end_ms": ms(2025, 3, 13) - 1, "buckets": "hour"}
MONTH = {"start_ms": ms(2025, 3, 1), "end_ms": ms(2025, 4, 1) - 1, "buckets": "day"}
YEAR = {"start_ms": ms(2025, 1, 1), "end_ms": ms(2026, 1, 1) - 1, "buckets": "month"}


@pytest.mark.parametrize(
    ("period", "count", "now", "elapsed"),
    [
        (DAY, 24, (2025, 3, 12, 0, 0), 1),
        (DAY, 24, (2025, 3, 12, 13, 59), 14),
        (DAY, 24, (2025, 3, 13), 24),
        (MONTH, 31, (2025, 3, 12, 23, 59), 12),
        (MONTH, 31, (2025, 3, 31, 23, 59), 31),
        (MONTH, 31, (2025, 5, 1), 31),
        (YEAR, 12, (2025, 3, 1), 3),
        (YEAR, 12, (2024, 3, 1), 0),
    ],
)
def test_elapsed_steps(period, count, now, elapsed):
    steps = Steps([""] * count, zone="Europe/Berlin", **period)
    assert charts.elapsed_steps(steps, now_ms=ms(*now)) == elapsed


@pytest.mark.parametrize(
    ("label", "buckets", "text"),
    [
        ("2025-3-12", "day", "12 Mar"),
        ("2025-3-12 9:00", "hour", "9:00"),
        ("2025-3", "month", "Mar 2025"),
        ("soon", "day", "soon"),
    ],
)
def test_label_text(label, buckets, text):
    assert charts.label_text(label, buckets) == text


def test_what_lies_ahead_is_null():
    steps = Steps(["2025-1", "2025-2", "2025-3", "2025-4"], zone="Europe/Berlin", **YEAR)
    sessions = Series("t", "Sessions", [3, 2, 1, 0], [1, 1, 1, 1])
    notes = [{"label": "2025-2", "text": "Release"}, {"label": "2024-2", "text": "Long ago"}]
    assert charts.time_chart(steps, [sessions], now_ms=ms(2025, 3, 5), notes=notes) == {
        "labels": ["Jan 2025", "Feb 2025", "Mar 2025", "Apr 2025"],
        "spans": [
            ["2025-01-01", "2025-01-31"],
            ["2025-02-01", "2025-02-28"],
            ["2025-03-01", "2025-03-31"],
            ["2025-04-01", "2025-04-30"],
        ],
        "is_running": True,
        "elapsed": 3,
        "complete": 2,
        "series": [
            {"id": "t", "title": "Sessions", "kind": "count", "current": [3, 2, 1, None], "previous": [1, 1, 1, 1]}
        ],
        "notes": [{"index": 1, "text": "Release", "color": 0}],
    }


@pytest.mark.parametrize(
    ("values", "points"),
    [([], ""), ([5], ""), ([0, 0], "0.0,27.0 100.0,27.0"), ([0, 10, 5], "0.0,27.0 50.0,1.0 100.0,14.0")],
)
def test_sparkline(values, points):
    assert charts.sparkline(values) == points


def test_labels_and_dates_in_german():
    with translation.override("de"):
        assert [charts.label_text(*label) for label in (("2025-3-12", "day"), ("2025-10", "month"))] == [
            "12. März",
            "Okt. 2025",
        ]
        assert locales.day_text(date(2025, 3, 1)) == "1. März 2025"
