"""What screens of figures offer beyond their figures: choices, maps, files, configuration."""

import json
import re
from datetime import date
from typing import Any

import pytest

from apps.accounts import permissions
from apps.accounts.members import create_member
from apps.applications import lookup
from apps.core import clock, mongo
from apps.pipeline.flush import flush_all
from apps.shell.periods import day_of, moment_ms
from tests.traffic import Traffic

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(traffic: Traffic) -> Traffic:
    now_ms = clock.now_ms()
    for number, (system, version, city) in enumerate(
        [("Android", "14", "Berlin"), ("Android", "15", "München"), ("iOS", "18.1", "Nowhere am See")]
    ):
        traffic.send(
            f"d{number}",
            at_ms=now_ms - 60_000 * number,
            begin_session=1,
            metrics={"_os": system, "_os_version": version},
            country_code="DE",
            city=city,
            events=[{"key": "Purchase", "count": 1, "sum": 9.5}, {"key": "Search", "count": 2}],
        )
    traffic.count("d3", at_ms=now_ms, begin_session=1, country_code="JP", city="Tokyo")
    traffic.client.force_login(traffic.owner)
    return traffic


def page(traffic: Traffic, path: str, **query: str) -> str:
    address = f"/applications/{traffic.application.id}/{path}"
    answer = traffic.client.get(address, query if "from" in query else {"period": "7days", **query})
    assert answer.status_code == 200
    return answer.content.decode()


def data_of(text: str, part: str) -> Any:
    return json.loads(re.findall(rf'id="{part}-data" type="application/json">(.*?)</script>', text)[0])


def names_in(text: str, part: str) -> list[str]:
    section = text.partition(f'id="{part}"')[2].partition("</section>")[0]
    return re.findall(r'<th scope="row" dir="auto" title="(.*?)"', section)


def test_versions_of_one_platform(shop: Traffic) -> None:
    assert sorted(names_in(page(shop, "technology"), "versions")) == ["Android 14", "Android 15", "iOS 18.1"]
    text = page(shop, "technology", platform="Android")
    assert sorted(names_in(text, "versions")) == ["Android 14", "Android 15"]
    assert sorted(line["title"] for line in data_of(text, "over-time")["series"]) == ["Android 14", "Android 15"]


def test_cities_lie_on_the_map_where_the_list_knows_them(shop: Traffic) -> None:
    text = page(shop, "geo/cities")
    assert 'data-chart="points"' in text
    points = {point["name"]: [round(number) for number in point["at"]] for point in data_of(text, "map")["points"]}
    assert points == {"Berlin": [13, 53], "München": [12, 48]}
    assert sorted(names_in(text, "table")) == ["Berlin", "München", "Nowhere am See"]


def test_the_own_country_leads_to_its_cities(shop: Traffic) -> None:
    text = page(shop, "geo")
    cities = f"/applications/{shop.application.id}/geo/cities?period=7days"
    assert 'data-chart="map"' in text
    hrefs = {region["name"]: region["href"] for region in data_of(text, "map")["regions"]}
    assert hrefs == {"Germany": cities, "Japan": ""}


def test_a_chart_is_saved_as_a_file(shop: Traffic) -> None:
    answer = shop.client.get(
        f"/applications/{shop.application.id}/users", {"period": "7days", "export": "json", "table": "figures"}
    )
    rows = json.loads(answer.content)
    assert (len(rows), rows[-1]["users"], rows[-1]["users_before"]) == (7, 4, 0)
    refused = shop.client.get(f"/applications/{shop.application.id}/users", {"export": "csv", "table": "no"})
    assert refused.status_code == 404


