"""Sends what is due in the queue.

**At most once.** A batch is marked in the queue before the first of it leaves, and what became of it is written in one
transaction with the removal of its rows, the numbers of the message and the counted events. Who is killed in between
leaves marked rows: nobody knows whether they have arrived, so they are not sent again but counted as `Interrupted`.
What a provider has certainly not taken (429, 5xx, no connection) goes back into the queue, later each time.
One worker at a time does all this.
"""

import logging
import ssl
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument, UpdateOne
from pymongo.client_session import ClientSession
from redis.exceptions import LockError

from apps.aggregation.documents import profiles_collection
from apps.aggregation.server_events import ServerEvent, count_events
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import clock, mongo, redis_client
from apps.core.lane import Lane
from apps.core.signs_of_life import LEASE_SECONDS, kept_renewed
from apps.plugin_api import configuration, states
from plugins.push import credentials as stored_credentials
from plugins.push import documents, preparation, results, scheduling, secrets_at_rest
from plugins.push.documents import DONE, SENT_EVENT, STREAMABLE, STREAMING, TAKEN, TAKEN_BY, TRIES
from plugins.push.gateways.outcomes import Fate, Outcome, failed
from plugins.push.kinds import is_api, is_automatic, is_plain
from plugins.push.preparation import Occasion, Prepared
from plugins.push.results import Ended
from plugins.push.tokens import segments_of

logger = logging.getLogger(__name__)

