"""A worker killed at the three points that matter, then another one takes over."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.aggregation.records import Record
from apps.applications.info import ApplicationInfo
from apps.core import mongo, redis_client
from apps.pipeline import backlog, stream
from apps.pipeline.flush import flush_all
from apps.plugin_api.signals import batch_written
from tests.faults import counters
from tests.pipeline.conftest import accept, application, record  # noqa: F401  fixtures

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.faults
@pytest.mark.parametrize("point", ["before the first write", "inside the transaction", "after the commit"])
def test_worker_killed_in_a_flush_counts_once(
    point: str,
    application: ApplicationInfo,  # noqa: F811  a fixture
    record: Callable[..., Record],  # noqa: F811
    accept: Callable[[list[Record]], None],  # noqa: F811
) -> None:
    accept([record("begin_session=1", device_id=f"d{number}") for number in range(50)])
    environment = {**os.environ, "MONGODB_DATABASE": mongo.database().name}

    died = subprocess.run(
        [sys.executable, "-m", "tests.faults.dying_flush", point], cwd=ROOT, env=environment, timeout=60, check=False
    )
    assert died.returncode == -9
    before = counters.totals(mongo.database(), application.id)
    assert before == ({"sessions": 50, "new users": 50} if point == "after the commit" else {})
    assert backlog.waiting(0) == 50

    begun = time.monotonic()
    told: list[set[str]] = []

    def hear(sender: object, application_ids: set[str], **_: object) -> None:
        told.append(application_ids)

    batch_written.connect(hear, dispatch_uid="test")
    try:
        flush_all()
    finally:
        batch_written.disconnect(dispatch_uid="test")
    assert told == [{application.id}], "open screens must hear of a batch, whoever wrote it"

    assert counters.totals(mongo.database(), application.id) == {"sessions": 50, "new users": 50}
    assert backlog.waiting(0) == 0
    assert redis_client.client().xlen(stream.stream_key(0)) == 0
    assert time.monotonic() - begun < 10, "the dead worker's transaction is still in the way"
