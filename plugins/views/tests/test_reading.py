import json
from datetime import date, timedelta
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts import members, permissions
from apps.aggregation import user_data
from apps.applications import data
from apps.applications.data import Horizon
from apps.core import clock, mongo
from apps.core.timebuckets import buckets
from apps.plugin_api import audit
from apps.tasks import records, results, running, tasks
from plugins.views import covers, documents, removal
from plugins.views.tests.test_counting import table, view, visit
from tests.traffic import HOUR_MS, Traffic


@pytest.fixture
def shop(traffic: Traffic) -> Traffic:
    traffic.send("d1", begin_session=1, events=[visit("Home", start=1, segment="iOS", color="red"), visit("Detail")])
    traffic.send("d1", events=[view("Detail", dur=8)], end_session=1)
    traffic.count("d2", begin_session=1, events=[visit("Home", start=1, segment="Android")])
    return traffic


def ids(traffic: Traffic) -> dict[str, str]:
    return {one["view"]: one["_id"] for one in traffic.read("/o", method="views", action="listNames")}


def member_with(rights: dict[str, Any], name: str) -> members.Member:
    return members.create_member(
        full_name=name,
        username=name,
        email=f"{name}@example.com",
        password="Correct-Horse-1",
        permission={**permissions.empty(), **rights},
    )


def test_members_need_the_right(shop: Traffic) -> None:
    of_views = {shop.application.id: {"all": False, "allowed": {"views": True}}}
    reader = member_with({"r": of_views}, "reader")
    other = member_with({"r": {shop.application.id: {"all": False, "allowed": {"core": True}}}}, "other")
    asked: dict[str, Any] = {"method": "views", "action": "get_view_count"}

    assert shop.ask("/o", api_key=reader.api_key, **asked) == (200, {"result": 2})
    assert shop.ask("/o", api_key=other.api_key, **asked)[0] == 401
    home = ids(shop)["Home"]
    changes: list[dict[str, Any]] = [
        {"method": "rename_views", "data": [{"key": home, "value": "X"}]},
        {"method": "delete_view", "view_id": home},
        {"method": "omit_segments", "omit_list": ["color"]},
    ]
    for change in changes:
        assert shop.ask("/i/views", api_key=reader.api_key, **change)[0] == 401, change
    updater = member_with({"r": of_views, "u": of_views}, "updater")
    assert [shop.ask("/i/views", api_key=updater.api_key, **change)[0] for change in changes] == [200, 401, 401]


def test_chosen_views_are_answered_over_time(shop: Traffic) -> None:
    found = ids(shop)
    selected = json.dumps([{"view": found["Detail"], "action": ""}, {"view": "nonsense"}, {"view": str(ObjectId())}])
    answer = shop.read("/o", method="views", selectedViews=selected, period="30days")
    assert set(answer["data"]) == {found["Detail"], f"{found['Detail']}_name"}
    tree = answer["data"][found["Detail"]]["no-segment"]
    time = buckets(clock.now_ms() - HOUR_MS, shop.application.timezone)
    year = tree[str(time.year)]
    assert {name: value for name, value in year.items() if not isinstance(value, dict)} == {
        "t": 1,
        "n": 1,
        "u": 1,
        "d": 8,
        "e": 1,
        "uvc": 1,
    }
    by_platform = shop.read(
        "/o", method="views", selectedViews=[{"view": found["Home"]}], segment="platform", period="30days"
    )["data"][found["Home"]]["platform"]
    assert by_platform["meta"] == {"sv": ["iOS", "Android"]} or by_platform["meta"] == {"sv": ["Android", "iOS"]}
    assert by_platform[str(time.year)]["iOS"]["t"] == 1


def test_the_pipeline_for_exports_gives_the_rows_of_the_table(shop: Traffic) -> None:
    for asked in (
        {"period": "30days"},
        {"period": "hour"},
        {"period": "month", "segment": "platform", "segmentVal": "iOS"},
    ):
        query = shop.read("/o", method="views", action="getExportQuery", **asked)
        found = mongo.collection(query["collection"]).aggregate(query["pipeline"])
        rows = {row["view"]: {name: row[name] for name in ("t", "n", "u", "s", "e", "b", "d", "uvc")} for row in found}
        assert {name: {key: n for key, n in row.items() if n} for name, row in rows.items()} == table(shop, **asked)


def sent_for_export(shop: Traffic, api_key: str, **asked: str) -> dict[str, str]:
    query = {"method": "views", "action": "getExportQuery", "app_id": shop.application.id, "api_key": api_key, **asked}
    return {"path": "/o", "data": json.dumps(query), "type": "json", "api_key": api_key}


def exported(shop: Traffic, **asked: str) -> list[dict[str, Any]]:
    """The rows of the file that the task makes."""
    answer = shop.client.post("/o/export/requestQuery", sent_for_export(shop, shop.owner.api_key, **asked))
    running.run_waiting()
    assert answer.status_code == 200, answer.content
    found = results.file_of(records.get(answer.json()["result"]["task_id"]) or {})
    assert found is not None
    rows: list[dict[str, Any]] = json.loads(b"".join(found.pieces))
    return rows


