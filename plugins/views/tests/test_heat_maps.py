"""From clicks and scrolls of pages to heat maps, on the dashboard and on the page."""

import json
from datetime import timedelta
from typing import Any

import pytest

from apps.accounts import tokens
from apps.applications import data
from apps.core import clock, mongo
from apps.plugin_api import states
from plugins.views import actions, documents, heat_maps
from plugins.views.heat_maps import Point
from plugins.views.tests.test_counting import visit
from plugins.views.tests.test_reading import member_with
from tests.traffic import HOUR_MS, Traffic

PAGE = "/pricing"


def action(kind: str = "click", **sent: Any) -> dict[str, Any]:
    place = {"type": kind, "x": 100, "y": 300, "width": 1280, "height": 2400, "view": PAGE, **sent}
    return {"key": "[CLY]_action", "count": 1, "segmentation": place}


@pytest.fixture
def shop(web_traffic: Traffic) -> Traffic:
    traffic = web_traffic
    start = visit("Pricing", start=1, segment="Mac")
    start["segmentation"] |= {"view": PAGE, "domain": "shop.example"}
    traffic.send("d1", begin_session=1, events=[start, action(segment="Mac"), action(segment="Mac"), action(x=700)])
    traffic.count("d2", events=[action(width=400, x=60, domain="m.example"), action("scroll", y=1200, x=None)])
    return traffic


def asked(traffic: Traffic, **more: Any) -> tuple[int, Any]:
    return traffic.ask("/o/actions", **{"view": PAGE, "period": "30days", **more})


def places(answer: tuple[int, Any]) -> list[tuple[int, int, int]]:
    assert answer[0] == 200, answer
    return sorted((one["sg"]["x"], one["sg"]["width"], one["c"]) for one in answer[1]["data"])


def test_equal_clicks_are_counted_together_and_chosen_by_width_platform_and_domain(shop: Traffic) -> None:
    assert places(asked(shop)) == [(60, 400, 1), (100, 1280, 2), (700, 1280, 1)]
    assert asked(shop)[1]["types"] == ["Mac"]
    assert asked(shop)[1]["domains"] == ["shop.example"]
    assert places(asked(shop, device={"minWidth": 0, "maxWidth": 767})) == [(60, 400, 1)]
    assert places(asked(shop, segment="Mac")) == [(100, 1280, 2)]
    assert places(asked(shop, domain="m.example")) == [(60, 400, 1)]
    assert places(asked(shop, actionType="scroll")) == [(0, 1280, 1)]
    assert places(asked(shop, view="/other")) == []
    assert places(asked(shop, period="yesterday" if clock.now().hour else "month")) in ([], places(asked(shop)))


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"view": ""}, (401, "Please provide view for which to query data")),
        ({"period": ""}, (400, "Missing request parameter: period")),
        ({"period": "rubbish"}, (400, "Bad request parameter: period")),
        ({"period": "[1,"}, (400, "Bad request parameter: period")),
        ({"period": "[true,5]"}, (400, "Bad request parameter: period")),
        ({"device": "{broken"}, (400, "Bad request parameter: device")),
        ({"device": {"minWidth": "1"}}, (400, "Bad request parameter: device")),
        ({"actionType": "jump"}, (400, "Bad request parameter: actionType")),
    ],
)
def test_bad_questions_are_told_apart(web_traffic: Traffic, more: dict[str, Any], answer: tuple[int, str]) -> None:
    assert asked(web_traffic, **more) == (answer[0], {"result": answer[1]})


def test_unusable_actions_are_dropped_with_a_reason(web_traffic: Traffic) -> None:
    bad = [action("jump"), action(view=""), action(width=0), action(x=-5), action(y="far"), action(x=10**9)]
    web_traffic.count("d1", events=bad)
    assert places(asked(web_traffic)) == []
    reasons = {drop["reason"]: drop["c"] for drop in web_traffic.documents("ingest_drops")}
    assert reasons[actions.UNUSABLE] == len(bad)


def test_further_places_are_dropped_and_old_ones_forgotten(shop: Traffic) -> None:
    update = {"$set": {"plugins.views": {"action_limit": 5, "action_days": 30}}}
    mongo.collection("apps").update_one({}, update)
    shop.count("d3", events=[action(x=1), action(x=2), action(x=2)])
    assert (1, 1280, 1) in places(asked(shop))
    reasons = {drop["reason"]: drop["c"] for drop in shop.documents("ingest_drops")}
    assert reasons["Action on a page beyond the limit of heat maps"] == 2

    old = (clock.now() - timedelta(days=31)).date()
    collection = mongo.collection(documents.actions_collection(shop.application.id))
    day = documents.day_of(old.year, old.month, old.day)
    collection.update_one({"x": 700}, {"$set": {documents.DAY: day}})
    heat_maps.forget_old()
    assert (700, 1280, 1) not in places(asked(shop, period="60days"))
    assert collection.count_documents({}) == 4

    data.clear(shop.application.id)
    assert collection.count_documents({}) == 0


