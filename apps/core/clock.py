"""The one place that reads the wall clock, so that tests can set it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_frozen_ms: int | None = None


def now_ms() -> int:
    """Unix time in milliseconds."""
    return _frozen_ms if _frozen_ms is not None else time.time_ns() // 1_000_000


def now_s() -> int:
    """Unix time in whole seconds."""
    return now_ms() // 1000


def now() -> datetime:
    """Aware UTC datetime with millisecond precision, as MongoDB stores it."""
    return datetime.fromtimestamp(now_ms() / 1000, tz=UTC)


@contextmanager
def frozen_at(ms: int) -> Iterator[None]:
    """For tests: the clock of this process stands still at `ms`."""
    global _frozen_ms
    before, _frozen_ms = _frozen_ms, ms
    try:
        yield
    finally:
        _frozen_ms = before
