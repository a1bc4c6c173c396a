from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command

from apps.aggregation.records import Record
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.pipeline.flush import flush_all
from apps.pipeline.recount import Comparison, recount
from tests.pipeline.conftest import AT_MS


def test_recount_agrees_with_the_counters_until_one_is_changed(
    application: ApplicationInfo, record: Callable[..., Record], accept: Callable[[list[Record]], None]
) -> None:
    accept([record("begin_session=1", device_id=f"d{number}") for number in range(3)])
    accept([record("session_duration=30", device_id="d1", at_ms=AT_MS + 30_000)])
    flush_all()

    assert recount(application.id) == [
        Comparison("sessions", 3, 3),
        Comparison("new users", 3, 3),
        Comparison("session seconds", 30, 30),
    ]
    out = StringIO()
    call_command("recount", app=application.id, stdout=out)
    assert "No differences." in out.getvalue()

    mongo.collection(f"app_users{application.id}").update_one({"did": "d1"}, {"$inc": {"sc": 1}})

    assert recount(application.id)[0] == Comparison("sessions", 4, 3)
    with pytest.raises(SystemExit) as stopped:
        call_command("recount", app=application.id, stdout=out)
    assert stopped.value.code == 1
