"""The memory of what is stored: it may spare writes, never cost a value."""

from collections.abc import Callable
from typing import Any

import pytest
from bson import ObjectId
from pymongo.errors import AutoReconnect

from apps.aggregation.records import Record
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.pipeline import dead_letters, stored_values
from apps.pipeline.flush import flush_all

MakeRecord = Callable[..., Record]
Accept = Callable[[list[Record]], None]


def android(record: MakeRecord, device_id: str) -> Record:
    return record('begin_session=1&metrics={"_os":"Android"}', device_id=device_id)


def stored_platforms(application: ApplicationInfo) -> set[str]:
    found: set[str] = set()
    for document in mongo.collection("device_details").find({"a": application.id, "m": "2025:0"}):
        found.update(document.get("meta_v2", {}).get("os", {}))
    return found


def forget_platforms(application: ApplicationInfo) -> None:
    """In the database, behind the back of the memory."""
    mongo.collection("device_details").update_many({"a": application.id}, {"$unset": {"meta_v2": ""}})


def test_stored_value_is_not_written_again(application: ApplicationInfo, record: MakeRecord, accept: Accept) -> None:
    accept([android(record, "d1")])
    flush_all()
    assert stored_platforms(application) == {"Android"}
    forget_platforms(application)

    accept([android(record, "d2")])
    flush_all()

    assert stored_platforms(application) == set(), "it is known, so nothing was written"


def test_cleared_application_gets_its_values_again(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    accept([android(record, "d1")])
    flush_all()
    forget_platforms(application)
    mongo.collection("apps").update_one({"_id": ObjectId(application.id)}, {"$inc": {"generation": 1}})

    accept([android(record, "d2")])
    flush_all()

    assert stored_platforms(application) == {"Android"}


def test_batch_that_was_not_committed_teaches_nothing(
    application: ApplicationInfo, record: MakeRecord, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept([android(record, "d1")])

    def die(*args: Any) -> int:
        raise AutoReconnect("the server went away")

    with monkeypatch.context() as patch:
        patch.setattr(dead_letters, "put", die)
        with pytest.raises(AutoReconnect):
            flush_all()
    flush_all()

    assert stored_platforms(application) == {"Android"}


def test_value_that_another_process_wrote_stays(
    application: ApplicationInfo, record: MakeRecord, accept: Accept
) -> None:
    accept([android(record, "d1")])
    flush_all()
    stored_values.forget_all()

    accept([record('begin_session=1&metrics={"_os":"iOS"}', device_id="d2"), android(record, "d3")])
    flush_all()

    assert stored_platforms(application) == {"Android", "iOS"}
