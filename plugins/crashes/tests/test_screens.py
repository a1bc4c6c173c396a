"""The screens as members meet them, and the page that everybody may see."""

import html
import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from apps.accounts.models import Member
from apps.analytics.questions import ask
from apps.core import clock
from apps.pipeline.flush import flush_all
from plugins.crashes import figures, storage, widgets
from plugins.crashes.tests.reports import report
from plugins.crashes.tests.test_counting import groups, stored
from plugins.crashes.tests.test_endpoints import group, member
from tests.traffic import DAY_MS, HOUR_MS, Traffic


@pytest.fixture
def browser(traffic: Traffic) -> Client:
    client = Client()
    client.force_login(traffic.owner)
    return client


def address(traffic: Traffic, rest: str = "") -> str:
    return f"/applications/{traffic.application.id}/crashes{rest}"


def test_the_list_shows_groups_and_changes_those_that_are_ticked(traffic: Traffic, browser: Client) -> None:
    traffic.count("d1", crash=report("One"))
    traffic.count("d1", crash=report("Two"))
    page = browser.get(address(traffic)).content.decode()
    assert "Two" in page
    assert page.count('name="selected"') == 2
    assert "Shared" not in page
    traffic.read("/i/crashes/share", args={"crash_id": next(row["_id"] for row in groups(traffic))})
    assert browser.get(address(traffic)).content.decode().count("Shared") == 1
    ids = {row["name"]: row["_id"] for row in groups(traffic)}

    answer = browser.post(address(traffic), {"action": "hide", "selected": [ids["One"]]})
    assert answer.status_code == 302
    assert [row["name"] for row in groups(traffic)] == ["Two"]
    assert "One" in browser.get(address(traffic) + "?filter=crash-hidden").content.decode()
    assert browser.post(address(traffic), {"action": "delete", "selected": list(ids.values())}).status_code == 302
    assert stored(traffic, "app_crashes") == []
    csv = browser.get(address(traffic) + "?export=csv&table=table")
    assert csv.status_code == 200


