"""What members do with groups, and who may."""

import json
import re
from typing import Any

import pytest

from apps.accounts.members import create_member
from apps.aggregation.user_data import delete_users
from apps.applications import data
from apps.core import clock, mongo
from apps.plugin_api import states
from plugins.crashes import cleanup, comments
from plugins.crashes.tests.reports import report
from plugins.crashes.tests.test_counting import groups, meta, stored
from tests.traffic import Traffic

NO_TOTALS = {"_id": "meta", "reports": 0}  # there from the creation of the application on
SUCCESS = (200, {"result": "Success"})


def group(traffic: Traffic) -> dict[str, Any]:
    [row] = groups(traffic)
    answer: dict[str, Any] = traffic.read("/o", method="crashes", group=row["_id"])
    return answer


def member(traffic: Traffic, name: str, *letters: str) -> str:
    allowed = {traffic.application.id: {"all": False, "allowed": {"crashes": True}}}
    nothing: dict[str, Any] = {}
    permission = {letter: allowed if letter in letters else nothing for letter in "crud"}
    created = create_member(
        full_name=name,
        username=name,
        email=f"{name}@example.com",
        password="Correct-Horse-1",
        global_admin=False,
        permission={"_": {"a": [], "u": [[traffic.application.id]]}, **permission},
    )
    return str(created.api_key)


def test_each_endpoint_asks_for_its_right(traffic: Traffic) -> None:
    traffic.count("d1", crash=report())
    [row] = groups(traffic)
    args = {"crash_id": row["_id"], "text": "x", "data": {}, "comment_id": "none"}
    reader, outsider = member(traffic, "reader", "r"), member(traffic, "outsider")
    refused = (401, {"result": "User does not have right"})
    letters = {"add_comment": "c", "delete_comment": "d", "delete": "d"}
    names = ("resolve", "unresolve", "resolving", "hide", "show", "view", "share", "unshare", "modify_share")
    for name in (*names, "edit_comment", "add_comment", "delete_comment", "delete"):
        path = f"/i/crashes/{name}"
        assert traffic.ask(path, api_key=reader, args=args) == refused, name
        allowed = member(traffic, f"may-{name.replace('_', '-')}", letters.get(name, "u"))
        assert traffic.ask(path, api_key=allowed, args=args)[0] == 200, name
    for method in ("crashes", "reports", "user_crashes"):
        assert traffic.ask("/o", api_key=reader, method=method, uid="1")[0] == 200, method
        assert traffic.ask("/o", api_key=outsider, method=method, uid="1") == refused, method
    for name in ("download_stacktrace", "download_binary"):
        assert traffic.ask(f"/o/crashes/{name}", api_key=reader, crash_id="none") == (
            400,
            {"result": "Crash not found"},
        )
        assert traffic.ask(f"/o/crashes/{name}", api_key=outsider, crash_id="none") == refused


def test_one_group_is_answered_with_its_reports_and_is_seen_then(traffic: Traffic) -> None:
    traces = (
        "Boom\n\nThread 0 Crashed:\nmain\n\nThread 1 name: worker\nThread 1:\nwait\n\n"
        "Thread 0 crashed with ARM Thread State (64-bit):\n  x0: 0x1\n\nBinary Images:\n 0x100 - 0x1ff App"
    )
    now_ms = clock.now_ms()
    traffic.send("d1", at_ms=now_ms - 9_000, crash=report(_error=traces))
    traffic.count("d2", at_ms=now_ms, crash=report(_error=traces, _device="Other"))

    found = group(traffic)
    assert [each["device"] for each in found["data"]] == ["Other", "Pixel"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found["data"][0]["cd"])
    assert (found["is_new"], found["total"], len(found["url"])) == (True, 2, 40)
    assert found["threads"] == [
        {"id": "0", "name": "0", "error": "main", "crashed": True},
        {"id": "1", "name": "worker", "error": "wait", "crashed": False},
    ]
    assert group(traffic)["is_new"] is False
    assert meta(traffic)["isnew"] == 0
    first = found["data"][0]["_id"]
    assert set(traffic.read("/o", method="reports", report_id=first)) == {first}
    assert set(traffic.read("/o", method="reports", report_ids=[first, "none"])) == {first}
    users = traffic.read("/o", method="crashes", group=found["_id"], userlist=1)
    assert sorted(users) == sorted(traffic.profile(device)["uid"] for device in ("d1", "d2"))
    table = traffic.read("/o", method="user_crashes", uid=users[0], fromExportAPI=1)["aaData"]
    assert [(row["group"], row["reports"]) for row in table] == [("One", 1)]
    assert traffic.read("/o", method="crashes", list=1) == [{"_id": found["_id"], "name": "One"}]
    response = traffic.client.get(
        "/o/crashes/download_stacktrace",
        {"app_id": traffic.application.id, "api_key": traffic.owner.api_key, "crash_id": first},
    )
    assert response.content.decode() == traces
    assert response["Content-Disposition"] == f'attachment; filename="{first}_stacktrace.txt"'


