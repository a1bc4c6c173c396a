from datetime import date, timedelta
from typing import Any

import pytest

from apps.applications import data
from apps.applications.lifecycle import create_application
from apps.core import clock, mongo
from apps.plugin_api import states
from plugins.times_of_day import widgets
from plugins.times_of_day.screens import months_of_span
from tests.traffic import Traffic


def punched(traffic: Traffic, event: str, **asked: Any) -> dict[tuple[int, int], int]:
    """(weekday, hour) -> count, of what is not zero."""
    table = traffic.read("/o", method="times-of-day", tod_type=event, **asked)
    assert [len(row) for row in table] == [24] * 7
    return {(day, hour): n for day, row in enumerate(table) for hour, n in enumerate(row) if n}


def test_sessions_and_events_are_counted_by_the_users_clock(traffic: Traffic) -> None:
    traffic.send("d1", begin_session=1, hour=9, dow=2)
    traffic.send("d2", begin_session=1, hour=9, dow=2)
    traffic.count(
        "d1",
        events=[
            {"key": "Buy", "count": 3, "hour": 8, "dow": 1},
            {"key": "Buy", "hour": "0", "dow": "0"},
            {"key": "Buy", "hour": 0, "dow": 0},
            {"key": "Buy", "hour": 24, "dow": 1},
            {"key": "Buy", "hour": 8},
            {"key": "[CLY]_view", "hour": 8, "dow": 1},
        ],
    )

    assert punched(traffic, "[CLY]_session") == {(2, 9): 2}
    assert punched(traffic, "Buy") == {(1, 8): 3, (0, 0): 2}
    assert punched(traffic, "[CLY]_view") == {}
    assert punched(traffic, "Buy", date_range="2001:1,2001:2") == {}


def test_other_applications_count_for_themselves(traffic: Traffic) -> None:
    traffic.count("d1", begin_session=1, hour=9, dow=2)
    other = str(create_application("Other").pk)
    assert punched(traffic, "[CLY]_session", app_id=other) == {}


def test_what_cannot_be_answered_is_refused(traffic: Traffic) -> None:
    asked = {"tod_type": "Buy", "date_range": "$where"}
    assert traffic.ask("/o", method="times-of-day", **asked) == (400, {"result": "Something went wrong"})


def test_events_without_a_time_of_day_have_that_of_their_request(traffic: Traffic) -> None:
    traffic.count("d1", hour=5, dow=6, events=[{"key": "Buy"}, {"key": "Buy", "hour": 7, "dow": 1}])
    assert punched(traffic, "Buy") == {(6, 5): 1, (1, 7): 1}


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("times-of-day", False)
    traffic.count("d1", begin_session=1, hour=9, dow=2)
    assert traffic.documents("times_of_day") == []
    assert traffic.ask("/o", method="times-of-day", tod_type="x") == (400, {"result": "Invalid method"})


def test_data_goes_with_the_application(traffic: Traffic) -> None:
    traffic.count("d1", begin_session=1, hour=9, dow=2)
    assert len(traffic.documents("times_of_day")) == 1
    data.clear(traffic.application.id)
    assert traffic.documents("times_of_day") == []


def test_dashboards_show_the_card(traffic: Traffic) -> None:
    traffic.send("d1", begin_session=1, hour=9, dow=2)
    traffic.count("d1", events=[{"key": "Buy", "hour": 8, "dow": 1}])
    here = traffic.application.id
    of_event = {"data_type": "event", "events": [f"{here}***Buy"], "period": "last_3"}
    tables = [widgets.data(one, [traffic.application])[here] for one in ({}, of_event)]
    assert [(sum(map(sum, table)), table[2][9], table[1][8]) for table in tables] == [(1, 1, 0), (1, 0, 1)]
    assert widgets.choices([traffic.application]) == {f"{here}***Buy": "Buy"}
    assert widgets.implied({"events": [f"{here}***Buy"]}) == {"data_type": "event"}
    assert widgets.implied({"events": []}) == {"data_type": "session"}
    with pytest.raises(ValueError, match="one event"):
        widgets.check({"data_type": "event", "events": ["a", "b"]})


def test_the_card_is_that_of_the_chosen_months(traffic: Traffic) -> None:
    month = {"a": traffic.application.id, "s": "[CLY]_session", "d": {"2": {"9": {"count": 4}}}}
    last_month = clock.now().date().replace(day=1) - timedelta(days=1)
    mongo.collection("times_of_day").insert_one({**month, "m": f"{last_month.year}:{last_month.month}"})
    traffic.count("d1", begin_session=1, hour=9, dow=2)

    def counted(span: str) -> int | float:
        return widgets.data({"period": span}, [traffic.application])[traffic.application.id][2][9]

    assert [counted(span) for span in ("current", "previous", "last_3", "all", "")] == [1, 4, 5, 5, 5]


def test_spans_are_months() -> None:
    today = date(2025, 1, 31)
    assert months_of_span("last_3", today) == ["2025:1", "2024:12", "2024:11"]
    assert months_of_span("previous", today) == ["2024:12"]
    assert months_of_span("all", today) == []