def test_the_list_reads_no_stack_traces_which_clients_get(
    traffic: Traffic, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    traffic.count("d1", crash=report("One"))
    read: list[dict[str, Any]] = []
    page_of_groups = storage.page_of_groups

    def noted(*args: Any) -> Any:
        rows, matching = page_of_groups(*args)
        read.extend(rows)
        return rows, matching

    monkeypatch.setattr(storage, "page_of_groups", noted)
    assert "One" in browser.get(address(traffic)).content.decode()
    assert [("name" in row, "error" in row) for row in read] == [(True, False)]
    assert [row["error"].split(":")[0] for row in groups(traffic)] == ["java.lang.NullPointerException"]


def test_the_page_of_a_group_tells_everything(traffic: Traffic, browser: Client) -> None:
    extra = {"_ram_current": 1, "_ram_total": 2, "_root": "true", "_logs": "a log", "_custom": {"plan": "pro"}}
    images = {"libA.so": {"la": "0x10", "id": "uuid-a"}}
    traffic.count("d1", crash=report(**extra, _binary_images=images))
    found = group(traffic)
    path = address(traffic, f"/groups/{found['_id']}")
    browser.post(path, {"action": "add_comment", "text": "look <b>"})
    report_id = found["data"][0]["_id"]

    page = browser.get(f"{path}?report={report_id}&property=custom.plan").content.decode()
    assert f'href="/applications/{traffic.application.id}/users/profiles/{traffic.profile()["uid"]}"' in page
    for text in (
        "at com.example.Main.run(Main.java:10)",
        "look &lt;b&gt;",
        "a log",
        "libA.so",
        "uuid-a",
        "Rooted",
        "pro",
    ):
        assert text in page, text
    file = browser.get(address(traffic, f"/reports/{report_id}/stacktrace"))
    assert file.content.decode() == found["error"]
    assert browser.get(address(traffic, f"/reports/{report_id}/dump")).status_code == 404
    assert browser.get(address(traffic, "/groups/none")).status_code == 404

    [comment] = group(traffic)["comments"]
    browser.post(path, {"action": "edit_comment", "id": comment["_id"], "text": "changed"})
    assert group(traffic)["comments"][0]["text"] == "changed"
    browser.post(path, {"action": "delete_comment", "id": comment["_id"]})
    assert group(traffic)["comments"] == []
    browser.post(path, {"action": "share", "users": "on"})
    assert group(traffic)["share"] == {"reports": False, "users": True, "loss": False}
    assert browser.post(path, {"action": "delete"}).status_code == 302
    assert groups(traffic) == []


def test_who_may_only_read_changes_nothing(traffic: Traffic) -> None:
    traffic.count("d1", crash=report())
    [row] = groups(traffic)
    path = address(traffic, f"/groups/{row['_id']}")
    member(traffic, "reader", "r")
    member(traffic, "outsider")
    reader, outsider = Client(), Client()
    reader.force_login(Member.objects.get(username="reader"))
    outsider.force_login(Member.objects.get(username="outsider"))

    assert reader.get(path).status_code == 200
    assert groups(traffic)[0]["is_new"] is True
    assert reader.post(path, {"action": "resolve"}).status_code == 403
    assert reader.post(address(traffic), {"action": "hide", "selected": [row["_id"]]}).status_code == 403
    for where in (path, address(traffic), address(traffic, "/statistics")):
        assert outsider.get(where).status_code in (403, 404), where
        assert Client().get(where).status_code == 302, where


def test_figures_compare_crashes_with_sessions_and_users(traffic: Traffic, browser: Client) -> None:
    metrics = {"_os": "Android", "_app_version": "1.0"}
    at_ms = clock.now_ms() - HOUR_MS
    for device in ("d1", "d2", "d3", "d4"):
        traffic.send(device, at_ms=at_ms, begin_session=1, metrics=metrics)
    traffic.send("d1", at_ms=at_ms + 1000, crash=report())
    traffic.count("d1", at_ms=at_ms + 2000, crash=report("Two", _nonfatal=True))

    def totals(kind: str) -> dict[str, Any]:
        read = figures.read(ask(traffic.application, "7days"), kind=kind)
        return {name: read.summary[name]["total"] for name in figures.KINDS}

    assert totals("all") == {"cr": 2, "cru": 2, "per_session": 0.5, "crau": 75, "crinv": 75}
    assert totals("fatal") == {"cr": 1, "cru": 1, "per_session": 0.25, "crau": 75, "crinv": 75}
    page = browser.get(address(traffic, "/statistics?period=7days&os=Android&kind=fatal")).content.decode()
    assert "Crash-free users" in page
    tiles = widgets.home(traffic.application, "7days")["tiles"]
    assert [(tile.id, tile.value) for tile in tiles] == [
        ("cr", 2), ("cru", 2), ("per_session", 0.5), ("crau", 75), ("crinv", 75),
    ]  # fmt: skip
    home = browser.get(f"/applications/{traffic.application.id}/overview").content.decode()
    assert "Crash-free sessions" in home


def test_the_chart_has_months_in_which_a_crash_is_unique_once(traffic: Traffic, browser: Client) -> None:
    zone = ZoneInfo(traffic.application.timezone)
    today = datetime.now(zone).date()
    last = today.replace(day=1) - timedelta(days=1)
    first = (last.replace(day=1) - timedelta(days=1)).replace(day=1)  # two whole months
    start_ms, end_ms = (
        int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
        for day in (first, last + timedelta(days=1))
    )
    for day, device in ((3, "d1"), (4, "d1"), (9, "d2")):
        at_ms = start_ms + day * DAY_MS
        traffic.send(device, at_ms=at_ms, begin_session=1, metrics={"_os": "Android", "_app_version": "1.0"})
        if device == "d1":
            traffic.send(device, at_ms=at_ms + 1000, crash=report())
    flush_all()

    lines = figures.read(ask(traffic.application, [start_ms, end_ms - 1], step="month")).lines
    assert {name: lines[name][0] for name in figures.KINDS} == {
        "cr": [2, 0], "cru": [1, 0], "per_session": [round(2 / 3, 2), None], "crau": [50, None],
        "crinv": [33.33, None],
    }  # fmt: skip
    shown = browser.get(address(traffic, f"/statistics?from={first}&to={last}&by=month")).content.decode()
    assert json.dumps([f"{first:%b %Y}", f"{last:%b %Y}"]) in html.unescape(shown)


def test_widgets_of_dashboards_are_numbers_or_lines(traffic: Traffic) -> None:
    traffic.count("d1", crash=report())
    chosen = {"visualization": "number", "metrics": ["crf", "crau"], "custom_period": "7days"}
    widgets.check(chosen)
    number = widgets.dashboard(chosen, [traffic.application])[traffic.application.id]
    assert (number["crf"]["total"], number["crau"]["total"]) == (1, 0)
    lines = widgets.dashboard({**chosen, "visualization": "time-series"}, [traffic.application])
    steps = list(lines[traffic.application.id].values())
    assert (len(steps), sum(step["crf"] for step in steps)) == (7, 1)
    for wrong in ({"visualization": "map"}, {"metrics": []}, {"metrics": ["$x"]}):
        with pytest.raises(ValueError):  # noqa: PT011  the sentence is for people
            widgets.check({**chosen, **wrong})


def test_shares_stay_between_nothing_and_all() -> None:
    assert (figures.share(1, 0), figures.share(-1, 4), figures.share(9, 4), figures.share(1, 3)) == (
        None,
        0,
        100,
        33.33,
    )
