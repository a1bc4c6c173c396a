"""New requests of old users go on in the documents that Countly made: nothing is begun anew, nothing is lost."""

import copy

import pytest

from apps.aggregation.records import Record
from apps.aggregation.requests import read_request
from apps.aggregation.shards import Shard
from apps.core import mongo
from apps.core.keys import postfix
from apps.pipeline.transaction import count_requests
from tests.adopted import database
from tests.adopted.database import APP_ID, DEVICE, IMPORTED_DEVICE, KEY, NOW_S, OPEN_DEVICE, profile_id
from tests.aggregation.ledger import query_text

BOUGHT = {"c": 3, "s": pytest.approx(29.97)}


@pytest.fixture(autouse=True)
def _adopted(transactional_db):
    database.adopt()


def send(device_id, at=NOW_S, **parameters):
    fields = {"app_key": KEY, "device_id": device_id, "timestamp": str(at), **parameters}
    received_s = max(at, NOW_S) + 60
    record = Record(APP_ID, KEY, device_id, received_s * 1000, "127.0.0.1", query=query_text(fields))
    outcome, _ = count_requests(
        [read_request(record)], Shard(), check=lambda session: None, finish=lambda outcome, session: 0
    )
    assert outcome.dead == []
    return outcome


def stored(collection):
    return {document["_id"]: document for document in mongo.collection(collection).find()}


def before(collection):
    return {document["_id"]: copy.deepcopy(document) for document in database.DOCUMENTS[collection]}


def add(document, **amounts):
    """`add(document, d__12__t=1)`"""
    for path, amount in amounts.items():
        node, parts = document, path.split("__")
        for part in parts[:-1]:
            node = node.setdefault(part, {})
        node[parts[-1]] = node.get(parts[-1], 0) + amount


def profile(device_id):
    return mongo.collection(f"app_users{APP_ID}").find_one({"_id": profile_id(device_id)})


def test_a_session_of_a_known_user_is_added_to_the_documents_that_are_there():
    expected = before("users")
    send(DEVICE, begin_session=1, country_code="DE", city="Berlin", region="BE")
    month, zero = expected[f"{APP_ID}_2025:3_0"], expected[f"{APP_ID}_2025:0_0"]
    new = {"d__12__t": 1, "d__12__e": 1, "d__12__u": 1, "d__12__DE__t": 1, "d__12__DE__u": 1, "d__12__f__2": 1}
    add(month, **new, d__12__13__t=1, d__12__13__e=1, d__12__13__u=1)
    # Last seen 24 hours ago, in the same month and year, and in the week before.
    add(zero, d__f__2=1, d__3__f__2=1, d__w11__f__2=1, d__w11__u=1, d__w11__DE__u=1)
    zero["meta_v2"]["f-ranges"]["2"] = True
    assert stored("users") == expected
    assert profile(DEVICE)["sc"] == 13
    assert profile(DEVICE)["custom"] == {"plan": "pro"}


def test_metrics_go_on_where_they_are_listed_already():
    expected = before("device_details")
    send(DEVICE, begin_session=1, country_code="DE", metrics={"_os": "Android", "_app_version": "2.1"})
    for value in ("Android", "2:1"):
        month = expected[f"{APP_ID}_2025:3_{postfix(value)}"]
        add(month, **{f"d__12__{value}__t": 1, f"d__12__{value}__u": 1})
        add(expected[f"{APP_ID}_2025:0_{postfix(value)}"], **{f"d__w11__{value}__u": 1})
    assert stored("device_details") == expected


def test_a_session_that_countly_saw_begin_is_ended():
    expected = before("users")
    send(OPEN_DEVICE, session_duration=60, end_session=1)
    ending = postfix(OPEN_DEVICE)
    assert stored("users")[f"{APP_ID}_2025:3_{ending}"]["d"]["12"]["ds"] == {"3": 1}  # 42 and 60 seconds
    found = profile(OPEN_DEVICE)
    assert (found["tsd"], found["sd"], found["lest"], "hos" in found) == (460, 0, NOW_S, False)
    untouched = {name: document for name, document in expected.items() if not name.endswith(f"_{ending}")}
    assert untouched.items() <= stored("users").items()


def test_a_session_that_was_never_ended_is_closed_by_the_next_one():
    send(OPEN_DEVICE, begin_session=1, country_code="US")
    counters = stored("users")[f"{APP_ID}_2025:3_{postfix(OPEN_DEVICE)}"]["d"]["12"]
    assert (counters["ds"], counters["t"], counters["US"]) == ({"2": 1}, 1, {"t": 1})  # no new user of the day
    assert profile(OPEN_DEVICE)["sc"] == 5


def test_a_profile_with_texts_for_numbers_is_no_new_user():
    send(IMPORTED_DEVICE, begin_session=1, session_duration=5, country_code="FR")
    found = profile(IMPORTED_DEVICE)
    assert (found["sc"], found["ls"], found["tsd"], found["uid"]) == (8, NOW_S, 5, "3")
    assert found["fac"] == NOW_S - 90 * database.DAY
    counters = stored("users")[f"{APP_ID}_2025:3_{postfix(IMPORTED_DEVICE)}"]["d"]["12"]
    assert ("n" in counters, counters["u"], counters["f"]) == (False, 1, {"10": 1})


def test_events_go_on_with_their_lists_and_rules():
    expected = before("events_data")
    segmentation = {"plan": "pro", "secret": "x"}
    send(DEVICE, events=[{"key": "Purchase", "count": 1, "sum": 9.99, "segmentation": segmentation}])
    hashed = next(name for name in expected if name.endswith("no-segment_2025:3"))
    add(expected[hashed], d__12__c=1, d__12__13__c=1)
    for node in (expected[hashed]["d"]["12"], expected[hashed]["d"]["12"]["13"]):
        node["s"] = pytest.approx(29.97)
    expected[hashed.replace("no-segment_2025:3", "plan_2025:3_H")]["d"]["12"]["pro"] = BOUGHT
    expected[f"{APP_ID}_all_key_2025:3_d"]["d"]["12"]["Purchase"] = BOUGHT
    assert stored("events_data") == expected
    assert stored("events") == before("events")


def test_a_new_user_gets_the_next_number():
    send("device-4", begin_session=1)
    assert profile("device-4")["uid"] == "4"
    assert mongo.collection("apps").find_one({"key": KEY})["seq"] == 4


def test_the_last_request_that_countly_counted_is_not_counted_again():
    request = {"app_key": KEY, "device_id": DEVICE, "timestamp": str(NOW_S - 60), "session_duration": "30"}
    record = Record(APP_ID, KEY, DEVICE, NOW_S * 1000, "127.0.0.1", query=query_text(request))
    mongo.collection(f"app_users{APP_ID}").update_one(
        {"_id": profile_id(DEVICE)}, {"$set": {"last_req": read_request(record).hash}}
    )
    assert send(DEVICE, at=NOW_S - 60, session_duration="30").dropped == {(APP_ID, "Duplicate request"): 1}


def test_two_old_users_become_one():
    send(DEVICE, old_device_id=OPEN_DEVICE)
    found = profile(DEVICE)
    assert profile(OPEN_DEVICE) is None
    assert (found["uid"], found["sc"], found["tsd"], found["ls"], found["merges"]) == ("1", 16, 4_000, NOW_S - 3_600, 1)
    assert found["custom"] == {"plan": "pro"}
