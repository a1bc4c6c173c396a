"""Throw-away servers with the collections of one application, for benchmarks that write."""

import asyncio
import os
import random

import tests.servers  # noqa: F401  starts throw-away servers and sets their addresses

os.environ["DJANGO_SETTINGS_MODULE"] = "countly_site.settings"

import django

from apps.aggregation.records import Record
from bench.flush_pure import DEVICES, record

ENTRIES_AT_ONCE = 2_000


def prepare(*, batch: int) -> tuple[str, str]:
    """Id and key of an application. `batch` is the greatest number of requests in one transaction."""
    os.environ["FLUSH_MAX_REQUESTS"] = str(batch)
    os.environ["FLUSH_MAX_BYTES"] = str(2**30)
    os.environ["INGEST_MAX_WAITING"] = "10000000"
    django.setup()
    from django.core.management import call_command

    from apps.applications.lifecycle import create_application
    from apps.core import schema

    call_command("migrate", interactive=False, verbosity=0)
    schema.ensure_global()
    application = create_application("Bench", timezone="Europe/Berlin", country="DE")
    return str(application.pk), application.key


def records(application_id: str, app_key: str, number: int, *, devices: int = DEVICES, seed: int = 1) -> list[Record]:
    """The traffic of `bench.flush_pure`: half of it begins sessions, half brings three events."""
    import msgspec

    choose = random.Random(seed)
    made = []
    for position in range(number):
        one = record(choose, position)
        device = f"device-{choose.randrange(devices)}"
        old, new = f"device_id={one.device_id}&".encode(), f"device_id={device}&".encode()
        made.append(
            msgspec.structs.replace(
                one,
                app_id=application_id,
                app_key=app_key,
                device_id=device,
                query=one.query.replace(old, new),
                body=one.body.replace(old, new),
            )
        )
    return made


def append(made: list[Record]) -> None:
    """Into the streams, without a message to any worker."""
    from apps.pipeline import stream

    stream.send_drain_message = lambda shard: None

    async def send() -> None:
        for start in range(0, len(made), ENTRIES_AT_ONCE):
            await stream.accept_many(made[start : start + ENTRIES_AT_ONCE])

    asyncio.run(send())