def test_name_and_columns_of_a_file_are_asked_for(shop: Traffic) -> None:
    """Every column is offered, those that are shown are ticked; what else the address says stays as it is."""
    address = f"/applications/{shop.application.id}/technology"
    asked = {"period": "7days", "columns": "u", "save": "table"}
    form = shop.client.get(address, asked, headers={"HX-Request": "true"}).content.decode()
    assert re.search(r'name="file" value="Platforms - Traffic \(.* - .* 20\d\d\)"', form)
    assert re.findall(r'name="fields" value="(\w+)"( checked)?', form) == [
        ("name", ""),
        ("t", ""),
        ("u", " checked"),
        ("n", ""),
    ]
    assert re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form) == [
        ("period", "7days"),
        ("columns", "u"),
        ("table", "table"),
        ("fields", "name"),
    ]
    assert "<html" not in form
    assert "<html" in shop.client.get(address, asked).content.decode()  # opened in another tab
    assert shop.client.get(address, {"save": "no"}).status_code == 404

    chosen = {"export": "csv", "table": "table", "file": "Für <uns>", "fields": ["name", "n", "no"], "columns": "u"}
    saved = shop.client.get(address, chosen)
    assert saved["Content-Disposition"] == "attachment; filename*=utf-8''F%C3%BCr%20_uns_.csv"
    assert saved.content.decode("utf-8-sig").splitlines()[0] == "Platforms,New users"
    chart = {"export": "json", "table": "figures", "period": "7days", "fields": ["step", "users"]}
    rows = shop.client.get(f"/applications/{shop.application.id}/users", chart).json()
    assert set(rows[0]) == {"step", "users"}


def test_figures_of_the_overview_of_events_are_chosen_in_their_order(shop: Traffic) -> None:
    address = f"/applications/{shop.application.id}/events"
    assert 'id="chosen"' not in page(shop, "events")
    sent = {"event": ["Search", "", "Purchase", "No such"], "property": ["count", "count", "sum", "sum"]}
    assert shop.client.post(address, {"action": "save_overview", **sent}).status_code == 302

    text = page(shop, "events")
    chosen = text.partition('id="chosen"')[2].partition("</section>")[0]
    assert re.findall(r'tile-label">(.*?)<', chosen) == ["Search · Count", "Purchase · Sum"]
    assert re.findall(r'<data value="(.*?)"', chosen) == ["6", "28.5"]
    assert text.count('value="Search" selected') == 1

    too_many = {"event": ["Search"] * 13, "property": ["count"] * 13}
    shop.client.post(address, {"action": "save_overview", **too_many})
    assert "has room for 12 figures" in page(shop, "events")

    rights = {**permissions.empty(), "r": {shop.application.id: {"all": True, "allowed": {}}}}
    about = {"full_name": "Bob", "username": "bob", "email": "bob@example.com", "password": "Correct-Horse-1"}
    shop.client.force_login(create_member(**about, permission=rights))
    assert 'id="configure"' not in page(shop, "events")
    assert shop.client.post(address, {"action": "save_overview", "event": [], "property": []}).status_code == 403
    assert len(mongo.collection("events").find_one({})["overview"]) == 2


def test_events_are_called_as_people_said(shop: Traffic) -> None:
    about = {"key": "Purchase", "name": "Orders", "sum": "Turnover", "is_visible": True}
    shop.read("/i/events/edit_map", event_map={"Purchase": about})
    text = page(shop, "events/all", event="Purchase")
    assert re.findall(r'tile-label">(.*?)<', text) == ["Count", "Turnover"]
    assert '<span class="name" dir="auto">Orders</span>' in text


def test_the_timeline_of_a_user_tells_what_happened_in_words(shop: Traffic) -> None:
    at_ms = clock.now_ms()
    rating = {"key": "[CLY]_star_rating", "count": 1, "segmentation": {"rating": 4, "comment": "Quick"}}
    shop.count(
        "d0", at_ms=at_ms, events=[rating], crash={"_error": "Broken\n\tat main", "_os": "Android", "_app_version": "1"}
    )
    uid = shop.profile("d0")["uid"]
    text = page(shop, f"users/profiles/{uid}")
    timeline = text.partition('id="timeline"')[2].partition("</section>")[0]
    for words in ("★★★★ Quick", "Broken", ">Crash<", ">Rating<", "First session"):
        assert words in timeline, words
    assert "app_key" not in timeline  # logged requests are kept, and not told
    assert "Android 14" in text.partition('id="facts"')[2].partition("</section>")[0]


