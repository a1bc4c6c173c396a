"""Columns that a member chose in a table: kept for the next time, named by the address, taken back."""

import re

import pytest
from django.test import Client

from apps.accounts.members import create_member
from apps.core import clock, mongo
from tests.traffic import Traffic

pytestmark = pytest.mark.django_db

CHOOSE = "/user/settings/table-columns"


@pytest.fixture
def shop(traffic: Traffic) -> Traffic:
    traffic.count("one", at_ms=clock.now_ms(), begin_session=1, metrics={"_os": "iOS", "_os_version": "18.1"})
    traffic.client.force_login(traffic.owner)
    return traffic


def address(shop: Traffic, more: str = "") -> str:
    return f"/applications/{shop.application.id}/technology?period=7days{more}"


def headings(client: Client, path: str, table: str = "table") -> list[str]:
    section = client.get(path).content.decode().partition(f'id="{table}"')[2].partition("</section>")[0]
    return re.findall(r'<a href="[^"]*" hx-get="[^"]*">([^<]+)<span class="sort-mark"', section)


def test_choice_is_kept_for_the_member_and_the_table_and_can_be_reset(shop: Traffic) -> None:
    usual = headings(shop.client, address(shop))
    others = headings(shop.client, address(shop), "versions")
    assert len(usual) == 4

    answer = shop.client.post(CHOOSE, {"next": address(shop, "&sort=-t"), "table": "table", "columns": "t"})
    assert (answer.status_code, answer["Location"]) == (302, address(shop, "&sort=-t&columns=t"))
    assert headings(shop.client, answer["Location"]) == ["Platforms", "Total sessions"]
    assert headings(shop.client, address(shop)) == ["Platforms", "Total sessions"]
    assert headings(shop.client, address(shop), "versions") == others
    assert shop.client.get(address(shop, "&export=csv")).content.decode("utf-8-sig").splitlines()[0] == (
        "Platforms,Total sessions"
    )
    assert headings(shop.client, address(shop, "&columns=u")) == ["Platforms", "Total users"]

    neighbour = Client()
    about = {"full_name": "Bob", "username": "bob", "email": "bob@example.com", "password": "Correct-horse-1"}
    neighbour.force_login(create_member(**about, global_admin=True))
    assert headings(neighbour, address(shop)) == usual

    answer = shop.client.post(CHOOSE, {"next": address(shop, "&columns=t"), "table": "table", "columns": ""})
    assert answer["Location"] == address(shop)
    assert headings(shop.client, address(shop)) == usual
    assert mongo.collection("members").find_one({"username": "bob"}).get("tableColumns") is None


def test_columns_that_are_no_more_are_not_missed(shop: Traffic) -> None:
    usual = headings(shop.client, address(shop))
    shop.client.post(CHOOSE, {"next": address(shop), "table": "table", "columns": "gone,neither"})
    assert headings(shop.client, address(shop)) == usual


@pytest.mark.parametrize(
    ("place", "table", "columns"),
    [
        ("https://elsewhere.example/", "table", "t"),
        ("//elsewhere.example/", "table", "t"),
        ("/\\elsewhere.example", "table", "t"),
        ("/no/such/screen", "table", "t"),
        ("", "table", "t"),
        ("/account", "a.b", "t"),
        ("/account", "$set", "t"),
        ("/account", "", "t"),
        ("/account", "t" * 65, "t"),
        ("/account", "table", "t" * 2001),
    ],
)
def test_what_is_no_table_of_a_screen_is_refused(shop: Traffic, place: str, table: str, columns: str) -> None:
    answer = shop.client.post(CHOOSE, {"next": place, "table": table, "columns": columns})
    assert answer.status_code == 400
    assert "tableColumns" not in mongo.collection("members").find_one({"_id": shop.owner.pk})


def test_only_members_choose(shop: Traffic) -> None:
    sent = {"next": address(shop), "table": "table", "columns": "t"}
    assert Client().post(CHOOSE, sent)["Location"].startswith("/login")
    assert shop.client.get(CHOOSE).status_code == 405
