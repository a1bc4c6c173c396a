"""From reports of SDKs to what is stored and answered."""

from datetime import UTC, datetime
from typing import Any

from bson import encode

from apps.core import clock, mongo
from apps.plugin_api import signals
from apps.plugin_api.signals import Noticed
from plugins.crashes import documents, payload
from plugins.crashes.group_states import GroupState
from plugins.crashes.payload import LONGEST_TEXT, Crash
from plugins.crashes.tests.reports import JAVA, report
from tests.traffic import HOUR_MS, Traffic

DAY_MS = 24 * HOUR_MS
TIDY = JAVA.replace("\t", "")


def groups(traffic: Traffic, **asked: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = traffic.read("/o", method="crashes", **asked)["aaData"]
    return rows


def stored(traffic: Traffic, prefix: str) -> list[dict[str, Any]]:
    return list(mongo.collection(prefix + traffic.application.id).find())


def meta(traffic: Traffic) -> dict[str, Any]:
    found = mongo.collection(f"app_crashgroups{traffic.application.id}").find_one({"_id": "meta"})
    assert found is not None
    return {name: value for name, value in found.items() if name != "_id"}


def test_a_report_becomes_documents(traffic: Traffic) -> None:
    at_ms = clock.now_ms() - HOUR_MS
    traffic.count("d1", at_ms=at_ms, begin_session=1, metrics={"_os": "Android", "_app_version": "1.0"})
    traffic.count(
        "d1",
        at_ms=at_ms,
        crash=report(
            _ram_current="256",
            _ram_total=1024,
            _bat="40",
            _run=12,
            _root="true",
            _online="false",
            _muted="maybe",
            _background=1,
            _custom={"$plan.kind": "pro"},
            _logs="one\ntwo",
            _view="Main",
        ),
    )

    ts = at_ms // 1000
    [found] = stored(traffic, "app_crashes")
    group_id, uid = found["group"], traffic.profile()["uid"]
    assert {name: value for name, value in found.items() if name not in ("_id", "cd")} == {
        "os": "Android", "os_version": "14", "device": "Pixel", "app_version": "1.0", "view": "Main",
        "app_version_major": 1, "app_version_minor": 0, "app_version_patch": 0,
        "root": 1, "online": 0, "nonfatal": False, "name": "One", "logs": "one\ntwo",
        "custom": {"plan:kind": "pro"}, "error": TIDY, "ram_current": 256, "ram_total": 1024, "bat": 40, "run": 12,
        "group": group_id, "uid": uid, "ts": ts,
    }  # fmt: skip
    [group] = [each for each in stored(traffic, "app_crashgroups") if each["_id"] != "meta"]
    assert group == {
        "_id": group_id, "groups": [group_id], "is_new": True, "is_resolved": False, "startTs": ts, "lastTs": ts,
        "name": "One", "os": "Android", "nonfatal": False, "error": TIDY, "lrid": str(found["_id"]),
        "latest_version": "1.0", "latest_version_for_sort": "100001.100000", "app_version_list": ["1.0"],
        "reports": 1, "users": 1, "os_version": {"14": 1}, "device": {"Pixel": 1}, "app_version": {"1:0": 1},
        "view": {"Main": 1}, "custom": {"plan:kind": {"pro": 1}}, "root": {"yes": 1}, "online": {"no": 1},
        "ram": {"total": 25, "count": 1, "min": 25, "max": 25}, "bat": {"total": 40, "count": 1, "min": 40, "max": 40},
        "run": {"total": 12, "count": 1, "min": 12, "max": 12},
    }  # fmt: skip
    users = {each["group"]: each for each in stored(traffic, "app_crashusers")}
    assert users == {
        0: {"_id": f"0_{uid}", "group": 0, "uid": uid, "crashes": 1, "fatal": 1},
        group_id: {
            "_id": f"{group_id}_{uid}", "group": group_id, "uid": uid, "reports": 1, "last": ts, "sessions": 1,
        },
    }  # fmt: skip
    assert meta(traffic) == {
        "crashes": 1, "isnew": 1, "users": 1, "usersfatal": 1, "reports": 1, "fatal": 1,
        "os": {"Android": 1}, "app_version": {"1:0": 1},
    }  # fmt: skip
    profile = traffic.profile()
    assert (profile["hadFatalCrash"], profile["hadAnyFatalCrash"], profile["data"]["crashes"]) == ("true", ts, 1)


def test_counters_know_sessions_users_and_groups(traffic: Traffic) -> None:
    day = clock.now_ms() // DAY_MS * DAY_MS - 2 * DAY_MS + 10 * HOUR_MS
    metrics = {"_os": "Android", "_app_version": "1.0"}
    for device in ("d1", "d2"):
        traffic.send(device, at_ms=day, begin_session=1, metrics=metrics)
    traffic.send("d1", at_ms=day + 1000, crash=report())
    traffic.send("d1", at_ms=day + 2000, crash=report())
    traffic.send("d1", at_ms=day + HOUR_MS, begin_session=1, metrics=metrics)
    traffic.count("d2", at_ms=day + 3000, crash=report("Two", _nonfatal="true"))

    answer = traffic.read("/o", method="crashes", graph=1, period="7days")["data"]
    year, month, number = (str(part) for part in clock_parts(day))
    assert answer[year][month][number] == {
        "cr_s": 3, "cr_u": 2, "crf": 2, "crnf": 1, "cruf": 1, "crunf": 1,
        "crfses": 2, "crnfses": 2, "crauf": 1, "craunf": 1,
        "10": {"cr_s": 2, "cr_u": 2, "crf": 2, "crnf": 1, "cruf": 1, "crunf": 1, "crfses": 1, "crnfses": 1,
               "crauf": 1, "craunf": 1},
        "11": {"cr_s": 1, "cr_u": 1, "crfses": 1, "crnfses": 1, "crauf": 1, "craunf": 1},
    }  # fmt: skip
    assert answer[year]["cr_u"] == 2
    of_version = traffic.read("/o", method="crashes", graph=1, period="7days", os="Android", app_version="1.0")["data"]
    assert of_version == answer
    other = traffic.read("/o", method="crashes", graph=1, period="7days", os="iOS")["data"]
    assert other == {}

    traffic.count("d2", at_ms=day + 4000, crash=report("Two", _nonfatal="true"))
    again = traffic.read("/o", method="crashes", graph=1, period="7days")["data"]
    assert (answer[year][month][number]["crnf"], again[year][month][number]["crnf"]) == (1, 2)


def clock_parts(ms: int) -> tuple[int, int, int]:
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    return moment.year, moment.month, moment.day


def test_the_same_user_counts_once(traffic: Traffic) -> None:
    traffic.send("d1", begin_session=1)
    traffic.send("d1", crash=report())
    traffic.send("d1", begin_session=1, ignore_cooldown=1)
    traffic.send("d1", begin_session=1, ignore_cooldown=1)
    traffic.count("d1", crash=report())
    traffic.count("d2", crash=report())

    [group] = groups(traffic)
    assert (group["reports"], group["users"]) == (3, 2)
    [whole] = [each for each in stored(traffic, "app_crashgroups") if each["_id"] != "meta"]
    assert whole["session"] == {"total": 2, "count": 1, "min": 2, "max": 2}
    assert meta(traffic)["users"] == 2


def test_unusable_reports_are_dropped_with_a_reason(traffic: Traffic) -> None:
    for crash in ("{broken", "[]", report(_error=""), report(_os="")):
        traffic.send("d1", crash=crash)
    traffic.count("d1", crash=report(_custom={f"k{number}": "v" for number in range(120)}))

    assert [row["reports"] for row in groups(traffic)] == [1]
    assert {drop["reason"]: drop["c"] for drop in traffic.documents("ingest_drops")} == {
        "Crash is no JSON object": 2,
        "Crash without error, app version or platform": 2,
        "Custom property of a crash beyond the limit": 1,
    }


def test_the_custom_properties_of_a_group_are_bounded(traffic: Traffic) -> None:
    for start in (0, 60, 120):
        traffic.send("d1", crash=report(_custom={f"k{number}": "v" for number in range(start, start + 60)}))
    traffic.count("d1", crash=report(_custom={"k0": "v", "new": "v"}))
    traffic.count("d1", crash=report(_custom={"k0": "w"}))

    [group] = [each for each in stored(traffic, "app_crashgroups") if each["_id"] != "meta"]
    assert group["reports"] == 5
    assert group["custom"] == {"k0": {"v": 2, "w": 1}, **{f"k{number}": {"v": 1} for number in range(1, 100)}}
    assert {drop["reason"]: drop["c"] for drop in traffic.documents("ingest_drops")} == {
        "Custom property of a crash beyond the limit": 3,
    }


def test_a_group_stays_far_below_what_a_document_may_be() -> None:
    """With the longest values there are, of four bytes a character."""
    state = GroupState("g", None)
    long = "\U0001f600" * (LONGEST_TEXT - 10)
    reasons = set()
    for number in range(1_100):
        crash = payload.read(
            {
                **{f"_{name}": f"{number:010}{long}" for name in documents.SEGMENTS},
                "_error": "e",
                "_os": "Android",
                "_custom": {f"{name:02}{long}": f"{number:010}{long}" for name in range(100)},
            }
        )
        assert isinstance(crash, Crash)
        reasons |= state.take(crash, "r", number, refreshes_same_version=False)
    operators = state.operators()
    assert reasons == {"Property of a crash beyond the limit of values"}
    document: dict[str, Any] = dict(operators["$addToSet"])
    for path, amount in operators["$inc"].items():
        *parents, name = path.split(".")
        node = document
        for parent in parents:
            node = node.setdefault(parent, {})
        node[name] = amount
    assert 5_000_000 < len(encode(document)) < 11_000_000
    assert state.values.add("device", f"another{long}") != ""
    assert state.values.add("device", f"{0:010}{long}") == ""


def test_a_later_version_reopens_what_was_resolved(traffic: Traffic) -> None:
    traffic.count("d1", crash=report())
    [group] = groups(traffic)
    answer = traffic.read("/i/crashes/resolve", args={"crash_id": group["_id"]})
    assert answer == {group["_id"]: "1.0"}
    assert (meta(traffic)["resolved"], meta(traffic)["isnew"]) == (1, 0)

    traffic.count("d1", crash=report())
    [group] = groups(traffic)
    assert (group["is_resolved"], group["latest_version"]) == (True, "1.0")

    traffic.count("d1", crash=report(version="1.1", _error=JAVA + "\n\nmore"))
    [group] = groups(traffic)
    assert (group["is_resolved"], group["is_renewed"], group["latest_version"]) == (False, True, "1.1")
    assert group["error"] == TIDY + "\n\nmore"
    assert (meta(traffic)["resolved"], meta(traffic)["reoccurred"]) == (0, 1)


def test_who_upgrades_past_the_resolving_version_is_not_affected(traffic: Traffic) -> None:
    traffic.send("d1", begin_session=1, metrics={"_app_version": "1.0"})
    traffic.count("d1", crash=report())
    [group] = groups(traffic)
    traffic.read("/i/crashes/resolve", args={"crash_id": group["_id"]})
    traffic.count("d1", begin_session=1, metrics={"_app_version": "1.1"})

    [group] = groups(traffic)
    assert (group["users"], group["reports"]) == (0, 1)
    assert [each["group"] for each in stored(traffic, "app_crashusers")] == [0]
    assert (meta(traffic)["users"], meta(traffic)["usersfatal"]) == (0, 0)

    traffic.count("d1", crash=report(version="1.1"))
    [group] = groups(traffic)
    assert (group["users"], meta(traffic)["users"]) == (1, 1)


def test_users_who_turn_out_to_be_one_are_counted_once(traffic: Traffic) -> None:
    for device in ("old", "new"):
        traffic.send(device, begin_session=1)
        traffic.send(device, crash=report())
    traffic.count("old", crash=report("Two"))
    assert meta(traffic)["users"] == 2

    traffic.send("new", old_device_id="old")
    traffic.count("new", crash=report("Two"))

    by_name = {group["name"]: (group["reports"], group["users"]) for group in groups(traffic)}
    assert by_name == {"One": (2, 1), "Two": (2, 1)}
    uid = traffic.profile("new")["uid"]
    users = {each["group"]: each for each in stored(traffic, "app_crashusers")}
    assert {each["uid"] for each in users.values()} == {uid}
    assert (users[0]["crashes"], users[0]["fatal"], len(users)) == (2, 2, 3)
    assert (meta(traffic)["users"], meta(traffic)["usersfatal"]) == (1, 1)
    assert {each["uid"] for each in stored(traffic, "app_crashes")} == {uid}


def test_others_are_told_of_a_new_group_once(traffic: Traffic) -> None:
    told: list[Noticed] = []

    def hear(noticed: list[Noticed], **_: Any) -> None:
        told.extend(noticed)

    signals.noticed_in_batch.connect(hear)
    try:
        traffic.send("d1", crash=report())
        traffic.count("d2", crash=report())
        traffic.count("d1", crash=report())
        traffic.count("d1", crash=report("Two", _nonfatal="true"))
    finally:
        signals.noticed_in_batch.disconnect(hear)
    rows = {row["name"]: row["_id"] for row in groups(traffic)}
    assert [(one.name, one.application_id, one.details["crash"]["_id"]) for one in told] == [
        ("/crashes/new", traffic.application.id, rows["One"]),
        ("/crashes/new", traffic.application.id, rows["Two"]),
    ]
    first = told[0].details
    assert (first["crash"]["name"], first["report"]["os"], first["user"]["did"]) == ("One", "Android", "d1")
