from apps.aggregation.merges import Merge
from apps.core.keys import user_id
from tests.aggregation.ledger import APP_ID, NOON, RECEIVED_MS, Ledger, request

DAY_S = 86_400


def known(ledger, device_id, at, seconds, **parameters):
    ledger.send_one_by_one(
        request(device_id, at=at, begin_session=1, **parameters),
        request(device_id, at=at + 60, session_duration=seconds),
    )


def subset(profile, *fields):
    return {field: profile.get(field) for field in fields}


MERGED = ("uid", "did", "sc", "tsd", "sd", "fs", "ls", "lac", "p", "merges", "merged_uid", "merged_did")


def test_the_newer_profile_survives_under_the_new_id():
    ledger = Ledger()
    known(ledger, "anon", NOON - 3 * DAY_S, 70, metrics={"_os": "Android", "_device": "P"})
    known(ledger, "login", NOON - 2 * DAY_S, 50, metrics={"_os": "iOS"})
    outcome = ledger.send(request("login", at=NOON, old_device_id="anon"))
    assert subset(ledger.profile("login"), *MERGED) == {
        "uid": "2", "did": "login", "sc": 2, "tsd": 120, "sd": 50, "fs": NOON - 3 * DAY_S, "ls": NOON - 2 * DAY_S,
        "lac": NOON - 2 * DAY_S + 60, "p": "iOS", "merges": 1, "merged_uid": "1", "merged_did": "anon",
    }  # fmt: skip
    assert ledger.profile("login")["d"] == "P"
    assert ledger.profile("login")["last_merge"] == float(RECEIVED_MS)
    assert outcome.merges == [Merge(APP_ID, user_id("key", "anon"), "1", user_id("key", "login"), "2")]
    assert outcome.removed_profiles == [(APP_ID, user_id("key", "anon"))]


def test_the_old_profile_survives_when_it_is_newer_but_takes_the_new_identity():
    ledger = Ledger()
    known(ledger, "login", NOON - 3 * DAY_S, 50, metrics={"_os": "iOS"})
    known(ledger, "anon", NOON - 2 * DAY_S, 70, metrics={"_os": "Android"})
    ledger.send(request("login", at=NOON, old_device_id="anon"))
    assert subset(ledger.profile("login"), *MERGED) == {
        "uid": "1", "did": "login", "sc": 2, "tsd": 120, "sd": 70, "fs": NOON - 3 * DAY_S, "ls": NOON - 2 * DAY_S,
        "lac": NOON - 2 * DAY_S + 60, "p": "Android", "merges": 1, "merged_uid": "2", "merged_did": "anon",
    }  # fmt: skip
    assert len(ledger.profiles) == 1


def test_views_of_the_session_add_up_and_the_later_view_stays():
    ledger = Ledger()
    known(ledger, "anon", NOON - 3 * DAY_S, 70)
    known(ledger, "login", NOON - 2 * DAY_S, 50)
    ledger.profile("anon").update(lv="Later", lvt=NOON - 60, vc=2)
    ledger.profile("login").update(lv="Earlier", lvt=NOON - 90, vc=3)
    ledger.send(request("login", at=NOON, old_device_id="anon"))
    assert subset(ledger.profile("login"), "lv", "lvt", "vc") == {"lv": "Later", "lvt": NOON - 60, "vc": 5}


def test_an_unknown_device_takes_over_the_old_profile():
    ledger = Ledger()
    known(ledger, "anon", NOON - DAY_S, 70)
    ledger.send(request("login", at=NOON, old_device_id="anon", session_duration=5))
    assert subset(ledger.profile("login"), "uid", "did", "sc", "tsd", "sd", "merges", "hasInfo") == {
        "uid": "2", "did": "login", "sc": 1, "tsd": 75, "sd": 75, "merges": 1, "hasInfo": True,
    }  # fmt: skip


def test_merging_twice_equals_once():
    ledger = Ledger()
    known(ledger, "anon", NOON - 3 * DAY_S, 70)
    known(ledger, "login", NOON - 2 * DAY_S, 50)
    merge = request("login", at=NOON, old_device_id="anon")
    ledger.send(merge)
    once = dict(ledger.profile("login"))
    ledger.send(merge)
    assert ledger.dropped == {"Duplicate request": 1}
    ledger.send(request("login", at=NOON + 1, old_device_id="anon"))
    now = ledger.profile("login")
    assert {field: now[field] for field in now if field != "req_hashes"} == {
        field: once[field] for field in once if field != "req_hashes"
    }


def test_a_chain_of_merges_in_one_batch_equals_one_by_one():
    steps = [
        request("a", at=NOON - 5000, begin_session=1),
        request("b", at=NOON - 4000, begin_session=1),
        request("c", at=NOON - 3000, begin_session=1),
        request("b", at=NOON - 2000, old_device_id="a"),
        request("a", at=NOON - 1500, begin_session=1),
        request("c", at=NOON - 1000, old_device_id="b", begin_session=1, session_duration=5),
    ]
    together, apart = Ledger(), Ledger()
    together.send(*steps)
    apart.send_one_by_one(*steps)
    assert together.profiles == apart.profiles
    assert together.counters == apart.counters
    assert subset(together.profile("c"), "uid", "sc", "merges", "merged_did") == {
        "uid": "3", "sc": 5, "merges": 2, "merged_did": "b",
    }  # fmt: skip
    assert together.aliases == apart.aliases
    assert set(together.profiles) == {(APP_ID, user_id("key", "c"))}


def test_nobody_to_merge_with():
    ledger = Ledger()
    ledger.send(request("new", begin_session=1, old_device_id="never-seen"))
    assert "merges" not in ledger.profile("new")
    assert len(ledger.profiles) == 1


def test_requests_of_both_are_remembered():
    ledger = Ledger()
    of_old, of_new = request("anon", begin_session=1), request("login", begin_session=1)
    ledger.send_one_by_one(of_old, of_new, request("login", old_device_id="anon"))
    memory = ledger.profile("login")["req_hashes"]
    assert of_old.fingerprint in memory
    assert of_new.fingerprint in memory


def test_lists_and_objects_are_united():
    ledger = Ledger()
    known(ledger, "anon", NOON - DAY_S, 1)
    known(ledger, "login", NOON, 1)
    ledger.profile("anon").update(tags=["a", "b"], custom={"x": 1, "y": 2}, av_prerel=["beta"])
    ledger.profile("login").update(tags=["b", "c"], custom={"y": 3}, av_prerel=["rc"])
    ledger.send(request("login", old_device_id="anon"))
    assert subset(ledger.profile("login"), "tags", "custom", "av_prerel") == {
        "tags": ["b", "c", "a"],
        "custom": {"x": 1, "y": 3},
        "av_prerel": ["rc"],
    }
