import logging

import pytest

from apps.core.sparse_log import SparseLog


def test_trouble_is_told_at_once_and_then_now_and_again_with_a_count(caplog: pytest.LogCaptureFixture) -> None:
    times = iter((100.0, 101.0, 129.9, 129.9, 130.0, 131.0, 200.0, 300.0))
    log = SparseLog(logging.getLogger("trouble"), every_seconds=30, clock=lambda: next(times))

    for _ in range(3):
        log.error("No store", OSError("gone"))
    log.error("No database", OSError("away"))
    for _ in range(4):
        log.error("No store", OSError("gone"))

    assert caplog.messages == [
        "No store: gone",
        "No database: away",
        "No store: gone (2 more since the last line)",
        "No store: gone (1 more since the last line)",
        "No store: gone",
    ]
