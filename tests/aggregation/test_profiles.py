from datetime import UTC, datetime

from apps.aggregation.duplicates import MEMORY_BYTES, REMEMBERED_REQUESTS
from apps.aggregation.limits import Limits
from tests.aggregation.ledger import NOON, RECEIVED_MS, Ledger, json_request, request

RECEIVED = datetime.fromtimestamp(RECEIVED_MS / 1000, UTC)


def test_a_request_that_tells_nothing_leaves_only_the_user():
    ledger = Ledger()
    ledger.send(request(campaign_id="c1", hour=3, tz=60, t="0", sdk_name="x"))
    profile = ledger.profile()
    assert set(profile) == {"_id", "uid", "did", "first_req_get", "first_req_post", "req_hashes"}
    assert (profile["uid"], profile["did"]) == ("1", "d1")


def test_books_are_kept():
    ledger = Ledger()
    first = request(at=NOON, begin_session=1, sdk_name="web", sdk_version="25.4.1", tz="180", t="0")
    last = request(at=NOON + 60, session_duration=60, sdk_version="25.5.0")
    ledger.send(first, last)
    profile = ledger.profile()
    assert {field: value for field, value in profile.items() if field not in ("_id", "lsid", "req_hashes")} == {
        "uid": "1", "did": "d1", "sc": 1, "fs": NOON, "ls": NOON, "lbst": NOON, "hos": True, "sd": 60, "tsd": 60,
        "fac": NOON, "first_sync": RECEIVED_MS // 1000, "lac": NOON + 60, "last_sync": RECEIVED_MS // 1000,
        "lu": RECEIVED, "sdk": {"name": "web", "version": "25.5.0"}, "tz": "180", "t": "0", "hasInfo": True,
        "cc": "Unknown", "rgn": "Unknown", "cty": "Unknown", "req_count": 2, "last_req": last.hash,
        "first_req_get": f"/i?{first.record.query.decode()}", "first_req_post": "",
        "last_req_get": f"/i?{last.record.query.decode()}", "last_req_post": "",
    }  # fmt: skip
    assert profile["req_hashes"] == first.fingerprint + last.fingerprint


def test_values_keep_the_type_in_which_they_came():
    ledger = Ledger()
    ledger.send(json_request({"timestamp": NOON, "begin_session": 1, "t": 0, "tz": 180}))
    profile = ledger.profile()
    assert (profile["t"], profile["tz"], profile["hasInfo"]) == (0, 180, True)


def test_activity_is_the_latest_and_the_earliest():
    ledger = Ledger()
    ledger.send_one_by_one(request(at=NOON, session_duration=1), request(at=NOON - 60, session_duration=1))
    assert (ledger.profile()["fac"], ledger.profile()["lac"]) == (NOON, NOON)


def test_stored_numbers_may_be_doubles():
    ledger = Ledger()
    ledger.send(request(at=NOON, begin_session=1))
    ledger.profile().update(sc=4.0, ls=float(NOON), lac=float(NOON), sd=7.0, tsd=None)
    ledger.send(request(at=NOON + 3700, begin_session=1, session_duration=5))
    profile = ledger.profile()
    assert (profile["sc"], profile["ls"], profile["tsd"]) == (5, NOON + 3700, 5)


def test_kept_texts_are_cut():
    ledger = Ledger()
    ledger.send(request(session_duration=1, padding="x" * 5000))
    assert len(ledger.profile()["last_req_get"]) == len("/i?") + 1024


def test_a_request_sent_again_is_counted_once():
    ledger = Ledger()
    steps = [request(at=NOON + n, session_duration=1) for n in range(5)]
    ledger.send(*steps, *steps)
    ledger.send(*reversed(steps))
    assert ledger.profile()["tsd"] == 5
    assert ledger.dropped == {"Duplicate request": 10}
    assert ledger.by_month("users", "2025:3")["12.e"] == 5


def test_a_request_that_tells_nothing_is_counted_once_as_well():
    ledger = Ledger()
    quiet = request(at=NOON)
    ledger.send_one_by_one(quiet, quiet)
    assert ledger.by_month("users", "2025:3") == {"12.e": 1, "12.12.e": 1}


def test_as_many_requests_are_remembered_as_promised():
    ledger = Ledger()
    steps = [request(at=NOON + n, session_duration=1) for n in range(REMEMBERED_REQUESTS + 1)]
    ledger.send(*steps)
    assert len(ledger.profile()["req_hashes"]) == MEMORY_BYTES
    ledger.send(*steps[1:])
    assert ledger.dropped == {"Duplicate request": REMEMBERED_REQUESTS}
    ledger.send(steps[0])  # forgotten
    assert ledger.profile()["tsd"] == REMEMBERED_REQUESTS + 2


def test_the_last_request_stored_by_the_original_is_recognised():
    ledger = Ledger()
    ledger.send(request(at=NOON, session_duration=1))
    again = request(at=NOON + 1, session_duration=1)
    del ledger.profile()["req_hashes"]
    ledger.profile()["last_req"] = again.hash
    ledger.send(again)
    assert ledger.dropped == {"Duplicate request": 1}


def test_duplicates_can_be_allowed():
    ledger = Ledger(limits=Limits(prevent_duplicate_requests=False))
    step = request(at=NOON, session_duration=1)
    ledger.send(step, step)
    profile = ledger.profile()
    assert profile["tsd"] == 2
    assert "last_req" not in profile
    assert "req_hashes" not in profile


def test_a_fingerprint_across_two_others_is_no_duplicate():
    ledger = Ledger()
    step = request(at=NOON, session_duration=1)
    ledger.send(request(at=NOON - 1, session_duration=1))
    ledger.profile()["req_hashes"] = b"1234" + step.fingerprint + b"5678"
    ledger.send(step)
    assert ledger.profile()["tsd"] == 2
