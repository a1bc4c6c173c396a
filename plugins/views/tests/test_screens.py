import json
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.accounts import members, permissions
from apps.analytics.questions import ask
from apps.core import clock, mongo
from apps.pipeline.flush import flush_all
from apps.plugin_api import states
from apps.plugin_api.widgets import DASHBOARD_WIDGETS, HOME_WIDGETS
from plugins.views import documents, queries, widgets
from plugins.views.removal import registry
from plugins.views.screens import overview
from plugins.views.tests.test_counting import view, visit
from tests.traffic import DAY_MS, HOUR_MS, Traffic, a_monday_ms


@pytest.fixture
def shop(traffic: Traffic) -> Traffic:
    traffic.send("d1", begin_session=1, events=[visit("<Home>", start=1, segment="iOS", color="red"), visit("Detail")])
    traffic.send("d1", events=[view("Detail", dur=8)], end_session=1)
    traffic.count("d2", begin_session=1, events=[visit("<Home>", start=1, segment="Android")])
    traffic.client.force_login(traffic.owner)
    return traffic


def page(traffic: Traffic, path: str = "views", **asked: Any) -> str:
    response = traffic.client.get(f"/applications/{traffic.application.id}/{path}", asked)
    assert response.status_code == 200
    return response.content.decode()


def post(traffic: Traffic, **sent: Any) -> int:
    return traffic.client.post(f"/applications/{traffic.application.id}/views/manage", sent).status_code


def rows(traffic: Traffic, **asked: Any) -> list[dict[str, Any]]:
    response = traffic.client.get(f"/applications/{traffic.application.id}/views", {"export": "json", **asked})
    found: list[dict[str, Any]] = response.json()
    return found


def ids(traffic: Traffic) -> dict[str, str]:
    found = mongo.collection(documents.names_collection(traffic.application.id)).find({})
    return {one["view"]: str(one["_id"]) for one in found}


def test_the_table_has_the_chosen_columns_of_the_chosen_segment(shop: Traffic) -> None:
    assert rows(shop, columns="t,br,uvc", period="30days") == [
        {"view": "<Home>", "t": 2, "br": 0, "uvc": 1},
        {"view": "Detail", "t": 1, "br": 0, "uvc": 1},
    ]
    assert rows(shop, columns="t,time", segment="platform", value="iOS") == [
        {"view": "<Home>", "t": 1, "time": 0},
    ]
    text = page(shop, period="30days", measure="time", views=ids(shop)["Detail"])
    assert "&lt;Home&gt;" in text
    assert "<Home>" not in text
    assert "1 view in the chart" in text
    assert "No views yet" not in text


def test_an_application_without_views_says_so(traffic: Traffic) -> None:
    traffic.count("d1", begin_session=1)
    traffic.client.force_login(traffic.owner)
    assert "No views yet" in page(traffic)
    assert "No views yet" in page(traffic, "views/manage")


def test_views_are_renamed_and_deleted_together(shop: Traffic) -> None:
    found = ids(shop)
    names = {f"name-{found['<Home>']}": "Start", f"name-{found['Detail']}": ""}
    assert post(shop, action="rename", **names) == 302
    stored = mongo.collection(documents.names_collection(shop.application.id)).find({})
    assert {one["view"]: one.get("display") for one in stored} == {"<Home>": "Start", "Detail": None}
    assert "Start" in page(shop, "views/manage", q="sta")
    assert "Detail" not in page(shop, "views/manage", q="sta")

    assert post(shop, action="delete", view=list(found.values())) == 302
    assert ids(shop) == {}
    assert "No views yet" in page(shop)


def test_segments_are_left_out(shop: Traffic) -> None:
    assert post(shop, action="omit", segment=["color", "unknown"]) == 302
    assert documents.omitted_in(registry(shop.application.id)) == []
    assert post(shop, action="omit", segment=["color"]) == 302
    assert documents.omitted_in(registry(shop.application.id)) == ["color"]
    assert "Not counted:" in page(shop, "views/manage")


def test_readers_change_nothing(shop: Traffic) -> None:
    rights = {**permissions.empty(), "r": {shop.application.id: {"all": False, "allowed": {"views": True}}}}
    reader = members.create_member(
        full_name="Reader", username="reader", email="r@example.com", password="Correct-Horse-1", permission=rights
    )
    shop.client.force_login(reader)
    text = page(shop, "views/manage")
    assert 'name="view"' not in text
    for action in ("rename", "delete", "omit"):
        assert post(shop, action=action) == 403
    assert page(shop, "sessions/views-per-session")
    outsider = members.create_member(
        full_name="Outsider", username="outsider", email="o@example.com", password="Correct-Horse-1"
    )
    shop.client.force_login(outsider)
    for path in ("views", "views/manage", "sessions/views-per-session"):
        assert shop.client.get(f"/applications/{shop.application.id}/{path}").status_code in (403, 404)


def test_sessions_are_shown_by_their_views(shop: Traffic) -> None:
    address = f"/applications/{shop.application.id}/sessions/views-per-session"
    found = shop.client.get(address, {"export": "json", "period": "30days"}).json()
    assert [row["t"] for row in found] == [1, 0, 0, 0, 0, 0, 0, 0]
    assert found[0]["title"] == "1–2 views"


