"""Requests as an SDK sends them, put on the stream without a web server."""

import asyncio

from apps.aggregation.records import Record
from apps.applications.info import ApplicationInfo
from apps.core import clock, redis_client
from apps.pipeline import stream


def send_session(application: ApplicationInfo, *, device_id: str) -> None:
    record = Record(
        app_id=application.id,
        app_key=application.key,
        device_id=device_id,
        received_ms=clock.now_ms(),
        ip_address="127.0.0.1",
        query=f"app_key={application.key}&device_id={device_id}&begin_session=1".encode(),
    )
    asyncio.run(_accept(record))


async def _accept(record: Record) -> None:
    await stream.accept(record)
    await redis_client.async_client().aclose()
