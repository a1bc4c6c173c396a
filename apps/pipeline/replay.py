"""A dead letter is tried again: counted and taken away in one transaction, so it counts once wherever this dies."""

from bson import ObjectId
from django.conf import settings
from pymongo.client_session import ClientSession

from apps.aggregation.batch import DUPLICATE, BatchOutcome
from apps.aggregation.records import decode
from apps.aggregation.requests import read_request
from apps.aggregation.shards import Shard
from apps.core import mongo
from apps.pipeline import dead_letters, trouble
from apps.pipeline.stream import shard_of
from apps.pipeline.transaction import count_requests


class StillDead(Exception):
    """It was not counted this time either; the text says why. The letter stays, until somebody drops it."""


class Gone(Exception):
    """Somebody else replayed or dropped it."""


def replay(letter_id: ObjectId) -> bool:
    """False when its sender repeated it meanwhile, so that it is counted already. Raises StillDead or Gone; and errors
    of a store that does not answer, after which nobody knows.

    What is counted is the request at its own time, as if it came now: later requests of the same user are counted
    already.
    """
    letters = mongo.collection(dead_letters.COLLECTION)
    letter = letters.find_one({"_id": letter_id})
    if letter is None:
        raise Gone
    try:
        request = read_request(decode(dead_letters.record_of(letter)))
    except Exception as error:
        raise StillDead(f"{type(error).__name__}: {error}") from error

    def check(session: ClientSession) -> None:
        if letters.find_one({"_id": letter_id}, {"_id": 1}, session=session) is None:
            raise Gone

    def finish(outcome: BatchOutcome, session: ClientSession) -> int:
        if outcome.dead:
            raise StillDead(outcome.dead[0].reason)
        if outcome.redirected:
            return dead_letters.remove(letter, session)
        if not outcome.accepted and (request.app_id, DUPLICATE) not in outcome.dropped:
            raise StillDead(next((reason for _, reason in outcome.dropped), "nothing was counted"))
        return dead_letters.remove(letter, session)

    shard = Shard(shard_of(request.app_id, request.record.device_id), settings.INGEST_SHARDS)
    try:
        outcome, _ = count_requests([request], shard, check=check, finish=finish)
    except (StillDead, Gone):
        raise
    except Exception as error:
        if trouble.is_passing(error):
            raise
        # It is counted, but cannot be written.
        raise StillDead(f"{type(error).__name__}: {error}") from error
    return bool(outcome.accepted or outcome.redirected)
