from datetime import UTC, datetime
from typing import Any

import pytest

from plugins.reports import fields, schedule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("report", "now", "due"),
    [
        ({"hour": 8, "timezone": "Europe/Berlin"}, "2025-03-29 12:00", "2025-03-29 07:00"),
        ({"hour": 8, "timezone": "Europe/Berlin"}, "2025-03-30 12:00", "2025-03-30 06:00"),  # summer time began
        ({"hour": 8, "timezone": "Europe/Berlin"}, "2025-03-29 06:59", "2025-03-28 07:00"),
        ({"hour": 23, "timezone": "Asia/Kolkata"}, "2025-03-29 17:30", "2025-03-29 17:30"),
        (
            {"hour": 1, "day": 1, "frequency": "weekly", "timezone": "Asia/Tokyo"},
            "2025-03-29 12:00",
            "2025-03-23 16:00",
        ),
        # Summer time ends at 01:00: 02:30 comes twice, at 00:30 and at 01:30.
        ({"hour": 2, "minute": 30, "timezone": "Europe/Berlin"}, "2025-10-26 00:30", "2025-10-26 00:30"),
        ({"hour": 2, "minute": 30, "timezone": "Europe/Berlin"}, "2025-10-26 01:10", "2025-10-26 00:30"),
        ({"hour": 2, "minute": 30, "timezone": "Europe/Berlin"}, "2025-10-26 01:30", "2025-10-26 00:30"),
        ({"hour": 2, "minute": 30, "timezone": "Europe/Berlin"}, "2025-10-26 00:20", "2025-10-25 00:30"),
        ({"hour": 5, "frequency": "monthly"}, "2025-03-29 12:00", "2025-03-01 05:00"),
        ({"hour": "5", "frequency": "monthly", "timezone": "Nowhere"}, "2025-03-01 04:00", "2025-02-01 05:00"),
    ],
)
def test_a_report_is_due_by_the_clock_of_its_zone(report: dict[str, Any], now: str, due: str) -> None:
    assert schedule.last_due(report, at(now)).astimezone(UTC) == at(due)


def test_what_was_done_or_missed_long_ago_is_not_due() -> None:
    due, soon, late = at("2025-03-01 05:00"), at("2025-03-01 05:20"), at("2025-03-01 12:00")
    done = {"tally": {"done_s": due.timestamp()}}
    before = {"tally": {"done_s": due.timestamp() - 1}}
    asked = [(done, soon), (before, soon), (before, late), ({}, soon), ({}, late)]
    assert [schedule.is_due(report, due, now) for report, now in asked] == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ({"hour": 0, "day": 0, "minute": 0}, (7, 0, 0)),
        ({"hour": 23, "day": 3, "minute": 0, "timezone": "Asia/Kolkata"}, (3, 17, 30)),
        ({"hour": 1, "day": 1, "minute": 0, "timezone": "Asia/Tokyo"}, (7, 16, 0)),
    ],
)
def test_the_time_in_utc_is_kept_too(report: dict[str, Any], expected: tuple[int, int, int]) -> None:
    found = fields.in_utc(report, at("2025-03-01 12:00"))
    assert (found["r_day"], found["r_hour"], found["r_minute"]) == expected
