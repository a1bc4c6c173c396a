import asyncio
from collections.abc import Callable

import pytest

from apps.aggregation.records import Record
from apps.applications.info import ApplicationInfo
from apps.applications.lifecycle import create_application
from apps.applications.lookup import fresh_by_ids
from apps.core import schema
from apps.pipeline import stream

AT_MS = 1_741_775_400_000  # 12 March 2025, 10:30 UTC


@pytest.fixture
def application(db: None) -> ApplicationInfo:
    schema.ensure_global()
    created = create_application("Pipeline", timezone="Atlantic/Reykjavik", country="DE")
    return fresh_by_ids([str(created.pk)])[str(created.pk)]


@pytest.fixture
def record(application: ApplicationInfo) -> Callable[..., Record]:
    def make(query: str, *, device_id: str = "d1", at_ms: int = AT_MS) -> Record:
        full = f"app_key={application.key}&device_id={device_id}&timestamp={at_ms}&{query}"
        return Record(application.id, application.key, device_id, at_ms, "127.0.0.1", full.encode())

    return make


@pytest.fixture
def accept() -> Callable[[list[Record]], None]:
    def send(records: list[Record]) -> None:
        asyncio.run(stream.accept_many(records))

    return send
