"""The generator alone: a template, a seed and a time in, requests out."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest

from plugins.populator.generation.people import Saved
from plugins.populator.generation.rhythm import DAY_MS, OFFICE
from plugins.populator.generation.sessions import Wishes
from plugins.populator.generation.traffic import RELEASES, Plan, generate
from plugins.populator.stock import FIRST, STOCK
from plugins.populator.template import Attribute, Choices, Condition, InvalidTemplate, read

UNTIL_MS = 1_741_775_400_000
DOCUMENT = {
    "name": "Small",
    "uniqueUserCount": 3,
    "platformType": ["iOS"],
    "users": [
        {"key": "Plan", "values": [{"key": "Free", "probability": 50}, {"key": "Gold", "probability": "50"}]},
        {
            "key": "Pays",
            "values": [{"key": "No", "probability": 100}],
            "conditions": [
                {"conditionType": 1, "selectedKey": "Plan", "selectedValue": "Gold", "values": [{"key": "Yes"}]}
            ],
        },
    ],
    "events": [{"key": "Buy", "sum": [5, 6], "duration": [7, 7], "segmentations": []}, {"key": "Never"}],
    "views": [{"key": "Home"}, {"key": "Cart"}],
    "sequences": [
        {
            "steps": [
                {"key": "session", "value": "start", "probability": 100},
                {"key": "views", "value": "Home", "probability": 100},
                {"key": "events", "value": "Buy", "probability": 100},
                {"key": "events", "value": "Never", "probability": 0},
                {"key": "views", "value": "Cart", "probability": 100, "disabled": True},
            ]
        }
    ],
    "behavior": {"runningSession": [20, 30], "sequences": [{"key": "Sequence_1", "probability": 100}]},
}


def plan(document=DOCUMENT, **more):
    asked = {"seed": 1, "begin_ms": UNTIL_MS - 20 * DAY_MS, "until_ms": UNTIL_MS, **more}
    return Plan(read(document), **asked)


def by_device(requests):
    found = defaultdict(list)
    for request in requests:
        found[request["device_id"]].append(request)
    return found


def events_of(requests):
    return [event for request in requests for event in request.get("events", ())]


def test_the_same_plan_gives_the_same_requests():
    one = list(generate(plan()))
    assert one == list(generate(plan()))
    assert one != list(generate(plan(seed=2)))


@pytest.mark.parametrize("template_id", STOCK)
def test_every_template_of_the_server_makes_what_an_sdk_would_send(template_id):
    stock = STOCK[template_id]
    requests = list(generate(plan(stock.document, users=60, rhythm=stock.rhythm)))
    assert all(UNTIL_MS - 20 * DAY_MS <= one["timestamp"] < UNTIL_MS for one in requests)
    assert all(one["populator"] is True for one in requests)
    begins = [one["timestamp"] for one in requests if "begin_session" in one]
    assert begins == sorted(begins)
    found = by_device(requests)
    assert 50 < len(found) <= 60
    for own in found.values():
        assert [one["timestamp"] for one in own] == sorted(one["timestamp"] for one in own)
        markers = [name for one in own for name in ("begin_session", "end_session") if name in one]
        assert all(pair != ("end_session", "end_session") for pair in pairwise(["end_session", *markers]))
        assert sum("user_details" in one for one in own) == 1
    keys = Counter(event["key"] for event in events_of(requests))
    assert {event["key"] for event in stock.document["events"]} & keys.keys()
    assert keys["[CLY]_view"] > len(begins)


def test_a_sequence_is_followed_step_by_step():
    requests = list(generate(plan(wishes=Wishes(frozenset({"views"})))))
    begins = sum("begin_session" in one for one in requests)
    counted = Counter((event["key"], "dur" in event) for event in events_of(requests))
    ends = sum("end_session" in one for one in requests)
    assert counted == {("[CLY]_view", False): begins, ("[CLY]_view", True): ends, ("Buy", True): begins}
    buys = [event for event in events_of(requests) if event["key"] == "Buy"]
    assert all(5 <= event["sum"] <= 6 and event["dur"] == 7 for event in buys)
    assert {one["metrics"]["_os"] for one in requests if "metrics" in one} == {"iOS"}


def test_gaps_between_sessions_are_at_least_those_of_the_template():
    for own in by_device(generate(plan(users=20))).values():
        begins = [one["timestamp"] for one in own if "begin_session" in one]
        pace = 0.4  # of the most eager users
        assert all(later - earlier >= 20 * pace * 3_600_000 for earlier, later in pairwise(begins))


def test_conditions_decide_about_values():
    requests = [one for one in generate(plan(users=60)) if "user_details" in one]
    pairs = {tuple(one["user_details"]["custom"].values()) for one in requests}
    assert pairs == {("Free", "No"), ("Gold", "Yes")}
    differs = Attribute(
        "x", Choices(("a",), (1,)), ((Condition("Plan", "Gold", is_equal=False), Choices(("b",), (1,))),)
    )
    assert [differs.pick(Random(1), {"Plan": one}) for one in ("Gold", "Free")] == ["a", "b"]


def test_behaviour_may_differ_by_property():
    document = {
        **DOCUMENT,
        "sequences": [*DOCUMENT["sequences"], {"steps": [{"key": "views", "value": "Cart", "probability": 100}]}],
        "behavior": {
            **DOCUMENT["behavior"],
            "sequenceConditions": [
                {"selectedKey": "Plan", "selectedValue": "Gold", "values": [{"key": "Sequence_2", "probability": 1}]}
            ],
            "generalConditions": [{"selectedKey": "Plan", "selectedValue": "Gold", "values": [200, 240]}],
        },
    }
    seen = defaultdict(set)
    sessions = defaultdict(list)
    for own in by_device(generate(plan(document, users=60))).values():
        has = own[0]["user_details"]["custom"]["Plan"]
        seen[has] |= {event["segmentation"]["name"] for event in events_of(own) if event["key"] == "[CLY]_view"}
        sessions[has].append(sum("begin_session" in one for one in own))
    assert seen == {"Free": {"Home"}, "Gold": {"Cart"}}
    assert max(sessions["Gold"]) < max(sessions["Free"])


def test_office_hours_and_growth():
    requests = generate(plan(STOCK["defaultSaas"].document, users=300, begin_ms=UNTIL_MS - 28 * DAY_MS, rhythm=OFFICE))
    begins = [one for one in requests if "begin_session" in one]
    days = Counter(datetime.fromtimestamp(one["timestamp"] / 1000, UTC).weekday() for one in begins)
    assert days[5] + days[6] < 0.15 * len(begins)
    assert sum(9 <= one["hour"] < 18 for one in begins) > 0.7 * len(begins)
    middle = UNTIL_MS - 14 * DAY_MS
    assert sum(one["timestamp"] > middle for one in begins) > 1.2 * sum(one["timestamp"] < middle for one in begins)


def test_new_versions_spread():
    versions = defaultdict(list)
    for one in generate(plan(users=100)):
        if "metrics" in one:
            versions[one["metrics"]["_app_version"]].append(one["timestamp"])
    assert set(versions) == {version for version, _ in RELEASES}
    firsts = [min(versions[version]) for version, _ in RELEASES]
    assert firsts == sorted(firsts)


def test_optional_features_are_left_out():
    requests = list(generate(plan(STOCK[FIRST].document, users=200)))
    assert any("crash" in one for one in requests)
    assert any("token_session" in one for one in requests)
    assert any(event["key"] == "[CLY]_star_rating" for event in events_of(requests))
    fewer = list(generate(plan(STOCK[FIRST].document, users=200, wishes=Wishes(frozenset()))))
    assert not any("crash" in one or "token_session" in one for one in fewer)
    assert not any(event["key"].startswith("[CLY]_") for event in events_of(fewer))


def test_saved_users_come_back_as_they_were():
    saved = [Saved("d1", "Android", "Pixel 8", "9.9", "Ada", {"Plan": "Gold"}), Saved("d2")]
    requests = list(generate(plan(saved=saved)))
    assert set(by_device(requests)) == {"d1", "d2"}
    first = next(one for one in requests if one["device_id"] == "d1")
    told = first["metrics"]
    assert (told["_os"], told["_device"], told["_app_version"]) == ("Android", "Pixel 8", "9.9")
    assert first["user_details"]["custom"]["Plan"] == "Gold"
    assert list(generate(plan(saved=saved))) == requests


def test_no_more_sessions_than_asked():
    for own in by_device(generate(plan(users=30, most_sessions=2))).values():
        assert sum("begin_session" in one for one in own) <= 2


def test_web_visitors_have_browsers_and_referrers():
    requests = list(generate(plan({**DOCUMENT, "platformType": []}, users=60, kind="web")))
    metrics = [one["metrics"] for one in requests if "metrics" in one]
    assert all("_browser" in one and "_carrier" not in one for one in metrics)
    assert any(one.get("_store", "").startswith("https://") for one in metrics)
    assert not any("token_session" in one for one in requests)
    assert any(event["key"] == "[CLY]_action" for event in events_of(requests))


def broken(**fields):
    return {**DOCUMENT, **fields}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (broken(uniqueUserCount=0), "uniqueUserCount is not between 1 and 10000"),
        (broken(uniqueUserCount="many"), "uniqueUserCount is no number"),
        (broken(name=" "), "name is no text of 1 to 256 characters"),
        (broken(users=5), "users is no list"),
        (broken(users=[5]), r"users\[0\] is no object"),
        (broken(users=[{"key": "a", "values": [{"key": {}}]}]), r"users\[0\]\.values\[0\]\.key is neither"),
        (broken(users=[{"key": "a", "values": [{"key": "b", "probability": -1}]}]), "probability is negative"),
        (broken(users=[{"key": "a", "conditions": [{"conditionType": 2}]}]), "conditionType is neither 1 nor -1"),
        (broken(events=[{"key": "Buy", "sum": [5]}]), r"events\[0\]\.sum is not two numbers"),
        (broken(events=[{"key": "Buy", "sum": [9, 5]}]), r"events\[0\]\.sum is no range"),
        (broken(events=[{"key": "x" * 257}]), r"events\[0\]\.key is no text"),
        (broken(views=[{"key": "v"}] * 201), "views has more than 200 entries"),
        (broken(sequences=[{"steps": [{"key": "views", "value": "Away"}]}]), r"sequences\[0\] names 'Away'"),
        (broken(sequences=[{"steps": [{"key": "dance", "value": "x"}]}]), "neither session, events nor views"),
        (broken(sequences=[{"steps": [{"key": "views", "value": "Home", "probability": 101}]}]), "between 0 and 100"),
        (broken(behavior={"sequences": [{"key": "Sequence_2"}]}), "names 'Sequence_2', which is no sequence"),
        (broken(behavior={"generalConditions": [{"values": []}]}), "is not two numbers"),
        (broken(behavior=[]), None),
    ],
)
def test_what_is_wrong_with_a_template_is_said(document, message):
    if message is None:
        assert read(document).behavior.gap_hours == (8.0, 72.0)
        return
    with pytest.raises(InvalidTemplate, match=message):
        read(document)