DAY_MS = 86_400_000
ESTIMATED = "Estimated: unique users"


def people_in(text: str, part: str = "table") -> dict[str, str]:
    """Name -> users, of a table with the columns name, sessions, users, new users."""
    section = text.partition(f'id="{part}"')[2].partition("</section>")[0]
    rows = re.findall(r'<th scope="row" dir="auto" title="(.*?)".*?</th>(.*?)</tr>', section, re.S)
    return {name: re.sub(r"<.*?>", " ", cells).split()[-2] for name, cells in rows}


def days(traffic: Traffic, first: int, last: int) -> dict[str, str]:
    """What an address says of a range of days, by their number before today."""
    now_ms, zone = clock.now_ms(), traffic.application.timezone
    first_day, last_day = (day_of(now_ms - number * DAY_MS, zone).isoformat() for number in (first, last))
    return {"from": first_day, "to": last_day}


def test_users_of_a_range_are_people_and_not_visits_in_lists_of_values(traffic: Traffic) -> None:
    now_ms = clock.now_ms()
    phones = {"d0": ("Android", "1.0", "DE"), "d1": ("Android", "2.0", "DE"), "d2": ("iOS", "1.0", "FR")}
    for days_ago in (6, 5, 4, 3, 2):
        for device, (system, version, country) in phones.items():
            traffic.send(
                device,
                at_ms=now_ms - days_ago * DAY_MS,
                begin_session=1,
                metrics={"_os": system, "_os_version": "1", "_app_version": version},
                country_code=country,
            )
    traffic.count("d0", at_ms=now_ms, begin_session=1)
    traffic.client.force_login(traffic.owner)
    period = days(traffic, 6, 3)

    platforms = page(traffic, "technology", **period)
    assert people_in(platforms) == {"Android": "2", "iOS": "1"}
    assert people_in(page(traffic, "technology/versions", **period)) == {"1.0": "2", "2.0": "1"}
    assert people_in(page(traffic, "geo", **period)) == {"Germany": "2", "France": "1"}
    assert ESTIMATED not in platforms.partition('id="versions"')[0]
    assert ESTIMATED in platforms.partition('id="versions"')[2]  # versions of platforms have no sketches


def test_values_of_a_segment_over_time(shop: Traffic) -> None:
    for color, number in (("red", 3), ("blue", 2)):
        shop.send("d1", events=[{"key": "Purchase", "count": number, "segmentation": {"color": color}}])
    shop.count("d2")
    text = page(shop, "events/all", event="Purchase", segment="color")
    series = data_of(text, "over-time")["series"]
    assert {line["title"]: sum(filter(None, line["current"])) for line in series} == {"red": 3, "blue": 2}
    assert names_in(text, "table") == ["red", "blue"]
    assert 'id="over-time"' not in page(shop, "events/all", event="Purchase")


def test_what_a_limit_kept_out_is_said_where_it_is_missing(shop: Traffic) -> None:
    pages = {
        "events": ("Event beyond the limit of event keys: 2.", "Segment value beyond the limit of values:"),
        "technology/devices": ("Metric value beyond the limit of values:",),
    }
    for path in pages:
        assert 'id="limits"' not in page(shop, path)
    limits = {"event_limit": 2, "event_segmentation_value_limit": 1, "metric_limit": 1}
    shop.read("/i/apps/update/plugins", args={"api": limits})
    lookup.forget_all()
    for number in range(40):  # each of the documents that list values has room for one
        colored = {"key": "Purchase", "count": 1, "segmentation": {"color": f"color {number}"}}
        shop.send(f"m{number}", begin_session=1, metrics={"_device": f"Model {number}"}, events=[colored])
    shop.count("m0", events=[{"key": "New", "count": 1}, {"key": "Newer", "count": 1}])
    for path, said in pages.items():
        text = page(shop, path)
        assert all(sentence in text for sentence in said), path
        assert f'href="/applications/{shop.application.id}/manage"' in text.partition('id="limits"')[2]
    assert "Segment value" in page(shop, "events/all", event="Purchase", segment="color")
    assert 'id="limits"' not in page(shop, "events", **{"from": "2024-01-01", "to": "2024-01-31"})