def test_the_table_is_exported_by_a_task(shop: Traffic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)
    for asked in ({"period": "30days"}, {"period": "month", "segment": "platform", "segmentVal": "iOS"}):
        rows = exported(shop, **asked)
        names = ("t", "n", "u", "s", "e", "b", "d", "uvc")
        found = {row["view"]: {name: row[name] for name in names if row.get(name)} for row in rows}
        assert found == table(shop, **asked)
    reader = member_with({"r": {shop.application.id: {"all": False, "allowed": {"views": True}}}}, "reader")
    refused = shop.client.post("/o/export/requestQuery", sent_for_export(shop, reader.api_key))
    assert (refused.status_code, refused.json()) == (401, {"result": "User does not have right"})


def test_renamed_views_are_found_by_their_new_name(shop: Traffic) -> None:
    home = ids(shop)["Home"]
    assert shop.read("/i/views", method="rename_views", data=[{"key": home, "value": "Start"}]) == {"result": "Success"}
    rows = shop.read("/o", method="views", action="getTableNames", sSearch="star")
    assert rows["aaData"] == [{"_id": home, "view": "Home", "display": "Start", "sortcol": "Start"}]
    for wrong in ([{"key": "x", "value": "y"}], [{"key": home, "value": {"$gt": 1}}], ["x"], {"key": home}):
        status, answer = shop.ask("/i/views", method="rename_views", data=wrong)
        assert (status, answer) == (400, {"result": "Invalid request parameter: data"})


def test_deleted_views_are_gone_and_begin_anew(shop: Traffic) -> None:
    home = ids(shop)["Home"]
    assert shop.read("/i/views", method="delete_view", view_id=f"{home},nonsense") == {"result": True}
    assert set(table(shop)) == {"Detail"}
    shop.count("d1", events=[visit("Home")])
    assert table(shop)["Home"] == {"t": 1, "n": 1, "u": 1}

    removal.clean_up()
    users = mongo.collection(documents.users_collection(shop.application.id))
    assert users.count_documents({home: {"$exists": True}}) == 0
    assert users.count_documents({}) == 2
    assert removal.registry(shop.application.id)["deleted"] == []


def test_omitted_segments_are_not_counted_any_more(shop: Traffic) -> None:
    heard: list[tuple[str, Any]] = []

    def hear(action: str, data: Any, **_: Any) -> None:
        heard.append((action, data["segments"]))

    audit.action_recorded.connect(hear)
    try:
        assert shop.read("/i/views", method="omit_segments", omit_list=["color"]) == {"result": "Success"}
    finally:
        audit.action_recorded.disconnect(hear)
    assert heard == [("view_segments_ommit", ["color"]), ("view_segments_ommit_complete", ["color"])]
    shop.count("d1", events=[visit("Home", color="red")])
    found = mongo.collection(documents.data_collection(shop.application.id, "color"))
    assert found.count_documents({}) == 0
    for wrong in (["$x"], ["a.b"], [{"$gt": 1}], [""]):
        assert shop.ask("/i/views", method="omit_segments", omit_list=wrong)[0] == 400


def test_data_goes_with_the_application(shop: Traffic) -> None:
    application_id = shop.application.id
    names = [documents.data_collection(application_id, name) for name in ("", "platform", "color")]
    names += [documents.names_collection(application_id), documents.users_collection(application_id)]

    def stored() -> list[int]:
        return [mongo.collection(name).count_documents({}) for name in names]

    assert all(stored())
    this_year = buckets(clock.now_ms() - HOUR_MS, shop.application.timezone).zero_id
    data.clear_older(application_id, Horizon(frozenset({this_year}), 0))
    assert {one["m"] for one in mongo.collection(names[0]).find({})} == {this_year}
    data.clear(application_id)
    assert stored() == [0] * 5
    removal.omit_segments(application_id, ["color"])
    data.delete(application_id)
    assert removal.registry(application_id) == {}
    assert set(names[:3]).isdisjoint(mongo.database().list_collection_names())


def test_visits_go_with_the_user(shop: Traffic) -> None:
    uid = shop.profile("d1")["uid"]
    exported = [
        (name, [document["_id"] for document in found])
        for kind in user_data.USER_DATA.all_entries()
        if kind.export is not None
        for name, found in kind.export(shop.application.id, [uid])
        if name == documents.USERS_PREFIX
    ]
    assert exported == [(documents.USERS_PREFIX, [uid])]
    user_data.delete_users(shop.application.id, [uid])
    users = mongo.collection(documents.users_collection(shop.application.id)).find({})
    assert [user["_id"] for user in users] == [shop.profile("d2")["uid"]]


@given(st.dates(date(2023, 12, 1), date(2026, 2, 1)), st.integers(1, 120), st.integers(0, 40))
def test_units_cover_each_day_of_a_range_once(first: date, length: int, after: int) -> None:
    """A user who comes on one day only is counted once by the sums and the fine cover, at least once by the coarse."""
    days = [first + timedelta(days=number) for number in range(length)]
    today = days[-1] + timedelta(days=after)
    units = covers.of_days(days, today)
    for day in days:
        iso = day.isocalendar()
        holds = {
            (f"{day.year}:{day.month}", f"d.{day.day}"),
            (f"{day.year}:0", f"d.{day.month}"),
            (f"{iso.year}:0", f"d.w{iso.week}"),
        }
        assert len(holds & set(units.sums)) == 1
        assert len(holds & set(units.fine)) == 1
        assert len(holds & set(units.coarse)) >= 1
    begun = [day for day in (days[0] - timedelta(days=1), days[-1] + timedelta(days=1)) if day <= today]
    for day in begun:
        iso = day.isocalendar()
        assert (f"{day.year}:{day.month}", f"d.{day.day}") not in units.sums
        assert (f"{iso.year}:0", f"d.w{iso.week}") not in units.fine
