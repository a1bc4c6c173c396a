"""The tables of sources, pages and search terms."""

import csv
import io

import pytest
from django.test import Client

from plugins.sources import widgets
from tests.traffic import Traffic


@pytest.fixture
def browser(web_traffic: Traffic) -> Client:
    sent = {
        "d1": "https://www.google.com/search?q=red+shoes",
        "d2": "https://www.google.com/search?q=blue+hats",
        "d3": "https://www.google.com/search?q=blue+hats",
        "d4": "https://example.com/a",
        "d5": "https://example.com/b/c",
    }
    for device, store in sent.items():
        web_traffic.send(device, begin_session=1, metrics={"_os": "Windows", "_store": store})
    web_traffic.count("d6", begin_session=1, metrics={"_os": "Windows"})
    client = Client()
    client.force_login(web_traffic.owner)
    return client


def rows(browser: Client, traffic: Traffic, path: str, table: str) -> dict[str, list[int]]:
    """Name -> sessions, users, new users."""
    answer = browser.get(f"/applications/{traffic.application.id}/{path}", {"export": "csv", "table": table})
    assert answer.status_code == 200
    _, *found = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    return {name: [int(number) for number in numbers] for name, *numbers in found}


def test_pages_of_one_site_are_one_source_and_stay_pages_of_their_own(web_traffic: Traffic, browser: Client) -> None:
    assert rows(browser, web_traffic, "sources", "table") == {
        "google.com": [3, 3, 3], "example.com": [2, 2, 2], "Direct": [1, 1, 1],
    }  # fmt: skip
    assert rows(browser, web_traffic, "sources", "pages") == {
        "google.com/search?q=blue+hats": [2, 2, 2], "google.com/search?q=red+shoes": [1, 1, 1],
        "example.com/a": [1, 1, 1], "example.com/b/c": [1, 1, 1], "Direct": [1, 1, 1],
    }  # fmt: skip


def test_each_search_term_has_its_own_numbers(web_traffic: Traffic, browser: Client) -> None:
    found = rows(browser, web_traffic, "sources/searches", "table")
    assert found == {"blue hats": [2, 2, 2], "red shoes": [1, 1, 1]}


def test_the_home_page_tells_sources_and_search_terms(web_traffic: Traffic, browser: Client) -> None:
    found = widgets.sources(web_traffic.application, "30days")["rows"]
    assert [(row["name"], row["value"], round(row["percent"])) for row in found] == [
        ("google.com", 3, 50), ("example.com", 2, 33), ("Direct", 1, 17),
    ]  # fmt: skip
    terms = widgets.searches(web_traffic.application, "30days")["rows"]
    assert [(row["name"], row["value"]) for row in terms] == [("blue hats", 2), ("red shoes", 1)]
    page = browser.get(f"/applications/{web_traffic.application.id}/overview?period=7days").content.decode()
    assert ("Acquisition" in page, "Top search terms" in page, "blue hats" in page) == (True, True, True)
    assert f"/applications/{web_traffic.application.id}/sources?period=7days" in page
