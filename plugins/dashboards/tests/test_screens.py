import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from apps.applications.lifecycle import create_application
from apps.applications.lookup import fresh_by_ids
from apps.core import mongo
from apps.plugin_api.widgets import DASHBOARD_WIDGETS, DashboardWidget
from plugins.dashboards.tests.people import reader_of
from tests.traffic import Traffic


@pytest.fixture
def board(traffic: Traffic) -> str:
    traffic.client.force_login(traffic.owner)
    answer: str = traffic.read("/i/dashboards/create", name="Launch", share_with="none")
    return answer


def address(traffic: Traffic, board: str = "") -> str:
    return f"/applications/{traffic.application.id}/dashboards{'/' + board if board else ''}"


def page(traffic: Traffic, board: str = "", **query: str) -> str:
    answer = traffic.client.get(address(traffic, board), query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(traffic: Traffic, board: str, **sent: Any) -> str:
    """Where it leads."""
    answer = traffic.client.post(address(traffic, board), sent)
    assert answer.status_code == 302
    return str(answer["Location"])


def stored() -> list[dict[str, Any]]:
    return list(mongo.collection("widgets").find({}))


def add(traffic: Traffic, board: str, widget: Mapping[str, Any]) -> str:
    sent = {"apps": [traffic.application.id], **widget}
    answer: str = traffic.read("/i/dashboards/add-widget", dashboard_id=board, widget=sent)
    return answer


def test_a_dashboard_is_made_shared_copied_and_deleted(traffic: Traffic) -> None:
    traffic.client.force_login(traffic.owner)
    reader = reader_of("looker", traffic.application.id)
    assert "No dashboards yet" in page(traffic)
    made = post(
        traffic, "", action="create", name="Team", share_with="selected-users", view="looker@example.com", minutes="10"
    )
    board = made.rsplit("/", 1)[1]
    (found,) = mongo.collection("dashboards").find({})
    assert (found["name"], found["shared_email_view"], found["refreshRate"]) == ("Team", ["looker@example.com"], 600)
    assert "Nothing on this dashboard yet" in page(traffic, board)

    traffic.client.force_login(reader)
    assert "Add a widget" not in page(traffic, board)
    post(traffic, board, action="delete")
    post(traffic, board, action="save", name="Mine", share_with="none")
    assert mongo.collection("dashboards").find_one({}) == found
    post(traffic, board, action="duplicate")
    assert mongo.collection("dashboards").find_one({"owner_id": str(reader.pk)}, {"name": 1, "_id": 0}) == {
        "name": "Copy of Team"
    }
    assert traffic.client.get(f"/dashboards/{board}")["Location"].endswith(made)

    traffic.client.force_login(traffic.owner)
    assert post(traffic, board, action="delete") == address(traffic)
    assert ">Team</a>" not in page(traffic)


def test_who_is_not_named_finds_nothing(traffic: Traffic, board: str) -> None:
    widget = add(traffic, board, {"widget_type": "note", "contenthtml": "secret"})
    traffic.client.force_login(reader_of("outsider", traffic.application.id))
    assert traffic.client.get(address(traffic, board)).status_code == 404
    assert "Launch" not in page(traffic)
    for action in ("save", "duplicate", "delete", "save_widget", "remove_widget", "arrange"):
        sent = {"action": action, "name": "x", "share_with": "none", "widget_id": widget, "change": "wider"}
        traffic.client.post(address(traffic, board), sent)
    assert mongo.collection("dashboards").count_documents({"name": "Launch"}) == 1
    assert mongo.collection("dashboards").count_documents({}) == 1
    assert [(one["contenthtml"], one["size"]) for one in stored()] == [("secret", [6, 2])]


def test_widgets_of_every_kind_and_shape_are_shown(traffic: Traffic, board: str) -> None:
    here = traffic.application.id
    traffic.count("d1", begin_session=1, metrics={"_os": "iOS"}, events=[{"key": "Buy", "count": 3}])
    shapes = ("time-series", "number", "bar-chart", "table", "pie-chart")
    kinds: list[dict[str, Any]] = [
        {"widget_type": "analytics", "data_type": "session"},
        {"widget_type": "analytics", "data_type": "user-analytics"},
        {"widget_type": "analytics", "data_type": "technology", "breakdowns": ["platforms"]},
        {"widget_type": "events", "events": [f"{here}***Buy"]},
    ]
    ids = [add(traffic, board, {**kind, "visualization": shape}) for kind in kinds for shape in shapes]
    ids.append(
        add(traffic, board, {"widget_type": "note", "contenthtml": "<b>Read</b> <a href='https://x.org'>this</a>"})
    )
    lost = add(traffic, board, {"widget_type": "nobody-knows"})

    shown = page(traffic, board)
    assert [one for one in ids if f'id="widget-{one}"' not in shown] == []
    assert 'Read <a href="https://x.org" rel="noopener noreferrer">this</a>' in shown
    assert shown.count("could not be read") == 0
    assert shown.count("Nothing shows widgets of this kind") == 1
    assert f'id="widget-{lost}"' in shown

    table = ids[3]
    exported = traffic.client.get(address(traffic, board), {"export": "csv", "table": f"widget-{table}"})
    assert exported.status_code == 200
    assert b"".join(exported.streaming_content if exported.streaming else [exported.content]).count(b"\n") >= 30


def test_a_kind_of_a_plugin_needs_only_data(traffic: Traffic, board: str) -> None:
    kind = DashboardWidget("Plain", lambda widget, applications: {one.name: 4711 for one in applications})
    DASHBOARD_WIDGETS.register("plain", kind, plugin="test")
    try:
        add(traffic, board, {"widget_type": "plain"})
        shown = page(traffic, board)
    finally:
        DASHBOARD_WIDGETS.withdraw("test")
    assert "4711" in shown


def test_a_kind_may_have_spans_of_its_own(traffic: Traffic, board: str) -> None:
    kind = DashboardWidget(
        "Spanned",
        lambda widget, applications: {"span": f"told of {widget.get('period')}"},
        spans={"all": "All time", "last": "Last month"},
        events=lambda applications: {f"{applications[0].id}***Buy": "Buy"},
        implied=lambda chosen: {"data_type": "event" if chosen.get("events") else "session"},
    )
    DASHBOARD_WIDGETS.register("spanned", kind, plugin="test")
    try:
        here = traffic.application.id
        assert '<option value="all" selected>' in page(traffic, board, widget="new", kind="spanned")
        post(traffic, board, action="save_widget", kind="spanned", apps=[here], period="last")
        (widget,) = stored()
        assert (widget["period"], widget["data_type"], "custom_period" in widget) == ("last", "session", False)
        shown = page(traffic, board)
        assert ("Last month" in shown, "told of last" in shown) == (True, True)
        changed = {"apps": [here], "period": "30days", "events": [f"{here}***Buy"]}
        post(traffic, board, action="save_widget", widget_id=str(widget["_id"]), **changed)
        (widget,) = stored()
        assert (widget["period"], widget["data_type"]) == ("", "event")
        assert "All time" in page(traffic, board)
    finally:
        DASHBOARD_WIDGETS.withdraw("test")


def test_addresses_in_notes_become_links(traffic: Traffic, board: str) -> None:
    text = (
        "See https://a.example/x?y=1&z=2. And [the <b>plan</b>](https://b.example/p), [mail](mailto:c@d.example),"
        ' [no](javascript:alert(1)) <a href="https://e.example">kept https://f.example</a>'
    )
    post(traffic, board, action="save_widget", kind="note", html=text)
    (note,) = stored()
    links = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', note["contenthtml"])
    assert links == [
        ("https://a.example/x?y=1&amp;z=2", "https://a.example/x?y=1&amp;z=2"), ("https://b.example/p", "the plan"),
        ("mailto:c@d.example", "mail"), ("https://e.example", "kept https://f.example"),
    ]  # fmt: skip
    assert ("</a>. And" in note["contenthtml"], "[no](javascript:alert(1))" in note["contenthtml"]) == (True, True)


def test_a_widget_of_events_is_not_saved_without_one(traffic: Traffic, board: str) -> None:
    sent = {"action": "save_widget", "kind": "events", "apps": [traffic.application.id], "visualization": "number"}
    answer = traffic.client.post(address(traffic, board), sent, follow=True)
    assert "Choose at least one event." in answer.content.decode()
    assert stored() == []


@pytest.mark.parametrize("period", [[10**17, 10**18], [0, 1e300], {"a": 1}, "nonsense"], ids=str)
def test_a_widget_with_a_period_that_is_none_takes_only_itself_away(traffic: Traffic, board: str, period: Any) -> None:
    for title, more in (("Odd", {"custom_period": period}), ("Right", {})):
        add(traffic, board, {"widget_type": "analytics", "data_type": "session", "title": title, **more})
    assert "Right" in page(traffic, board)
    assert traffic.ask("/o/dashboards", dashboard_id=board)[0] == 200


def test_forms_add_change_and_remove_widgets(traffic: Traffic, board: str) -> None:
    here = traffic.application.id
    assert "Countries and languages" in page(traffic, board, widget="new")
    form = page(traffic, board, widget="new", kind="session")
    assert re.search(rf'value="{here}" checked', form)
    post(
        traffic,
        board,
        action="save_widget",
        kind="session",
        title="Today",
        apps=[here, "5f8c6f2e1b2c3d4e5f607182"],
        visualization="number",
        metrics=["t", "nonsense"],
        period="hour",
    )
    (widget,) = stored()
    del widget["_id"]
    assert widget == {
        "title": "Today",
        "widget_type": "analytics",
        "data_type": "session",
        "feature": "core",
        "apps": [here],
        "app_count": "single",
        "visualization": "number",
        "metrics": ["t"],
        "custom_period": "hour",
        "position": [0, 0],
        "size": [6, 2],
    }
    widget_id = str(stored()[0]["_id"])
    assert 'value="Today"' in page(traffic, board, widget=widget_id)
    post(traffic, board, action="save_widget", widget_id=widget_id, title="Now", apps=[here], visualization="table")
    (changed,) = stored()
    assert (changed["title"], changed["visualization"], changed["metrics"]) == ("Now", "table", [])

    post(traffic, board, action="remove_widget", widget_id=widget_id)
    assert stored() == []


def test_buttons_arrange_the_widgets(traffic: Traffic, board: str) -> None:
    first, second = (add(traffic, board, {"widget_type": "note", "title": name}) for name in "ab")

    def change(widget_id: str, how: str) -> dict[str, tuple[list[int], list[int]]]:
        post(traffic, board, action="arrange", widget_id=widget_id, change=how)
        return {one["title"]: (one["position"], one["size"]) for one in stored()}

    assert change(first, "wider") == {"a": ([0, 0], [7, 2]), "b": ([0, 2], [6, 2])}
    assert change(second, "left") == {"b": ([0, 0], [6, 2]), "a": ([0, 2], [7, 2])}
    assert change(first, "narrower") == {"b": ([0, 0], [6, 2]), "a": ([6, 0], [6, 2])}
    assert "Move a forward" in page(traffic, board, arrange="1")


def test_a_pointer_puts_widgets_to_places_and_sizes(traffic: Traffic, board: str) -> None:
    first, *_others = (add(traffic, board, {"widget_type": "note", "title": name}) for name in "abc")

    def drop(**to: str) -> dict[str, tuple[list[int], list[int]]]:
        post(traffic, board, action="arrange", widget_id=first, **to)
        return {one["title"]: (one["position"], one["size"]) for one in stored()}

    assert drop(place="2") == {"b": ([0, 0], [6, 2]), "c": ([6, 0], [6, 2]), "a": ([0, 2], [6, 2])}
    assert drop(place="", columns="99", rows="5")["a"] == ([0, 2], [12, 5])
    assert drop(place="1", columns="", rows="") == {
        "b": ([0, 0], [6, 2]),
        "a": ([0, 2], [12, 5]),
        "c": ([0, 7], [6, 2]),
    }
    before = stored()
    for nonsense in ({"place": "-1"}, {"place": "x"}, {}, {"columns": "4"}):
        drop(**nonsense)
    assert stored() == before


def test_lines_have_the_names_and_colors_that_people_gave_them(traffic: Traffic, board: str) -> None:
    here = traffic.application.id
    widget = add(
        traffic,
        board,
        {
            "widget_type": "analytics",
            "data_type": "session",
            "visualization": "time-series",
            "metrics": ["t", "n"],
            "labels": ["Visits"],
            "bar_color": [3],
        },
    )
    shown = page(traffic, board)
    assert '<li class="color-2">Visits</li>' in shown
    assert '<li class="color-1">New users</li>' in shown
    data = json.loads(re.findall(r'<script id="widget-[^>]*>(.*?)</script>', shown)[0])
    assert [(line["title"], line.get("color")) for line in data["series"]] == [("Visits", 2), ("New users", None)]
    form = page(traffic, board, widget=widget)
    assert 'value="Visits"' in form
    assert '<option value="3" selected>' in form

    sent = {"label": ["", "Fresh", *[""] * 4], "color": ["", "8", *[""] * 4]}
    post(traffic, board, action="save_widget", widget_id=widget, apps=[here], metrics=["t", "n"], **sent)
    (changed,) = stored()
    assert changed["labels"] == ["", "Fresh", "", "", "", ""]
    assert changed["bar_color"] == [None, 8, None, None, None, None]
    shown = page(traffic, board)
    assert '<li class="color-0">Sessions</li>' in shown
    assert '<li class="color-7">Fresh</li>' in shown


def test_values_of_several_applications_stand_side_by_side(traffic: Traffic, board: str) -> None:
    other = Traffic.__new__(Traffic)
    other.__dict__ |= traffic.__dict__
    made = create_application("Other", timezone="Atlantic/Reykjavik")
    other.application = fresh_by_ids([str(made.pk)])[str(made.pk)]
    traffic.count("d1", begin_session=1, metrics={"_os": "iOS"})
    other.count("d1", begin_session=1, metrics={"_os": "iOS"})
    other.count("d2", begin_session=1, metrics={"_os": "Android"})
    kind = {"widget_type": "analytics", "data_type": "technology", "breakdowns": ["platforms"], "metrics": ["t"]}
    both = [traffic.application.id, other.application.id]
    table, bars, line = (
        add(traffic, board, {**kind, "apps": both, "visualization": shape})
        for shape in ("table", "pie-chart", "time-series")
    )
    query = {"export": "json", "table": f"widget-{table}"}
    rows = traffic.client.get(address(traffic, board), query).json()
    assert rows == [{"name": "iOS", "app0": 1, "app1": 1}, {"name": "Android", "app0": 0, "app1": 1}]
    shown = page(traffic, board)
    found = {
        widget: json.loads(re.findall(rf'<script id="widget-{widget}-data"[^>]*>(.*?)</script>', shown)[0])
        for widget in (bars, line)
    }
    assert found[bars]["labels"] == ["iOS", "Android"]
    assert [(one["title"], one["values"]) for one in found[bars]["series"]] == [("Traffic", [1, 0]), ("Other", [1, 1])]
    names = {one["title"] for one in found[line]["series"]}
    assert names == {"Traffic: iOS", "Other: iOS", "Other: Android"}


def test_the_page_names_all_applications_to_listen_to(traffic: Traffic, board: str) -> None:
    other = str(create_application("Other").pk)
    add(
        traffic,
        board,
        {"widget_type": "analytics", "data_type": "session", "apps": [traffic.application.id, other]},
    )
    shown = page(traffic, board)
    assert f'data-lines="/ws/applications/{other}/"' in shown
    assert "Traffic, Other" in shown
