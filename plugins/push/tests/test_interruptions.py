"""What happens to a message, its users and its worker while it is scheduled and sent."""

from typing import Any

import pytest

from apps.aggregation.user_data import delete_users
from apps.core import clock, mongo
from plugins.push import documents, messages, scheduling, sending
from plugins.push.tests.conftest import Gateways
from plugins.push.tests.sent_messages import android, create, message, numbers, shown, with_credentials
from tests.traffic import Traffic


def test_who_was_killed_while_sending_sends_nothing_twice(
    traffic: Traffic, gateways: Gateways, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2", "d3")
    monkeypatch.setattr("plugins.push.tasks.task_send.delay", lambda: None)
    created = create(traffic, message(traffic, "a"))

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as during:
        during.setattr(sending, "_write", killed)
        with pytest.raises(SystemExit):
            sending.work()
    assert len(gateways.fcm) == 3

    sending.work()
    assert (len(gateways.fcm), shown(traffic, created)["status"]) == (3, "sending")
    with clock.frozen_at(clock.now_ms() + sending.STALE_MS + 1):
        sending.work()
    found = shown(traffic, created)
    assert (len(gateways.fcm), found["status"]) == (3, "sent")
    assert (numbers(found["result"]), found["result"]["errors"]) == ((3, 0, 3), {"Interrupted": 3})


def test_users_who_are_deleted_while_their_batch_is_sent_take_only_their_own_pushes_along(
    traffic: Traffic, gateways: Gateways, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2", "gone")
    deliver = sending.deliver

    def during(*args: Any) -> Any:
        delete_users(traffic.application.id, [traffic.profile("gone")["uid"]])
        return deliver(*args)

    monkeypatch.setattr(sending, "deliver", during)
    created = create(traffic, message(traffic, "a", saveStats=True))
    sending.work()

    found = shown(traffic, created)
    assert (found["status"], numbers(found["result"])) == ("sent", (3, 2, 1))
    assert (found["result"]["processed"], found["result"]["errors"]) == (3, {"purge": 1})
    assert documents.queue().count_documents({}) == 0
    kept = {one["u"] for one in mongo.collection(documents.STATS).find({})}
    assert kept == {traffic.profile(device)["uid"] for device in ("d1", "d2")}


def test_what_waits_for_a_deleted_user_is_counted(traffic: Traffic, gateways: Gateways, credentials: Any) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "gone")
    later = [{"kind": "plain", "start": clock.now_ms() + 3_600_000}]
    first, second = (create(traffic, message(traffic, "a", triggers=later)) for _ in range(2))

    delete_users(traffic.application.id, [traffic.profile("gone")["uid"]])

    for created in (first, second):
        assert shown(traffic, created)["result"]["errors"] == {"purge": 1}
    with clock.frozen_at(clock.now_ms() + 3_600_000):
        sending.work()
    found = shown(traffic, first)
    assert (found["status"], numbers(found["result"])) == ("sent", (2, 1, 1))


def test_what_is_being_sent_is_not_cancelled_too(
    traffic: Traffic, gateways: Gateways, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2", "d3")
    later = {"kind": "api", "start": 1}
    created = create(traffic, message(traffic, "a", triggers=[later]))
    everybody, at_ms = {"user": '{"did": {"$exists": true}}'}, clock.now_ms() + 3_600_000
    traffic.read("/i/push/message/push", args={"_id": created["_id"], "filter": everybody, "start": at_ms})
    of_first, step = {"u": traffic.profile("d1")["uid"]}, scheduling._remove_step

    def meanwhile(*args: Any) -> int:
        documents.queue().update_one(of_first, {"$set": {"taken": clock.now_ms(), "by": "somebody"}})
        return step(*args)

    monkeypatch.setattr(scheduling, "_remove_step", meanwhile)
    answer = traffic.read("/i/push/message/pop", _id=created["_id"], filter=everybody)

    assert answer == {"removed": 2}
    assert shown(traffic, created)["result"]["errors"] == {"cancelled": 2}
    assert [row["u"] for row in documents.queue().find({})] == [of_first["u"]]


def before_it_is_marked(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker has found what is due and looks at the clock; the change happens before it marks the message."""
    now = clock.now

    def looked() -> Any:
        monkeypatch.setattr(clock, "now", now)
        change()
        return now()

    monkeypatch.setattr(clock, "now", looked)


@pytest.mark.parametrize("path", ["/i/push/message/toggle", "/i/push/message/remove"])
def test_a_message_that_was_stopped_since_it_was_read_stays_so(
    traffic: Traffic, gateways: Gateways, credentials: Any, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    monkeypatch.setattr("plugins.push.tasks.task_send.delay", lambda: None)
    created = create(traffic, message(traffic, "a", triggers=[{"kind": "event", "start": 1, "events": ["Buy"]}]))
    traffic.count("d1", events=[{"key": "Buy"}])

    before_it_is_marked(lambda: traffic.read(path, _id=created["_id"], active="false"), monkeypatch)
    sending.work()

    stored = documents.messages().find_one({}) or {}
    deleted = documents.DELETED if path.endswith("remove") else 0
    assert stored["status"] == "stopped"
    assert stored["state"] == documents.CREATED | documents.DONE | documents.CLEARED | deleted
    assert (gateways.fcm, stored["result"]["errors"]) == ([], {"cancelled": 1})


def test_a_message_that_was_changed_since_it_was_read_is_sent_once_and_as_it_is_now(
    traffic: Traffic, gateways: Gateways, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2")
    monkeypatch.setattr("plugins.push.tasks.task_send.delay", lambda: None)
    sent = message(traffic, "a")
    created = create(traffic, sent)
    changed = {**sent, "_id": created["_id"], "contents": [{"message": "Newer"}]}

    before_it_is_marked(lambda: traffic.read("/i/push/message/update", args=changed), monkeypatch)
    sending.work()
    assert (gateways.fcm, shown(traffic, created)["status"]) == ([], "created")

    sending.work()
    assert [one["data"]["message"] for one in gateways.fcm] == ["Newer", "Newer"]
    found = shown(traffic, created)
    assert (found["status"], numbers(found["result"])) == ("sent", (2, 2, 0))


def test_what_an_older_audience_was_does_not_fail_a_message_that_was_changed(
    traffic: Traffic, gateways: Gateways, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    monkeypatch.setattr("plugins.push.tasks.task_send.delay", lambda: None)
    sent = message(traffic, "a")
    created = create(traffic, {**sent, "filter": {"user": '{"did": "nobody"}'}})
    fill = scheduling.fill

    def meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(scheduling, "fill", fill)
        counted = fill(*args)
        traffic.read("/i/push/message/update", args={**sent, "_id": created["_id"]})
        return counted

    monkeypatch.setattr(scheduling, "fill", meanwhile)
    sending.work()
    assert shown(traffic, created)["status"] == "created"
    sending.work()
    assert (shown(traffic, created)["status"], len(gateways.fcm)) == ("sent", 1)


def test_a_message_that_was_sent_meanwhile_is_not_stopped(
    traffic: Traffic, gateways: Gateways, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1")
    monkeypatch.setattr("plugins.push.tasks.task_send.delay", lambda: None)
    created = create(traffic, message(traffic, "a"))
    before = messages.find(created["_id"])
    sending.work()
    messages.stop(before)
    assert shown(traffic, created)["status"] == "sent"


def test_who_was_killed_while_scheduling_begins_anew(
    traffic: Traffic, gateways: Gateways, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_credentials(traffic, a=credentials["a"])
    android(traffic, "d1", "d2")
    monkeypatch.setattr("plugins.push.tasks.task_send.delay", lambda: None)
    created = create(traffic, message(traffic, "a"))
    found = documents.messages().find_one({})
    documents.messages().update_one({}, {"$set": {"state": documents.SCHEDULING}})
    half = sending.scheduling.automatic.row(traffic.application.id, found, "ap", "1", clock.now_ms())
    documents.queue().insert_one(half)

    sending.work()

    assert (len(gateways.fcm), numbers(shown(traffic, created)["result"])) == (2, (2, 2, 0))
