"""Under which version the counter documents of an application's month are: what allows to keep what was made of them.

A version is a random text in Redis that a reader puts there and a writer takes away *after* its write is stored. A
reader asks for the version first, then for the documents, and keeps its result under that version: should somebody
write between, the version that the result is kept under never comes back. Random, not counted: a Redis that was
emptied must not repeat a version.

A writer that dies between its write and `renew` must be followed by somebody who renews for it; a batch is (see
`pipeline.flush`). What nobody renews, such as a change by hand in the database, is seen when the versions expire.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping

from apps.core import redis_client

EXPIRE_SECONDS = 3600
#: Beside the months: under which version the profiles of an application's users are, as far as `ls` and metrics go.
PROFILES = "profiles"


def of_months(application_id: str, month_ids: Collection[str]) -> dict[str, bytes]:
    """By month id ("2025:3", and "2025:0" for the documents of the year). One round trip, two when some are new.

    Those that somebody renews at this very moment may be missing: then what is read must not be kept.
    """
    ids = list(dict.fromkeys(month_ids))
    keys = [_key(application_id), *(_key(application_id, month_id) for month_id in ids)]
    client = redis_client.client()
    found: list[bytes | None] = client.mget(keys)  # type: ignore[assignment]  # bytes by default
    if None in found:
        pipeline = client.pipeline(transaction=False)
        for key, version in zip(keys, found, strict=True):
            if version is None:
                pipeline.set(key, secrets.token_bytes(12), nx=True, ex=EXPIRE_SECONDS)
        pipeline.mget(keys)
        found = pipeline.execute()[-1]
    of_application, *of_month = found
    if of_application is None:
        return {}
    return {
        month_id: of_application + version
        for month_id, version in zip(ids, of_month, strict=True)
        if version is not None
    }


def renew(application_ids: Iterable[str]) -> None:
    """After counter documents of any months were written or removed. Harmless at any time, and twice."""
    _forget([_key(application_id) for application_id in application_ids])


def renew_months(months: Mapping[str, Collection[str]]) -> None:
    """The same, of these months only: application -> month ids."""
    _forget([_key(application_id, month_id) for application_id, ids in months.items() for month_id in ids])


def _forget(keys: list[str]) -> None:
    if keys:
        redis_client.client().unlink(*keys)


def _key(application_id: str, month_id: str = "") -> str:
    return f"tally:counters:version:{application_id}:{month_id}"
