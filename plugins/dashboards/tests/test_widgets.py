from collections.abc import Mapping
from typing import Any

import pytest

from apps.accounts.models import Member
from apps.applications import data
from apps.applications.lifecycle import create_application
from apps.core import mongo
from apps.plugin_api.widgets import DASHBOARD_WIDGETS, DashboardWidget
from plugins.dashboards import layout
from plugins.dashboards.tests.people import reader_of
from tests.traffic import Traffic

SESSION = {"widget_type": "analytics", "data_type": "session"}
TECHNOLOGY = {"widget_type": "analytics", "data_type": "technology", "breakdowns": ["platforms"]}
NOTE = {"widget_type": "note", "apps": []}


@pytest.fixture
def board(traffic: Traffic) -> str:
    answer: str = traffic.read("/i/dashboards/create", name="Board", share_with="none")
    return answer


def add(traffic: Traffic, board: str, widget: Mapping[str, Any], **more: Any) -> str:
    sent = {"apps": [traffic.application.id], **widget}
    answer: str = traffic.read("/i/dashboards/add-widget", dashboard_id=board, widget=sent, **more)
    return answer


def figures(traffic: Traffic, board: str, widget: Mapping[str, Any], **more: Any) -> Any:
    """What a widget shows of the application."""
    found = traffic.read("/o/dashboard/data", dashboard_id=board, widget_id=add(traffic, board, widget), **more)
    assert found["dashData"]["isValid"] is True
    return found["dashData"]["data"][traffic.application.id]


def test_sessions_in_every_shape(traffic: Traffic, board: str) -> None:
    traffic.send("d1", begin_session=1)
    traffic.send("d1", begin_session=1)
    traffic.count("d2", begin_session=1)
    steps = traffic.read("/o/analytics/sessions", period="7days")
    today = next(step["_id"] for step in steps if step["t"])

    over_time = figures(traffic, board, {**SESSION, "visualization": "time-series"}, period="7days")
    assert {step: found for step, found in over_time.items() if found["t"]} == {today: {"t": 3, "u": 2, "n": 2}}
    assert list(over_time) == [step["_id"] for step in steps]
    numbers = figures(traffic, board, {**SESSION, "visualization": "number", "metrics": ["t", "u"]}, period="7days")
    assert {name: (found["total"], sum(found["sparkline"])) for name, found in numbers.items()} == {
        "t": (3, 3),
        "u": (2, 2),
    }
    bars = figures(traffic, board, {**SESSION, "visualization": "bar-chart"}, period="7days")
    assert bars == [{"name": today, "value": 3, "percent": 100}]
    table = figures(traffic, board, {**SESSION, "visualization": "table", "metrics": ["n"]}, period="7days")
    assert [row for row in table if row["n"]] == [{"_id": today, "n": 2}]
    users = {"widget_type": "analytics", "data_type": "user-analytics", "visualization": "number"}
    assert {name: row["total"] for name, row in figures(traffic, board, users).items()} == {"u": 2, "n": 2, "r": 0}


def test_values_in_every_shape(traffic: Traffic, board: str) -> None:
    traffic.send("d1", begin_session=1, metrics={"_os": "iOS"})
    traffic.send("d1", begin_session=1, metrics={"_os": "iOS"})
    traffic.count("d2", begin_session=1, metrics={"_os": "Android"})

    bars = figures(traffic, board, {**TECHNOLOGY, "visualization": "bar-chart", "metrics": ["t"]})
    assert bars == {
        "total": {"t": 3},
        "graph": [{"name": "iOS", "value": 2}, {"name": "Android", "value": 1}],
    }
    table = figures(traffic, board, {**TECHNOLOGY, "visualization": "table", "metrics": ["t", "u"]})
    assert [(row["name"], row["t"], row["u"]) for row in table] == [("iOS", 2, 1), ("Android", 1, 1)]
    stacked = {**TECHNOLOGY, "visualization": "time-series", "metrics": ["t"]}
    assert [step for step in figures(traffic, board, stacked).values() if step["iOS"]] == [{"iOS": 2, "Android": 1}]
    shares = figures(traffic, board, {**stacked, "displaytype": "percentage"})
    assert [step for step in shares.values() if step["iOS"]] == [{"iOS": 66.7, "Android": 33.3}]


