"""The transaction in which requests are counted, whoever brings them: a flush, or a dead letter that is tried again."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError

from apps.aggregation import documents, extensions, geo
from apps.aggregation.batch import BatchOutcome, aggregate
from apps.aggregation.requests import IngestRequest
from apps.aggregation.shards import Shard
from apps.applications.info import ApplicationInfo
from apps.applications.lookup import fresh_by_ids
from apps.core import clock, mongo, schema
from apps.pipeline import drops, redirects, stored_profiles, surroundings
from apps.pipeline.stored_documents import StoredDocuments
from apps.pipeline.stored_sketches import StoredSketches
from apps.pipeline.stored_values import StoredValues
from apps.plugin_api import counter_versions
from apps.plugin_api.signals import Arrival, batch_written, noticed_in_batch, tell, users_merged

Applications = Mapping[str, ApplicationInfo]
Result = TypeVar("Result")

NOTHING_SEEN: Mapping[str, Iterable[Arrival]] = MappingProxyType({})
ATTEMPTS = 3
DUPLICATE_KEY = 11000


def count_requests(
    requests: Sequence[IngestRequest],
    shard: Shard,
    *,
    check: Callable[[ClientSession], None],
    finish: Callable[[BatchOutcome, ClientSession], int],
) -> tuple[BatchOutcome, int]:
    """Counts and writes all in one transaction; afterwards tells `batch_written`.

    `check` runs first and raises when the requests must not be counted (any more); `finish` runs last and writes what
    belongs to the requests' source, answering how many documents. Both run again when the database asks for a
    repetition. The second value of the answer is the number of documents written.
    """
    reserved = stored_profiles.ReservedUids()
    current = extensions.current()

    def transaction(session: ClientSession) -> tuple[Applications, StoredValues, StoredSketches, BatchOutcome, int]:
        check(session)
        # Read after the check: an application that was deleted or cleared before must not be counted as it was.
        applications = fresh_by_ids({request.app_id for request in requests})
        known, sketches = StoredValues(applications), StoredSketches(applications, shard)
        stored = stored_profiles.load(requests, session)
        outcome = aggregate(
            requests,
            applications=applications,
            limits=surroundings.limits_of(applications),
            profiles=stored.profiles,
            aliases=stored.aliases,
            known=known,
            events=surroundings.events_documents(applications, session),
            next_uid=reserved.for_batch(requests, applications, stored),
            shard=shard,
            locate=geo.locator(),
            extensions=current,
            read=StoredDocuments(session),
        )
        operations = _store(outcome, shard, session) + sketches.write(outcome.seen, session)
        operations += redirects.put([requests[index].record for index in outcome.redirected], session)
        operations += finish(outcome, session)
        return applications, known, sketches, outcome, operations

    applications, known, sketches, outcome, operations = _carry_out(transaction)
    _renew_versions(outcome)
    try:
        # Before screens that wait for the first data are told.
        surroundings.note_data(applications, outcome.accepted, outcome.used)
    finally:
        announce(outcome.accepted, outcome.latest)
    if outcome.merges:
        tell(users_merged, merges=list(outcome.merges))
    if outcome.noticed:
        tell(noticed_in_batch, noticed=list(outcome.noticed))
    known.remember(outcome.learned_values)
    sketches.remember()
    return outcome, operations


def _carry_out(transaction: Callable[[ClientSession], Result]) -> Result:
    """Once more when another shard made a document first that parts of both make, such as the entry of a new name in a
    list: now it is there to be read. A key that is taken for good says so again. And once more when a collection had to
    be made, which never happens inside: the embedded server may block for good, others refuse the snapshot.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return mongo.in_transaction(transaction)
        except schema.CollectionsMissing as missing:
            if attempt == ATTEMPTS:
                raise
            schema.make(missing)
        except BulkWriteError as error:
            codes = {each.get("code") for each in error.details.get("writeErrors", ())}
            if codes != {DUPLICATE_KEY} or attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt raises")


def _store(outcome: BatchOutcome, shard: Shard, session: ClientSession) -> int:
    database = mongo.database()
    return (
        outcome.writes.write(database, session)
        + outcome.inserts.write(database, session)
        + stored_profiles.remove(outcome.removed_profiles, session)
        + stored_profiles.follow_merges(outcome.merges, session)
        + stored_profiles.write_aliases(outcome.merges, outcome.aliases, session)
        + drops.write(_by_day(outcome.dropped), session, suffix=shard.bare_suffix)
    )


def _renew_versions(outcome: BatchOutcome) -> None:
    """Before anybody is told that there are new figures. Raises redis.RedisError: then requests of a stream stay in it,
    and whoever comes next renews for all of them (see `flush`). Those of dead letters and redirects are counted all the
    same, and seen when the versions expire."""
    months, are_all_known = documents.written_months(outcome.writes, outcome.inserts)
    if not are_all_known:
        counter_versions.renew(outcome.accepted)
    for application_id in outcome.accepted:
        months.setdefault(application_id, set()).add(counter_versions.PROFILES)
    counter_versions.renew_months(months)


def _by_day(dropped: Counter[tuple[str, str]]) -> Counter[drops.Drop]:
    day = clock.now().date().isoformat()
    return Counter({drops.Drop(app_id, day, reason): number for (app_id, reason), number in dropped.items()})


def announce(accepted: Mapping[str, int], latest: Mapping[str, Iterable[Arrival]] = NOTHING_SEEN) -> None:
    """`batch_written`, for the applications that are the keys."""
    if accepted:
        seen = {application_id: list(arrivals) for application_id, arrivals in latest.items()}
        tell(batch_written, application_ids=set(accepted), accepted=dict(accepted), latest=seen)