IDS_PER_QUERY = 50
#: Longer than a batch can take: each request is given up after 20 seconds, and there are few waves of them.
STALE_MS = 600_000
LONGEST_PAUSE_SECONDS = 3_600
WORKED = "push:work"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be written of a row."""

    id: ObjectId
    ended: Ended | None = None  # None: it goes back into the queue
    again: UpdateOne | None = None
    reached: tuple[str, Occasion] | None = None  # uid, and by what
    invalid: Prepared | None = None
    stat: dict[str, Any] | None = None


def work() -> None:
    """All that is due; returns at once when another worker is at it."""
    if not states.is_on("push"):
        return
    lock = redis_client.client().lock(WORKED, timeout=LEASE_SECONDS, blocking=False, thread_local=False)
    if not lock.acquire():
        return
    try:
        with kept_renewed("push", lambda: bool(lock.reacquire())) as is_lost:
            settle_interrupted()
            scheduling.run_due()
            is_going = True
            while is_going and not is_lost.is_set() and states.is_on("push"):
                is_going = False
                for message in sendable():  # each has its turn
                    with scheduling.trouble_of_one(f"message {message['_id']}"):
                        is_going |= send_batch(message)
    finally:
        try:
            lock.release()
        except LockError:
            logger.warning("sending pushes took longer than its lease")


#: Beside the worker's own thread: providers must not hold up the counting.
lane = Lane("push", work)


def sendable() -> list[dict[str, Any]]:
    found = documents.messages().find({"status": {"$in": ["scheduled", "sending"]}})
    return [message for message in found if message.get("state", 0) & (STREAMABLE | STREAMING)]


def send_batch(message: Mapping[str, Any]) -> bool:
    """One batch of a message; false when nothing of it is due."""
    application_id = str(message["app"])
    application = lookup.fresh_by_ids([application_id]).get(application_id)
    if application is None:
        return False
    own = configuration.read("push", application)
    ids = due(message, int(own["sendahead"]), max(1, min(int(own["pool_pushes"]), 1_000)))
    if not ids:
        if is_plain(message) and not documents.queue().find_one({documents.MESSAGE: message["_id"]}):
            _finish(message)
        return False
    current = _begin(message)
    rows = take(ids) if current is not None else []
    if current is None or not rows:
        return False
    message = current
    prepared = preparation.prepare(rows, message, application_id, own)
    outcomes = deliver(application_id, prepared, own)
    _write(message, application, settle(message, prepared, outcomes, own), rows[0][TAKEN_BY])
    return True


def _begin(message: Mapping[str, Any]) -> dict[str, Any] | None:
    """The message as it is now, and marked as one that is being sent before any of it is: from then on nobody changes
    a one-time message. None when it was stopped, removed or scheduled anew since it was read."""
    messages, unchanged = documents.messages(), {name: message[name] for name in ("_id", "status", "state")}
    if message["state"] & STREAMING:
        current: dict[str, Any] | None = messages.find_one(unchanged)
    else:
        now = clock.now()
        begun = {"state": STREAMABLE | STREAMING, "info.startedLast": now}
        if is_plain(message):
            begun |= {"status": "sending"}
        changes = {"$set": begun, "$min": {"info.started": now}}
        current = messages.find_one_and_update(unchanged, changes, return_document=ReturnDocument.AFTER)
    return current


# The queue -----------------------------------------------------------------------------------------------------------
def due(message: Mapping[str, Any], ahead_ms: int, most: int) -> list[ObjectId]:
    """Rows that may be sent now, of platforms that are not held."""
    chosen: dict[str, Any] = {
        **scheduling.waiting_of(message["_id"]),
        documents.DUE: {"$lte": clock.now_ms() + ahead_ms},
    }
    if held := [platform for platform in "iah" if redis_client.client().exists(_pause_key(message["app"], platform))]:
        chosen[documents.PLATFORM] = {"$nin": held}
    return [row["_id"] for row in documents.queue().find(chosen, ["_id"]).sort(documents.DUE, 1).limit(most)]


def take(ids: Sequence[ObjectId]) -> list[Row]:
    """Marks rows and answers with those that nobody else has: from now on nobody else sends them."""
    batch, now_ms = str(ObjectId()), clock.now_ms()
    for start in range(0, len(ids), IDS_PER_QUERY):
        chosen = {"_id": {"$in": list(ids[start : start + IDS_PER_QUERY])}, TAKEN: {"$exists": False}}
        documents.queue().update_many(chosen, {"$set": {TAKEN: now_ms, TAKEN_BY: batch}})
    return list(documents.queue().find({TAKEN_BY: batch}).sort(documents.DUE, 1))


def settle_interrupted() -> int:
    """Rows that a dead worker had marked; how many."""
    stale = list(documents.queue().find({TAKEN: {"$lt": clock.now_ms() - STALE_MS}}))
    by_batch: dict[str, list[Row]] = defaultdict(list)
    for row in stale:
        by_batch[str(row[TAKEN_BY])].append(row)
    for batch, rows in by_batch.items():
        message = documents.messages().find_one({"_id": rows[0][documents.MESSAGE]})
        application = lookup.fresh_by_ids([str(message["app"])]).get(str(message["app"])) if message else None
        if message is None or application is None:
            documents.queue().delete_many({TAKEN_BY: batch})
            continue
        settled = [Settled(row["_id"], Ended(row[documents.PLATFORM], "default", "Interrupted")) for row in rows]
        with scheduling.trouble_of_one(f"batch {batch}"):
            _write(message, application, settled, batch)
    return len(stale)


# Sending -------------------------------------------------------------------------------------------------------------
def deliver(application_id: str, prepared: Sequence[Prepared], own: Mapping[str, Any]) -> dict[ObjectId, Outcome]:
    from plugins.push.gateways.sender import send_all  # slow to load, and few processes need it

    by_platform: dict[str, list[Prepared]] = defaultdict(list)
    outcomes: dict[ObjectId, Outcome] = {}
    for one in prepared:
        if one.push is None:
            outcomes[one.id] = failed(one.error)
        else:
            by_platform[one.platform].append(one)
    concurrency = max(1, min(int(own["pool_concurrency"]), 100)) * 10
    for platform, ready in by_platform.items():
        try:
            with_whom = stored_credentials.load(application_id, platform)
        except secrets_at_rest.Unreadable:
            with_whom = None
        if with_whom is None:
            outcomes |= {one.id: failed("NoCredentials") for one in ready}
            continue
        pushes = {one.id: one.push for one in ready if one.push is not None}
        try:
            found = send_all(with_whom, pushes, concurrency=concurrency)
        except (ValueError, KeyError, TypeError, ssl.SSLError) as error:  # of credentials; pushes tell of their own
            logger.warning("the credentials of %s for %s cannot be used: %s", application_id, platform, error)
            outcomes |= {one.id: failed("NoCredentials") for one in ready}
            continue
        outcomes |= found
        if wait := max((outcome.wait_seconds for outcome in found.values()), default=0):
            seconds = min(int(wait) + 1, LONGEST_PAUSE_SECONDS)
            redis_client.client().set(_pause_key(ObjectId(application_id), platform), "1", ex=seconds)
    return outcomes


def _pause_key(application_id: ObjectId, platform: str) -> str:
    return f"push:pause:{application_id}:{platform}"


def settle(
    message: Mapping[str, Any],
    prepared: Sequence[Prepared],
    outcomes: Mapping[ObjectId, Outcome],
    own: Mapping[str, Any],
) -> list[Settled]:
    settled, now_ms = [], clock.now_ms()
    for one in prepared:
        outcome = outcomes[one.id]
        if outcome.fate is Fate.LATER and one.tries < int(own["connection_retries"]):
            wait_ms = max(outcome.wait_seconds * 1_000, int(own["connection_factor"]) * 2**one.tries)
            back = {"$set": {documents.DUE: int(now_ms + wait_ms + int(own["sendahead"])), TRIES: one.tries + 1}}
            again = UpdateOne({"_id": one.id}, {**back, "$unset": {TAKEN: "", TAKEN_BY: ""}})
            settled.append(Settled(one.id, again=again))
            continue
        is_sent = outcome.fate is Fate.SENT
        error = "" if is_sent else outcome.code
        stat = None
        if message.get("saveStats"):
            told = {"a": message["app"], "m": message["_id"], "p": one.platform, "f": one.field, "u": one.uid}
            stat = {**told, "d": clock.now(), "r": None, **({"e": error} if error else {})}
        settled.append(
            Settled(
                one.id,
                Ended(one.platform, one.language, error),
                reached=(one.uid, one.occasion) if is_sent else None,
                invalid=one if outcome.fate is Fate.UNREGISTERED else None,
                stat=stat,
            )
        )
    return settled


# Writing -------------------------------------------------------------------------------------------------------------
def _write(message: Mapping[str, Any], application: ApplicationInfo, settled: Sequence[Settled], batch: str) -> None:
    missing = mongo.in_transaction(lambda session: _write_all(message, application, settled, batch, session))
    if missing:
        logger.warning("%d pushes of a batch were counted by somebody else", missing)


def _write_all(
    message: Mapping[str, Any],
    application: ApplicationInfo,
    settled: Sequence[Settled],
    batch: str,
    session: ClientSession,
) -> int:
    """Only what is still in the queue, under the name of this batch: what is not was counted by who removed it, for a
    user who was deleted meanwhile or a worker that was taken for dead. How many these are."""
    left = {row["_id"] for row in documents.queue().find({TAKEN_BY: batch}, ["_id"], session=session)}
    mine = [one for one in settled if one.id in left]
    if again := [one.again for one in mine if one.again is not None]:
        documents.queue().bulk_write(again, ordered=False, session=session)
    over = [one for one in mine if one.ended is not None]
    for start in range(0, len(over), IDS_PER_QUERY):
        gone = [one.id for one in over[start : start + IDS_PER_QUERY]]
        documents.queue().delete_many({"_id": {"$in": gone}}, session=session)
    if ended := [one.ended for one in over if one.ended is not None]:
        _count(message, application, ended, session)
    # Once for all devices of a user.
    if reached := sorted({one.reached for one in over if one.reached}):
        pushed = {"$push": {f"msgs.{message['_id']}": {"$each": [clock.now_ms()], "$slice": -documents.HISTORY}}}
        tokens = mongo.collection(documents.tokens_collection(application.id))
        tokens.bulk_write([UpdateOne({"_id": uid}, pushed) for uid, _ in reached], ordered=False, session=session)
    for one in over:
        if one.invalid is not None:
            _remove_token(application.id, one.invalid, session)
    if stats := [dict(one.stat) for one in over if one.stat is not None]:
        mongo.collection(documents.STATS).insert_many(stats, session=session)
    return len(settled) - len(mine)


def _count(
    message: Mapping[str, Any], application: ApplicationInfo, ended: Sequence[Ended], session: ClientSession
) -> None:
    changes: dict[str, Any] = {"$inc": results.increments(ended)}
    errors: dict[str, int] = defaultdict(int)
    sent: dict[str, int] = defaultdict(int)
    for one in ended:
        if one.error:
            errors[one.error] += 1
        else:
            sent[one.platform] += 1
    if errors:
        last = [{"date": clock.now(), "error": code, "affected": number} for code, number in errors.items()]
        changes["$push"] = {"result.lastErrors": {"$each": last, "$slice": -results.MOST_LAST}}
    documents.messages().update_one({"_id": message["_id"]}, changes, session=session)
    automated, by_api = is_automatic(message), is_api(message)
    events = [
        ServerEvent(
            SENT_EVENT,
            clock.now_ms(),
            number,
            {"i": str(message["_id"]), "p": platform, **segments_of(automated, by_api, platform)},
        )
        for platform, number in sent.items()
    ]
    if events:
        count_events(application, events, session)


def _remove_token(application_id: str, one: Prepared, session: ClientSession) -> None:
    """Unless the device has got another one meanwhile. The hash in the profile does not tell: that of a database which
    was taken over is made in another way."""
    if one.push is None:
        return
    path, token = f"tk.{one.field}", one.push.token
    tokens = mongo.collection(documents.tokens_collection(application_id))
    removed = tokens.update_one({"_id": one.uid, path: token}, {"$unset": {path: ""}}, session=session)
    if not removed.modified_count:
        return
    name = documents.profile_field(one.field)
    profiles = mongo.collection(profiles_collection(application_id))
    profiles.update_one({"uid": one.uid}, {"$unset": {name: ""}}, session=session)


def _finish(message: Mapping[str, Any]) -> None:
    now = clock.now()
    run = {"start": (message.get("info") or {}).get("startedLast"), "ended": now}
    done = {"$set": {"state": DONE, "status": "sent", "info.finished": now}}
    done["$push"] = {"result.lastRuns": {"$each": [run], "$slice": -results.MOST_LAST}}
    unchanged = {"_id": message["_id"], "status": {"$in": ["scheduled", "sending"]}}
    documents.messages().update_one(unchanged, done)
