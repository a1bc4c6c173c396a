import json

import pytest

from apps.aggregation.limits import Limits
from tests.aggregation.ledger import NOON, RECEIVED_MS, Ledger, json_request, request

UNUSABLE_VALUE = "Custom property with unusable value"


def told(*details, limits=None):
    """The profile and what was dropped after these user details, each in a request of its own."""
    ledger = Ledger(limits=limits)
    ledger.send_one_by_one(*(request(user_details=each) for each in details))
    return ledger.profile(), dict(ledger.dropped)


def custom(*properties, limits=None):
    profile, dropped = told(*({"custom": each} for each in properties), limits=limits)
    return profile.get("custom"), dropped


DETAILS = {
    "name": "Ann",
    "username": "ann",
    "email": "ann@example.com",
    "organization": "Example",
    "phone": "+49 30 1234",
    "picture": "https://example.com/ann.png",
    "gender": "F",
    "byear": 1987,
    "custom": {"points": 5, "plan": "pro", "beta": True, "ratio": 0.5, "tags": ["a", 1, False]},
}


@pytest.mark.parametrize("as_object", [True, False])
def test_details_are_kept_on_the_profile(as_object):
    ledger = Ledger()
    ledger.send(json_request({"timestamp": NOON, "user_details": DETAILS if as_object else json.dumps(DETAILS)}))
    profile = ledger.profile()
    assert {field: profile[field] for field in DETAILS} == DETAILS
    assert (profile["hasInfo"], profile["lac"]) == (True, NOON)
    assert ledger.dropped == {}


def test_an_empty_text_or_null_removes():
    profile, _ = told(
        DETAILS, {"name": "", "email": None, "byear": "", "custom": {"points": None, "plan": "", "tags": {"$unset": 1}}}
    )
    assert {field: profile.get(field) for field in DETAILS} == {
        **DETAILS, "name": None, "email": None, "byear": None, "custom": {"beta": True, "ratio": 0.5},
    }  # fmt: skip
    assert "custom" not in told(DETAILS, {"custom": None})[0]
    assert "custom" not in told({"custom": {"a": 1}}, {"custom": {"a": None}})[0]


@pytest.mark.parametrize(
    ("stored", "modifiers", "result"),
    [
        (5, {"$inc": 2}, 7),
        (5, {"$inc": "2.5"}, 7.5),
        ("5", {"$inc": 2}, 7),
        (None, {"$inc": 2}, 2),
        (5, {"$inc": -7}, -2),
        (2_147_483_647, {"$inc": 1}, 2_147_483_648.0),
        (5, {"$mul": 3}, 15),
        (None, {"$mul": 3}, 0),
        (5, {"$min": 3}, 3),
        (5, {"$min": 8}, 5),
        (5, {"$max": 8}, 8),
        (5, {"$max": 3}, 5),
        (None, {"$max": 3}, 3),
        (None, {"$min": -3}, -3),
        (5, {"$set": "x"}, "x"),
        (5, {"$set": None}, None),
        (5, {"$setOnce": 6}, 5),
        (None, {"$setOnce": 6}, 6),
        (5, {"$unset": ""}, None),
        (None, {"$push": "a"}, ["a"]),
        (["a"], {"$push": ["a", "b"]}, ["a", "a", "b"]),
        ("a", {"$push": "b"}, ["a", "b"]),
        (["a"], {"$addToSet": ["a", "b", "b"]}, ["a", "b"]),
        ([1], {"$addToSet": [True, 1]}, [1, True]),
        (["a", "b", "a"], {"$pull": "a"}, ["b"]),
        (["a", "b", "c"], {"$pull": ["a", "c"]}, ["b"]),
        ([1, True], {"$pull": 1}, [True]),
        (None, {"$pull": "a"}, None),
        (5, {"$inc": 1, "$mul": 2, "$max": 10}, 12),
        (["a"], {"$push": "b", "$pull": "a"}, ["b"]),
        (None, {"$setOnce": 1, "$inc": 1}, 2),
    ],
)
def test_modifiers(stored, modifiers, result):
    properties, dropped = custom({"other": 1, "p": stored}, {"p": modifiers})
    assert properties == {"other": 1, **({} if result is None else {"p": result})}
    if result is not None:
        assert type(properties["p"]) is type(result)
    assert dropped == {}


