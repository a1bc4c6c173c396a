from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command

from apps.aggregation import batch, counting
from apps.aggregation.profiles import Profile
from apps.aggregation.records import Record
from apps.aggregation.requests import IngestRequest
from apps.aggregation.sessions import count_session
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.pipeline import backlog, dead_letters, drops, flush, replay
from apps.pipeline.flush import flush_all
from tests.faults import counters

MakeRecord = Callable[..., Record]
Accept = Callable[[list[Record]], None]
SESSIONS = "begin_session=1"


@contextmanager
def broken_for(*device_ids: str) -> Iterator[None]:
    """The counting of these devices' requests raises."""

    def broken(request: IngestRequest, *args: Any, **kwargs: Any) -> Any:
        if request.record.device_id in device_ids:
            raise RuntimeError(f"broken for {request.record.device_id}")
        return count_session(request, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "count_session", broken)
        yield


def sessions(application: ApplicationInfo) -> float:
    return counters.totals(mongo.database(), application.id).get("sessions", 0)


def command(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("dead_letters", *arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_trouble_after_the_counting_finds_its_request_too(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    operators_of = batch.profile_operators

    def broken(profile: Profile) -> Any:
        if profile.fields.get("did") == "d5":
            raise KeyError("no such field")
        return operators_of(profile)

    monkeypatch.setattr(batch, "profile_operators", broken)
    accept([record(SESSIONS, device_id=f"d{number}") for number in range(8)])

    flush_all()

    (letter,) = dead_letters.find()
    assert (sessions(application), letter["reason"]) == (7, "KeyError: 'no such field'")
    assert backlog.waiting(0) == 0


def test_trouble_in_reading_a_request_does_not_stop_the_others(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_request = flush.read_request

    def broken(one: Record) -> IngestRequest:
        if one.device_id == "d1":
            raise RecursionError("nested too deeply")
        return read_request(one)

    monkeypatch.setattr(flush, "read_request", broken)
    accept([record(SESSIONS, device_id=f"d{number}") for number in range(3)])

    flush_all()

    (letter,) = dead_letters.find()
    assert (sessions(application), letter["reason"]) == (2, "RecursionError: nested too deeply")


def test_record_larger_than_a_document_is_kept_whole_and_counted_later(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    body = bytes(range(256)) * (17 * 4096)  # 17 MB; a document holds 16
    large = msgspec.structs.replace(record(SESSIONS, device_id="large"), body=body, content_type="text/plain")
    with broken_for("large"):
        accept([record(SESSIONS, device_id="d1"), large, record(SESSIONS, device_id="d2")])
        flush_all()
    (letter,) = dead_letters.find()
    assert (sessions(application), letter["parts"]) == (2, 2)
    assert dead_letters.decode(dead_letters.record_of(letter)) == large

    assert command("replay") == "1 of 1 counted\n"

    assert sessions(application) == 3
    assert mongo.collection(dead_letters.PARTS).count_documents({}) == 0


def test_replay_that_dies_before_its_commit_has_done_nothing(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    with broken_for("d1"):
        accept([record(SESSIONS)])
        flush_all()
    (letter,) = dead_letters.find()

    def die(*args: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(dead_letters, "remove", die)
        with pytest.raises(KeyboardInterrupt):
            replay.replay(letter["_id"])
    assert (sessions(application), dead_letters.count()) == (0, 1)

    assert command("replay", str(letter["_id"])) == "1 of 1 counted\n"
    assert (sessions(application), dead_letters.count()) == (1, 0)


def test_request_that_its_sender_repeated_meanwhile_is_not_counted_by_replay(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    with broken_for("d1"):
        accept([record(SESSIONS)])
        flush_all()
    accept([record(SESSIONS)])
    flush_all()

    assert command("replay") == "0 of 1 counted, 1 had been sent again and counted before\n"

    assert (sessions(application), dead_letters.count()) == (1, 0)
    assert drops.by_reason(application.id, "2000-01-01") == {"Duplicate request": 1}


def test_letter_of_an_application_that_is_gone_is_kept(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    with broken_for("d1"):
        accept([record(SESSIONS)])
        flush_all()
    mongo.collection("apps").delete_many({})
    (letter,) = dead_letters.find()

    with pytest.raises(replay.StillDead, match="App does not exist"):
        replay.replay(letter["_id"])

    assert dead_letters.count() == 1


def test_replay_goes_on_after_one_that_cannot_be_written(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    with broken_for("d1", "d2"):
        accept([record(SESSIONS, device_id="d1"), record(SESSIONS, device_id="d2")])
        flush_all()

    def unwritable(request: IngestRequest, profile: Profile, *args: Any, **kwargs: Any) -> Any:
        if request.record.device_id == "d1":
            profile.set("no\0name", 1)
        return count_session(request, profile, *args, **kwargs)

    monkeypatch.setattr(counting, "count_session", unwritable)
    with pytest.raises(CommandError, match="still there"):
        command("replay")

    assert sessions(application) == 1
    left = [dead_letters.record_of(letter) for letter in dead_letters.find()]
    assert [dead_letters.decode(record).device_id for record in left] == ["d1"]


def test_list_shows_what_matches(application: ApplicationInfo, record: MakeRecord, accept: Accept) -> None:
    with broken_for("d1", "d2"):
        accept([record(SESSIONS, device_id="d1"), record(SESSIONS, device_id="d2")])
        flush_all()
    first, second = dead_letters.find()

    listed = command("list").splitlines()
    assert [line.split()[0] for line in listed[:-1]] == [str(first["_id"]), str(second["_id"])]
    assert listed[0].endswith("RuntimeError: broken for d1")
    assert listed[-1] == "2 dead letters"
    assert command("list", app="0" * 24) == "0 dead letters\n"
    assert command("list", reason="RuntimeError: broken for d2").splitlines()[-1] == "1 dead letters"
    assert "Traceback (most recent call last)" in command("list", str(first["_id"]), tracebacks=True)


def test_drop_takes_away_what_is_named_only(application: ApplicationInfo, record: MakeRecord, accept: Accept) -> None:
    with broken_for("d1", "d2"):
        accept([record(SESSIONS, device_id="d1"), record(SESSIONS, device_id="d2")])
        flush_all()
    first, second = dead_letters.find()

    with pytest.raises(CommandError, match="gone for good"):
        command("drop")
    assert command("drop", str(first["_id"])) == "1 dropped\n"

    assert [letter["_id"] for letter in dead_letters.find()] == [second["_id"]]
    assert dead_letters.drop(first) is False
    with pytest.raises(CommandError, match=f"there is no dead letter {first['_id']}"):
        command("drop", str(first["_id"]))
    assert command("drop", str(second["_id"]), limit=1) == "1 dropped\n"