def test_events_of_several_applications(traffic: Traffic, board: str) -> None:
    other = str(create_application("Other").pk)
    traffic.count("d1", events=[{"key": "Buy", "count": 2, "sum": 5}])
    here = traffic.application.id
    widget = {"widget_type": "events", "apps": [here, other], "events": [f"{here}***Buy", f"{other}***Buy"]}
    found = traffic.read(
        "/o/dashboard/data", dashboard_id=board, widget_id=add(traffic, board, {**widget, "visualization": "number"})
    )["dashData"]["data"]
    assert {one: found[one]["Buy"]["c"]["total"] for one in (here, other)} == {here: 2, other: 0}
    assert found["naming"] == {here: {"Buy": "Traffic: Buy"}, other: {"Buy": "Other: Buy"}}


def test_a_period_of_its_own_wins(traffic: Traffic, board: str) -> None:
    asked = {**SESSION, "visualization": "time-series", "custom_period": "yesterday"}
    assert len(figures(traffic, board, asked, period="7days")) == 24
    assert len(figures(traffic, board, {**asked, "custom_period": [1741780800000, 1741953600000]})) == 3
    assert len(figures(traffic, board, {**asked, "custom_period": False}, period="7days")) == 7


def test_a_widget_shows_only_what_the_owner_may_see(traffic: Traffic, board: str) -> None:
    hidden = str(create_application("Hidden").pk)
    owner = reader_of("owner", traffic.application.id, features={"core": True})
    asked = {"api_key": owner.api_key, "dashboard_id": None}
    asked["dashboard_id"] = traffic.read("/i/dashboards/create", api_key=owner.api_key, name="x", share_with="none")

    def shown(widget: Mapping[str, Any]) -> tuple[list[str], Any]:
        widget_id = traffic.read("/i/dashboards/add-widget", **asked, widget=widget)
        found = traffic.read("/o/dashboard/data", **asked, widget_id=widget_id)
        return found["apps"], found["dashData"]

    apps, found = shown({**SESSION, "apps": [hidden, traffic.application.id], "visualization": "number"})
    assert (apps, list(found["data"])) == ([traffic.application.id], [traffic.application.id])
    event = {"widget_type": "events", "apps": [traffic.application.id], "events": [f"{traffic.application.id}***Buy"]}
    assert shown(event) == ([], {"isValid": False, "data": {}})

    kept = traffic.read("/i/dashboards/add-widget", **asked, widget={**SESSION, "apps": [traffic.application.id]})
    Member.objects.filter(pk=owner.pk).update(permission={"_": {"a": [], "u": []}, "c": {}, "r": {}, "u": {}, "d": {}})
    later = traffic.read("/o/dashboard/data", **asked, widget_id=kept)
    assert later["dashData"] == {"isValid": False, "data": {}}


def test_notes_keep_links_only(traffic: Traffic, board: str) -> None:
    html = "<a href='https://example.com' onclick='x()'>plan</a><script>x()</script><img src=x onerror=x()>"
    widget = add(traffic, board, {**NOTE, "contenthtml": html})
    stored = mongo.collection("widgets").find_one({})
    assert stored is not None
    assert stored["contenthtml"] == '<a href="https://example.com" rel="noopener noreferrer">plan</a>'
    traffic.read(
        "/i/dashboards/update-widget", dashboard_id=board, widget_id=widget, widget={"contenthtml": "<b>bold</b>"}
    )
    changed = mongo.collection("widgets").find_one({})
    assert changed is not None
    assert changed["contenthtml"] == "bold"


UNFIT: list[Any] = [
    "no json",
    [],
    {},
    {"widget_type": "note"},
    {"apps": []},
    {**NOTE, "apps": [{"$gt": ""}]},
    {**NOTE, "title": {"$set": 1}},
    {**NOTE, "$set": {"owner_id": "x"}},
    {**NOTE, "a.b": 1},
    {**NOTE, "position": [1]},
    {**NOTE, "position": [-1, 0]},
    {**NOTE, "size": "large"},
    {**NOTE, "contenthtml": "x" * 70_000},
    {**NOTE, "widget_type": "events", "events": ["Buy"]},
    {**NOTE, "widget_type": "analytics", "data_type": "technology"},
]