def test_lists_are_searched_sorted_and_cut(traffic: Traffic) -> None:
    for number, name in enumerate(("Alpha", "Beta", "Gamma")):
        for _ in range(number + 1):
            traffic.send("d1", crash=report(name, _nonfatal="true" if name == "Beta" else "false"))
    traffic.count("d1")

    def names(**asked: Any) -> list[str]:
        return [row["name"] for row in groups(traffic, **asked)]

    assert names(iSortCol_0=2, sSortDir_0="asc") == ["Alpha", "Beta", "Gamma"]
    assert names(iSortCol_0=2, iDisplayStart=1, iDisplayLength=1) == ["Beta"]
    assert names(sSearch="ALPH") == ["Alpha"]
    assert names(filter="crash-nonfatal") == ["Beta"]
    assert names(query={"reports": {"$gte": 3}}) == ["Gamma"]
    assert traffic.ask("/o", method="crashes", query={"$where": "1"})[0] == 400
    assert traffic.ask("/o", method="crashes", query={"secret": 1})[0] == 400
    hidden = next(row["_id"] for row in groups(traffic) if row["name"] == "Alpha")
    assert traffic.ask("/i/crashes/hide", args={"crashes": [hidden]}) == SUCCESS
    assert sorted(names()) == ["Beta", "Gamma"]
    assert names(filter="crash-hidden") == names(query={"is_hidden": True}) == ["Alpha"]


def test_deleting_a_group_gives_back_what_it_counted(traffic: Traffic) -> None:
    for name in ("One", "Two"):
        traffic.send("d1", crash=report(name))
    traffic.count("d2", crash=report("Two", version="2.0"))
    first, second = (next(row["_id"] for row in groups(traffic) if row["name"] == name) for name in ("One", "Two"))
    traffic.read("/i/crashes/share", args={"crash_id": second})

    assert traffic.ask("/i/crashes/delete", args={"crashes": [second]}) == SUCCESS
    assert [row["_id"] for row in groups(traffic)] == [first]
    assert {each["group"] for each in stored(traffic, "app_crashes")} == {first}
    assert {each["group"] for each in stored(traffic, "app_crashusers")} == {0, first}
    assert meta(traffic) == {
        "crashes": 1, "isnew": 1, "users": 1, "usersfatal": 1, "reports": 1, "fatal": 1,
        "os": {"Android": 1}, "app_version": {"1:0": 1, "2:0": 0},
    }  # fmt: skip
    assert mongo.collection("crash_share").count_documents({}) == 0


def test_deleting_a_group_of_several_platforms_gives_back_those_of_each(traffic: Traffic) -> None:
    everywhere = {"_not_os_specific": True, "_javascript": True}
    for platform in ("iOS", "Android", "Android"):
        traffic.send("d1", crash=report("Web", _os=platform, **everywhere))
    traffic.count("d1", crash=report("Two"))
    shared = next(row["_id"] for row in groups(traffic) if row["name"] == "Web")
    assert meta(traffic)["os"] == {"iOS": 1, "Android": 3}

    assert traffic.ask("/i/crashes/delete", args={"crashes": [shared]}) == SUCCESS
    assert meta(traffic)["os"] == {"iOS": 0, "Android": 1}