def test_charts_and_tables_in_weeks_and_months(traffic: Traffic) -> None:
    now_ms = moment_ms(date(2025, 3, 19), "UTC")
    days = (date(2025, 2, 3), date(2025, 3, 11), date(2025, 3, 13), date(2025, 3, 18))
    with clock.frozen_at(now_ms):
        for day in days:
            event = {"key": "Purchase", "count": 2}
            traffic.count("d1", at_ms=moment_ms(day, "UTC"), begin_session=1, session_duration=10, events=[event])
        traffic.count("d2", at_ms=moment_ms(days[2], "UTC"), begin_session=1)
        traffic.client.force_login(traffic.owner)

        weeks = data_of(page(traffic, "sessions", period="30days", by="week"), "figures")
        lines = {line["id"]: line["current"] for line in weeks["series"]}
        assert weeks["labels"][-2:] == ["10 Mar", "17 Mar"]
        assert weeks["spans"][-2:] == [["2025-03-10", "2025-03-16"], ["2025-03-17", "2025-03-19"]]
        assert (lines["sessions"][-2:], lines["users"][-2:]) == (
            [3, 1],
            [2, 1],
        )  # one of them came twice
        assert names_in(page(traffic, "sessions", period="30days", by="week"), "table")[:2] == ["17 Mar", "10 Mar"]

        months = data_of(page(traffic, "users", period="60days", by="month"), "figures")
        assert months["labels"] == ["Jan 2025", "Feb 2025", "Mar 2025"]
        assert {line["id"]: line["current"] for line in months["series"]} == {
            "users": [0, 1, 2],
            "new_users": [0, 1, 1],
            "returning": [0, 0, 1],
        }
        event = data_of(page(traffic, "events/all", event="Purchase", period="60days", by="month"), "figures")
        assert event["series"][0]["current"] == [0, 2, 6]

        assert ">Weeks</a>" in page(traffic, "overview", period="30days")
        assert ">Weeks</a>" not in page(traffic, "overview", period="7days")
        assert ">Weeks</a>" not in page(traffic, "geo", period="30days")
        assert data_of(page(traffic, "sessions", period="7days", by="week"), "figures")["labels"][-1] == "19 Mar"
        assert data_of(page(traffic, "sessions", period="30days", by="decade"), "figures")["labels"][-1] == "19 Mar"


def test_the_home_page_has_countries_by_any_figure_and_the_technology_of_its_type(traffic: Traffic) -> None:
    for device, country in (("d1", "DE"), ("d1", "DE"), ("d2", "FR")):
        traffic.send(device, begin_session=1, country_code=country, metrics={"_resolution": "2x3", "_carrier": "One"})
    flush_all()
    traffic.client.force_login(traffic.owner)

    def top(**asked: str) -> list[tuple[str, int]]:
        address = f"/applications/{traffic.application.id}/overview"
        found = traffic.client.get(address, {"export": "json", "table": "countries", "period": "7days", **asked}).json()
        return [(row["name"], row["value"]) for row in found]

    assert top() == [("Germany", 2), ("France", 1)]
    assert sorted(top(countries="u")) == sorted(top(countries="n")) == [("France", 1), ("Germany", 1)]
    text = page(traffic, "overview", period="7days")
    assert [f'id="{metric}"' in text for metric in ("resolutions", "carriers", "device_type")] == [True] * 3
    assert "countries=u" in text


def test_a_metric_that_nobody_told_says_what_to_do(shop: Traffic) -> None:
    text = page(shop, "technology/resolutions")
    longer = 'class="button primary" href="?period=12months"'
    assert longer in text
    assert 'id="table"' not in text
    assert longer not in page(shop, "technology/resolutions", period="12months")
    assert 'id="table"' in page(shop, "technology")
