import threading
from collections.abc import Callable

from apps.aggregation.records import Record
from apps.applications import removal
from apps.applications.info import ApplicationInfo
from apps.applications.models import Application
from apps.core import mongo, redis_client
from apps.pipeline import backlog, drops, pause, transaction
from apps.pipeline.flush import flush_all

MakeRecord = Callable[..., Record]
Accept = Callable[[list[Record]], None]


def test_flush_waits_until_the_pause_is_over(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch
) -> None:
    accept([record("begin_session=1")])
    waited: list[int] = []
    wait_until_over = pause.wait_until_over

    def wait(is_stopping: Callable[[], bool]) -> None:
        if not waited:
            waited.append(backlog.waiting(0))
            release.set()
        wait_until_over(is_stopping)

    monkeypatch.setattr(pause, "wait_until_over", wait)
    release = threading.Event()
    with pause.paused():
        flush = threading.Thread(target=flush_all)
        flush.start()
        assert release.wait(10)
        assert mongo.collection("users").count_documents({}) == 0
    flush.join(10)

    assert (waited, backlog.waiting(0)) == ([1], 0)
    assert mongo.collection(f"app_users{application.id}").count_documents({}) == 1


def test_pause_ends_by_itself_when_its_holder_dies(db: None) -> None:
    with pause.paused():
        assert 0 < redis_client.client().ttl(pause.KEY) <= pause.PAUSE_SECONDS
    assert not pause.is_on()


def test_batch_in_hand_brings_nothing_back_of_an_application_that_is_deleted_meanwhile(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch
) -> None:
    accept([record("begin_session=1")])
    flush_all()
    accept([record("begin_session=1&end_session=1", device_id="d2")])
    found = Application.objects.get(pk=application.id)
    deletion = threading.Thread(target=removal.delete_application, args=[found])
    load = transaction.stored_profiles.load

    def delete_meanwhile(requests, session):
        profiles = load(requests, session)
        if deletion.ident is None:
            deletion.start()
            while not mongo.collection(pause.OFFSETS).find_one({"paused_at": {"$exists": True}}):
                threading.Event().wait(0.01)
        return profiles

    monkeypatch.setattr(transaction.stored_profiles, "load", delete_meanwhile)
    flush_all()
    deletion.join(10)

    assert mongo.collection("users").count_documents({}) == 0
    assert f"app_users{application.id}" not in mongo.database().list_collection_names()
    assert sum(drops.by_reason(application.id, "2025-01-01").values()) == 1
