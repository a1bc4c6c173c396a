"""A number per application that grows with every committed batch.

It makes live messages absolute: a screen remembers the number its figures were read under and reads again when it hears
of another one. A lost, doubled or late message costs at most one superfluous read, never a stale screen.

Read the number before the figures. It grows after the commit, so figures are at least as new as their number.
Only inequality has a meaning: an emptied Redis begins at 1 again.
"""

from collections.abc import Iterable

from apps.core import redis_client

NO_BATCH_YET = 0


def current(application_id: str) -> int:
    return int(redis_client.client().get(_key(application_id)) or NO_BATCH_YET)


async def current_async(application_id: str) -> int:
    return int(await redis_client.async_client().get(_key(application_id)) or NO_BATCH_YET)


def advance(application_ids: Iterable[str]) -> dict[str, int]:
    """One round trip for all; answers the new number of each."""
    ids = sorted(application_ids)
    pipeline = redis_client.client().pipeline(transaction=False)
    for application_id in ids:
        pipeline.incr(_key(application_id))
    return dict(zip(ids, pipeline.execute(), strict=True))


def _key(application_id: str) -> str:
    return f"tally:live:version:{application_id}"
