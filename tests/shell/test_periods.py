from datetime import date

import pytest

from apps.shell.periods import Choice, choose

LAST_30_DAYS = Choice("30days", "Last 30 days", "period=30days", "Europe/Berlin")

WITHOUT_TODAY = Choice(
    '{"period":"7days","exclude_current_day":true}',
    "Last 7 days, without today",
    "period=7days&without=today",
    "Europe/Berlin",
)


@pytest.mark.parametrize(
    ("query", "remembered", "choice"),
    [
        ({}, "", LAST_30_DAYS),
        ({"period": "hour"}, "", Choice("hour", "Today", "period=hour", "Europe/Berlin")),
        ({"period": "prevMonth"}, "7days", Choice("prevMonth", "Last month", "period=prevMonth", "Europe/Berlin")),
        ({}, "7days", Choice("7days", "Last 7 days", "period=7days", "Europe/Berlin")),
        ({"period": "12weeks"}, "", Choice("12weeks", "Last 12 weeks", "period=12weeks", "Europe/Berlin")),
        ({"period": "1months"}, "", Choice("1months", "Last month", "period=1months", "Europe/Berlin")),
        ({"period": "0days"}, "", LAST_30_DAYS),
        ({"period": "7days", "without": "today"}, "", WITHOUT_TODAY),
        ({}, WITHOUT_TODAY.remembered, WITHOUT_TODAY),
        ({"period": "hour", "without": "today"}, "", Choice("hour", "Today", "period=hour", "Europe/Berlin")),
        ({"period": '{"$gt":1}'}, "[1,2]", LAST_30_DAYS),
        ({"from": "2025-03-01", "to": "yesterday"}, "", LAST_30_DAYS),
        ({"from": "0001-01-01", "to": "2025-03-01"}, "", LAST_30_DAYS),
    ],
)
def test_choice(query, remembered, choice):
    assert choose(query, zone="Europe/Berlin", remembered=remembered) == choice


def test_range_is_sent_as_noon_of_utc_whatever_the_order():
    first, last = date(2025, 3, 1), date(2025, 3, 12)
    wanted = Choice(
        "[1740830400000,1741780800000]", "1 Mar 2025 – 12 Mar 2025", "from=2025-03-01&to=2025-03-12", "UTC", first, last
    )
    for query in ({"from": "2025-03-01", "to": "2025-03-12"}, {"from": "2025-03-12", "to": "2025-03-01"}):
        assert choose(query, zone="Asia/Tokyo") == wanted


def test_single_day_is_noon_of_the_applications_zone():
    choice = choose({"from": "2025-03-12", "to": "2025-03-12"}, zone="Pacific/Kiritimati")
    assert (choice.key, choice.label, choice.zone) == (
        "[1741730400000,1741730400000]",
        "12 Mar 2025",
        "Pacific/Kiritimati",
    )