def test_the_home_page_and_dashboards_show_views(shop: Traffic) -> None:
    home = HOME_WIDGETS.get("views-dashboard-widget")
    assert home is not None
    found = home.figures(shop.application, "30days")["tiles"]
    assert [(tile.id, tile.value, tile.previous) for tile in found] == [
        ("t", 3, None), ("uvc", 2, None), ("br", 0, None),
    ]  # fmt: skip
    shop.count("d1", at_ms=clock.now_ms() - 40 * DAY_MS, begin_session=1, events=[visit("Home", start=1)])
    assert home.figures(shop.application, "30days")["tiles"][0].previous == 1
    text = page(shop, "overview")
    assert ("Total visits" in text, "from 1" in text) == (True, True)

    kind = DASHBOARD_WIDGETS.get("views")
    assert kind is not None
    data = kind.data({"metrics": ["t", "d"], "custom_period": "30days"}, [shop.application])
    assert [(row["view"], row["t"], row["d"]) for row in data["chartData"]] == [("<Home>", 2, 0), ("Detail", 1, 8)]
    part = widgets.part_of_dashboard({"metrics": ["t", "d"]}, [shop.application])
    assert [(row["display"], row["t"]) for row in part.rows] == [("<Home>", 2), ("Detail", 1)]
    assert [column.key for column in part.columns] == ["display", "t", "d"]
    assert kind.check is not None
    for wrong in ({}, {"metrics": []}, {"metrics": ["$where"]}, {"metrics": [{}]}):
        with pytest.raises(ValueError, match="metrics must be"):
            kind.check(wrong)


def test_screens_of_a_plugin_that_is_off_are_gone(shop: Traffic) -> None:
    states.switch("views", False)
    for path in ("views", "views/manage", "sessions/views-per-session"):
        assert shop.client.get(f"/applications/{shop.application.id}/{path}").status_code == 404
    assert "Total visits" not in page(shop, "overview")


def test_a_view_has_no_more_users_than_the_application(traffic: Traffic) -> None:
    """Weeks of views overlap with the ends of a range: estimates of users would be above them."""
    start_ms = a_monday_ms() + 3 * DAY_MS
    for day in range(6):
        at_ms = start_ms + day * DAY_MS + HOUR_MS
        traffic.send("d1", at_ms=at_ms, begin_session=1, events=[visit("Home", start=1)])
        traffic.send("d1", at_ms=at_ms + 1000, end_session=1)
    flush_all()
    asked = [start_ms, start_ms + 6 * DAY_MS - 1]
    question = ask(traffic.application, asked)
    [estimated] = queries.figures(traffic.application.id, queries.units_of(question.period, question.now_ms)).values()
    assert estimated.users > 1
    [row] = widgets.of_dashboard({"custom_period": json.dumps(asked), "metrics": ["u", "t"]}, [traffic.application])[
        "chartData"
    ]
    assert (row["u"], row["t"]) == (1, 6)
    traffic.client.force_login(traffic.owner)
    query = {
        name: datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()
        for name, ms in zip(("from", "to"), asked, strict=True)
    }
    assert "Estimated: unique users" in page(traffic, **query)
    assert [(one["u"], one["t"]) for one in rows(traffic, **query)] == [(1, 6)]


def test_the_chart_counts_users_of_a_week_once(traffic: Traffic) -> None:
    monday_ms = a_monday_ms()
    for day in (0, 1, 7):
        at_ms = monday_ms + day * DAY_MS + HOUR_MS
        traffic.send("d1", at_ms=at_ms, begin_session=1, events=[visit("Home", start=1, color="red")])
        traffic.send("d1", at_ms=at_ms + 1000, events=[view("Home", dur=10 + day)], end_session=1)
    traffic.count("d2", at_ms=monday_ms + HOUR_MS, begin_session=1, events=[visit("Home", start=1, color="blue")])
    question = ask(traffic.application, [monday_ms - 14 * DAY_MS, monday_ms + 14 * DAY_MS - 1], step="week")
    [home] = queries.names(traffic.application.id)

    def line(measure: str, segment: str = documents.NO_SEGMENT, value: str = "") -> list[Any]:
        tree = queries.trees(traffic.application.id, [home], question.period, segment, step=question.step)[home]
        return overview._line_of_groups(tree, question, measure, value)[0]

    assert {name: line(name) for name in ("t", "u", "n", "time")} == {
        "t": [0, 0, 3, 1], "u": [0, 0, 2, 1], "n": [0, 0, 2, 0], "time": [0, 0, 7, 17],
    }  # fmt: skip
    assert [line(name, "color", "red") for name in ("t", "u")] == [[0, 0, 2, 1], [0, 0, 1, 1]]
    traffic.client.force_login(traffic.owner)
    shown = page(traffic, period=f"[{monday_ms - 14 * DAY_MS},{monday_ms + 14 * DAY_MS - 1}]", by="week")
    assert "by=week" in shown