def test_nothing_is_kept_while_the_plugin_is_off(web_traffic: Traffic) -> None:
    states.switch("views", False)
    web_traffic.count("d1", events=[action()])
    collection = mongo.collection(documents.actions_collection(web_traffic.application.id))
    assert collection.count_documents({}) == 0
    assert web_traffic.client.get("/views/heatmap.js").status_code == 404
    assert asked(web_traffic)[0] == 400


def test_a_page_reads_with_a_token_that_does_nothing_else(shop: Traffic) -> None:
    shop.client.force_login(shop.owner)
    address = f"/applications/{shop.application.id}/views/heat-map"
    refused = shop.client.post(address, {"action": "open", "address": "javascript:alert(1)"})
    assert (refused.status_code, refused.json()) == (400, {"error": "This is no address of a web page."})
    told = shop.client.post(address, {"action": "open", "address": "https://shop.example/pricing"}).json()
    assert told["address"] == "https://shop.example/pricing"
    passed = json.loads(told["name"].removeprefix("cly:"))
    assert (passed["purpose"], passed["app_key"], passed["url"]) == (
        "heatmap",
        shop.application.key,
        "http://testserver",
    )
    shop.client.logout()

    query = {"app_key": shop.application.key, "view": PAGE, "period": "30days"}
    headers = {"countly-token": passed["token"]}
    answer = shop.client.get("/o/actions", query, headers=headers)
    assert (answer.status_code, len(answer.json()["data"])) == (200, 3)
    assert answer["countly-token"] == passed["token"]
    assert answer["Access-Control-Expose-Headers"] == "countly-token"
    assert answer["Access-Control-Allow-Origin"] == "*"
    other = {"method": "views", "app_id": shop.application.id}
    assert shop.client.get("/o", other, headers=headers).status_code == 400
    assert shop.client.get("/o/actions", query).status_code == 400

    mongo.collection(tokens.COLLECTION).update_one({"_id": passed["token"]}, {"$set": {"ends": clock.now_s() + 60}})
    shop.client.get("/o/actions", query, headers=headers)
    assert 590 < tokens.seconds_left(passed["token"]) <= 600
    assert "heatmap" in shop.client.get("/views/heatmap.js").content.decode()


def test_members_need_the_right(shop: Traffic) -> None:
    of_views = {shop.application.id: {"all": False, "allowed": {"views": True}}}
    reader = member_with({"r": of_views}, "reader")
    other = member_with({"r": {shop.application.id: {"all": False, "allowed": {"core": True}}}}, "other")
    assert asked(shop, api_key=reader.api_key)[0] == 200
    assert asked(shop, api_key=other.api_key)[0] == 401
    assert asked(shop, api_key=other.api_key, app_id="", app_key=shop.application.key)[0] == 401


def test_the_screen_shows_clicks_and_scrolls(shop: Traffic) -> None:
    shop.client.force_login(shop.owner)
    address = f"/applications/{shop.application.id}/views/heat-map"
    response = shop.client.get(address)
    assert response["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    text = response.content.decode()
    assert "Clicks on /pricing" in text
    assert 'value="https://shop.example/pricing"' in text
    export = shop.client.get(address, {"export": "json", "device": "desktop"}).json()
    assert [(row["across"], row["clicks"], row["share"]) for row in export] == [
        ("0–10 %", 2, 66.7),
        ("50–60 %", 1, 33.3),
    ]
    depths = shop.client.get(address, {"export": "json", "kind": "scroll"}).json()
    assert [row["share"] for row in depths] == [100] * 5 + [0] * 5
    views = shop.client.get(f"/applications/{shop.application.id}/views").content.decode()
    assert f"{address}?view=%2Fpricing" in views


def test_the_page_with_most_clicks_is_shown_first(shop: Traffic) -> None:
    shop.count("d3", events=[action(view="/a"), action("scroll", view="/a"), action("scroll", view="/a", x=1)])
    shop.client.force_login(shop.owner)
    address = f"/applications/{shop.application.id}/views/heat-map"
    assert "Clicks on /pricing" in shop.client.get(address).content.decode()
    assert "Scrolling on /a" in shop.client.get(address, {"kind": "scroll"}).content.decode()
    assert "Clicks on /a" in shop.client.get(address, {"from": "2020-01-01", "to": "2020-01-02"}).content.decode()


def test_an_application_without_actions_says_how_to_send_them(web_traffic: Traffic) -> None:
    web_traffic.count("d1", begin_session=1, at_ms=clock.now_ms() - HOUR_MS)
    web_traffic.client.force_login(web_traffic.owner)
    text = web_traffic.client.get(f"/applications/{web_traffic.application.id}/views/heat-map").content.decode()
    assert "track_clicks" in text


def test_depths_and_areas() -> None:
    scrolls = [Point(0, 2400, 1280, 2400, 1), Point(0, 600, 1280, 2400, 3)]
    assert heat_maps.reached(scrolls) == [100, 100, 25, 25, 25, 25, 25, 25, 25, 25]
    assert heat_maps.reached([]) == [0] * 10
    clicks = [Point(1280, 2400, 1280, 2400, 2), Point(0, 0, 1280, 2400, 5)]
    assert heat_maps.busiest(clicks) == [(0, 0, 5), (9, 9, 2)]
    assert heat_maps.shape(clicks) == 1.875