def test_comments_leave_room_in_the_document_of_their_group(traffic: Traffic, monkeypatch: pytest.MonkeyPatch) -> None:
    traffic.count("d1", crash=report())
    monkeypatch.setattr(comments, "MOST_BYTES", 10)
    args = {"crash_id": group(traffic)["_id"]}
    assert traffic.ask("/i/crashes/add_comment", args={**args, "text": "äöü"}) == SUCCESS
    of_first = {**args, "comment_id": group(traffic)["comments"][0]["_id"]}
    for path, sent in (
        ("/i/crashes/add_comment", {**args, "text": "äöü"}),
        ("/i/crashes/edit_comment", {**of_first, "text": "äöüäöü"}),
    ):
        status, answer = traffic.ask(path, args=sent)
        assert (status, answer["result"][:33]) == (400, "A crash has at most 1000 comments")
    assert traffic.ask("/i/crashes/edit_comment", args={**of_first, "text": "äöüäö"}) == SUCCESS
    assert [one["text"] for one in group(traffic)["comments"]] == ["äöüäö"]


def test_a_shared_group_shows_what_was_chosen_to_anybody(traffic: Traffic) -> None:
    traffic.count("d1", crash=report())
    found = group(traffic)
    page = f"/crashes/{found['url']}"
    assert traffic.client.get(page).status_code == 404

    traffic.read("/i/crashes/share", args={"crash_id": found["_id"]})
    traffic.read("/i/crashes/modify_share", args={"crash_id": found["_id"], "data": {"users": 1, "x": 1}})
    shown = traffic.client.get(page)
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "java.lang.NullPointerException" in text
    assert "Affected users" in text
    assert "Occurrences" not in text
    assert group(traffic)["share"] == {"users": 1}

    states.switch("crashes", False)
    assert traffic.client.get(page).status_code == 404
    states.switch("crashes", True)
    traffic.read("/i/crashes/unshare", args={"crash_id": found["_id"]})
    assert traffic.client.get(page).status_code == 404


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("crashes", False)
    traffic.count("d1", begin_session=1, crash=report())
    assert [stored(traffic, prefix) for prefix in ("app_crashes", "app_crashgroups", "app_crashusers")] == [
        [], [NO_TOTALS], [],
    ]  # fmt: skip
    assert traffic.documents("crashdata") == []
    assert traffic.ask("/o", method="crashes") == (400, {"result": "Invalid method"})
    assert traffic.ask("/i/crashes/resolve", args={"crash_id": "x"}) == (400, {"result": "Invalid path"})


@pytest.mark.parametrize("is_of_user", [True, False])
def test_data_goes_with_the_user_and_the_application(traffic: Traffic, is_of_user: bool) -> None:
    traffic.count("d1", begin_session=1, crash=report())
    uid = traffic.profile()["uid"]
    if is_of_user:
        delete_users(traffic.application.id, [uid])
        assert (groups(traffic)[0]["users"], meta(traffic)["users"], meta(traffic)["usersfatal"]) == (0, 0, 0)
    else:
        data.clear(traffic.application.id)
        assert (stored(traffic, "app_crashgroups"), traffic.documents("crashdata")) == ([], [])
    assert (stored(traffic, "app_crashes"), stored(traffic, "app_crashusers")) == ([], [])


def test_the_nightly_job_keeps_the_most_frequent_values(traffic: Traffic) -> None:
    for value in ("a", "b", "b", "c", "c", "c"):
        traffic.send("d1", crash=report(_custom={"kind": value}))
    traffic.count("d1")
    cleanup.clean_application(traffic.application.id, 2)
    assert group(traffic)["custom"] == {"kind": {"b": 2, "c": 3}}


def test_native_crashes_are_kept_unprocessed(traffic: Traffic) -> None:
    traffic.count("d1", crash=report(_native_cpp=True, _error="TURNUA=="))
    found = group(traffic)["data"][0]
    assert (found["error"], found["unprocessed"]) == ("Unsymbolicated native crash", True)
    asked = {"app_id": traffic.application.id, "api_key": traffic.owner.api_key, "crash_id": found["_id"]}
    assert traffic.client.get("/o/crashes/download_binary", asked).content == b"TURNUA=="


def test_actions_are_recorded(traffic: Traffic) -> None:
    traffic.count("d1", crash=report())
    found = group(traffic)
    for name in ("resolve", "hide"):
        traffic.read(f"/i/crashes/{name}", args={"crash_id": found["_id"]})
    for name in ("share", "unshare", "modify_share"):
        traffic.read(f"/i/crashes/{name}", args={"crash_id": "none", "data": {}})
    rows = traffic.read("/o", method="systemlogs")["aaData"]
    assert sorted(row["a"] for row in rows if row["a"].startswith("crash_")) == ["crash_hidden", "crash_resolved"]
    assert json.dumps(rows).count(found["_id"]) == 2