def test_looks_that_are_none_are_refused(traffic: Traffic, board: str) -> None:
    for looks in ({"bar_color": "red"}, {"bar_color": ["1"]}, {"labels": [1]}, {"labels": ["x"] * 99}):
        widget = {"widget_type": "note", "apps": [], **looks}
        answer = traffic.ask("/i/dashboards/add-widget", dashboard_id=board, widget=widget)
        assert answer == (400, {"result": "Invalid parameter: widget"})


def test_widgets_that_are_none_are_refused(traffic: Traffic, board: str) -> None:
    for sent in UNFIT:
        status, answer = traffic.ask("/i/dashboards/add-widget", dashboard_id=board, widget=sent)
        assert (status, answer["result"][:19]) == (400, "Invalid parameter: "), sent
    assert mongo.collection("widgets").count_documents({}) == 0


def test_a_kind_that_fails_or_is_unknown_has_no_data(traffic: Traffic, board: str) -> None:
    def fail(widget: Mapping[str, Any], applications: list[Any]) -> Any:
        raise RuntimeError("broken")

    DASHBOARD_WIDGETS.register("broken", DashboardWidget("Broken", fail), plugin="test")
    try:
        for kind in ("broken", "nobody-knows"):
            add(traffic, board, {"widget_type": kind})
        add(traffic, board, {**NOTE, "contenthtml": "here"})
        found = traffic.read("/o/dashboards", dashboard_id=board)["widgets"]
    finally:
        DASHBOARD_WIDGETS.withdraw("test")
    assert [one["dashData"]["isValid"] for one in found] == [False, False, True]


def test_the_grid_tells_where_widgets_stand(traffic: Traffic, board: str) -> None:
    first = add(traffic, board, NOTE)
    second = add(traffic, board, {**NOTE, "position": [6, 0], "size": [3, 2]})
    assert traffic.read("/o/dashboards/widget-layout", dashboard_id=board) == [
        {"_id": first, "position": [0, 0], "size": [6, 2]},
        {"_id": second, "position": [6, 0], "size": [3, 2]},
    ]


@pytest.mark.parametrize(
    ("widget", "size"),
    [
        (SESSION, [6, 4]),
        ({**SESSION, "visualization": "number"}, [6, 2]),
        ({**SESSION, "visualization": "table"}, [6, 5]),
        (NOTE, [6, 2]),
    ],
)
def test_a_new_widget_is_as_large_as_what_it_shows(
    traffic: Traffic, board: str, widget: dict[str, Any], size: list[int]
) -> None:
    added = add(traffic, board, widget)
    assert traffic.read("/o/dashboards/widget-layout", dashboard_id=board) == [
        {"_id": added, "position": [0, 0], "size": size}
    ]


def test_widgets_stand_at_the_first_place_behind_the_one_before() -> None:
    sizes = [[4, 4], [4, 2], [4, 1], [8, 1], [12, 1], [2, 2]]
    places = layout.packed([{"_id": index, "size": size} for index, size in enumerate(sizes)])
    assert [place["position"] for place in places.values()] == [[0, 0], [4, 0], [8, 0], [4, 2], [0, 4], [0, 5]]


def test_widgets_go_with_their_application(traffic: Traffic, board: str) -> None:
    other = str(create_application("Other").pk)
    here = traffic.application.id
    add(traffic, board, SESSION)
    both = add(
        traffic,
        board,
        {"widget_type": "events", "apps": [here, other], "events": [f"{here}***Buy", f"{other}***Buy"]},
    )
    note = add(traffic, board, NOTE)

    data.delete(here)
    stored = {str(one["_id"]): one for one in mongo.collection("widgets").find({})}
    assert set(stored) == {both, note}
    assert (stored[both]["apps"], stored[both]["events"]) == ([other], [f"{other}***Buy"])
    kept = mongo.collection("dashboards").find_one({})
    assert kept is not None
    assert [str(one) for one in kept["widgets"]] == [both, note]