@pytest.mark.parametrize(
    ("stored", "changed", "reason"),
    [
        ("text", {"$inc": 1}, UNUSABLE_VALUE),
        (5, {"$inc": "many"}, UNUSABLE_VALUE),
        (True, {"$mul": 2}, UNUSABLE_VALUE),
        (1e300, {"$mul": 1e300}, UNUSABLE_VALUE),
        ([1], {"$max": 2}, UNUSABLE_VALUE),
        (5, {"$pull": 5}, UNUSABLE_VALUE),
        (["a"], {"$push": {"x": 1}}, UNUSABLE_VALUE),
        (5, {"$set": {"x": 1}}, UNUSABLE_VALUE),
        (5, {}, UNUSABLE_VALUE),
        (5, {"$where": 1}, "Custom property with unusable modifier"),
        (5, {"x": 1}, "Custom property with unusable modifier"),
    ],
)
def test_what_cannot_be_applied_is_dropped_and_changes_nothing(stored, changed, reason):
    if stored == 1e300:
        stored = 9e299  # the greatest amounts are refused themselves
    properties, dropped = custom({"p": stored}, {"p": changed, "q": 1})
    assert properties == {"p": stored, "q": 1}
    assert dropped == {reason: 1}


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ("{broken", "User details that are no object"),
        ([1], "User details that are no object"),
        ({"nickname": "x"}, "User property of unknown name"),
        ({"name": {"first": "x"}}, "User property with unusable value"),
        ({"byear": "soon"}, "User property with unusable value"),
        ({"byear": 10**9}, "User property with unusable value"),
        ({"picture": "javascript:alert(1)"}, "User property with unusable value"),
        ({"picture": "https://example.com/" + "x" * 3000}, "User property with unusable value"),
        ({"custom": [1]}, "User property with unusable value"),
        ({"custom": {"$": 1}}, "Custom property with unusable name"),
    ],
)
def test_unusable_details_are_dropped_with_a_reason(details, reason):
    profile, dropped = told(details)
    assert {field for field in profile if field in {*DETAILS, "nickname"}} == set()
    assert dropped == {reason: 1}


def test_names_are_safe_and_texts_bounded():
    properties, _ = custom({"$a.b": 1, "c\0d": "x\0y", "e" * 500: "f" * 500, "\ud800": 2})
    assert properties == {"a:b": 1, "c&#9647d": "x\0y", "e" * 128: "f" * 256, "\ufffd": 2}
    assert told({"name": "n" * 500, "byear": "1987"})[0]["name"] == "n" * 256


def test_limits_of_properties_and_items():
    limits = Limits(custom_properties=2, custom_items=3)
    properties, dropped = custom(
        {"a": [1, 2, 3, 4], "b": 1, "c": 1}, {"a": {"$push": 5}, "b": 2, "d": {"$inc": 1}}, limits=limits
    )
    assert properties == {"a": [1, 2, 3], "b": 2}
    assert dropped == {
        "Item beyond the limit of a list property": 2,
        "Custom property beyond the limit of properties": 2,
    }
    no_limits = Limits(custom_properties=0, custom_items=0)
    many = {f"p{number}": list(range(100)) for number in range(30)}
    assert custom(many, limits=no_limits) == (many, {})


def test_limits_come_from_the_namespace_of_users():
    limits = Limits.from_settings({}, {"custom_prop_limit": 3, "custom_set_limit": "4"})
    assert limits == Limits(custom_properties=3, custom_items=4)


def test_texts_are_trimmed_when_that_is_set():
    profile, _ = told({"name": " Ann ", "custom": {"a": " x "}}, limits=Limits(trim_values=True))
    assert (profile["name"], profile["custom"]) == ("Ann", {"a": "x"})


def test_details_sent_again_change_once():
    ledger = Ledger()
    sent = request(user_details={"custom": {"points": {"$inc": 2}}})
    ledger.send_one_by_one(sent, sent)
    ledger.send(sent, sent)
    assert ledger.profile()["custom"] == {"points": 2}


def test_merged_users_unite_their_custom_properties():
    ledger = Ledger(limits=Limits(custom_properties=3, custom_items=3))
    of_old = {"a": 1, "tags": ["x", "y"], "only_old": 1, "beyond": 1}
    of_new = {"a": 2, "tags": ["z", "x"]}
    ledger.send_one_by_one(
        request("old", begin_session=1, user_details={"name": "Old", "phone": "1", "custom": of_old}),
        request("new", at=NOON + 9, begin_session=1, user_details={"name": "New", "custom": of_new}),
    )
    ledger.dropped.clear()
    ledger.send(request("new", at=NOON + 20, old_device_id="old"))
    profile = ledger.profile("new")
    assert (profile["name"], profile["phone"]) == ("New", "1")
    assert profile["custom"] == {"a": 2, "tags": ["z", "x", "y"], "only_old": 1}
    assert ledger.dropped == {}


def test_merged_users_stay_within_the_limits():
    ledger = Ledger(limits=Limits(custom_properties=2, custom_items=2))
    ledger.send_one_by_one(
        request("old", user_details={"custom": {"b": 1, "tags": ["x", "y"]}}),
        request("new", user_details={"custom": {"a": 1, "tags": ["z"]}}),
        request("new", old_device_id="old"),
    )
    assert set(ledger.profile("new")["custom"]) <= {"a", "b", "tags"}
    assert len(ledger.profile("new")["custom"]) == 2
    assert len(ledger.profile("new")["custom"]["tags"]) == 2
    assert ledger.dropped == {
        "Custom property beyond the limit of properties": 1,
        "Item beyond the limit of a list property": 1,
    }
    assert ledger.profile("new")["last_merge"] == float(RECEIVED_MS)
