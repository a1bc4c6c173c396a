"""Requests of applications with a `redirect_url`: not counted here but sent on, as they came.

They wait in a collection, written in the transaction that takes them from the stream: what was acknowledged reaches the
target once it answers. A target that is down holds up nothing but its own application; whoever cannot be delivered for
GIVE_UP_DAYS, or is refused by the target, becomes a dead letter. At least once: the target knows repetitions by
the hash of the request, which is why each is sent with a time.
"""

import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import orjson
from bson import Binary
from django.conf import settings
from django.db import connections
from pymongo.client_session import ClientSession

from apps.aggregation.batch import BatchOutcome, DeadRequest
from apps.aggregation.records import Record, decode, encode
from apps.aggregation.requests import read_request
from apps.aggregation.shards import Shard
from apps.aggregation.values import is_truthy
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import clock, mongo, outgoing, redis_client
from apps.core.lane import Lane
from apps.core.signs_of_life import LEASE_SECONDS, kept_renewed
from apps.core.texts import gettext_noop
from apps.pipeline import dead_letters, drops
from apps.pipeline.stream import shard_of
from apps.pipeline.trouble import is_passing

logger = logging.getLogger(__name__)

COLLECTION = "redirected_requests"
HOPS_HEADER = "X-Tally-Redirects"
ENTRIES_AT_A_TIME = 100
DEVICES_AT_A_TIME = 8
GIVE_UP_DAYS = 7
FIRST_WAIT_SECONDS = 2
LONGEST_WAIT_SECONDS = 300
REFUSED = gettext_noop("Redirect refused by its target")
GIVEN_UP = gettext_noop("Redirect given up, its target did not answer")
NOT_COUNTED = gettext_noop("Redirect taken back, but the request cannot be counted")
PASSING_STATUSES = frozenset({408, 421, 425, 429})


class Refused(Exception):
    """The target does not want this request, and would not later."""


class Taken(Exception):
    """Somebody else has counted it, or taken it away."""


class Trouble(Exception):
    """The target does not answer, or not now, or must not be reached."""


# What is sent --------------------------------------------------------------------------------------------------------
def send_on(record: Record, application: ApplicationInfo) -> outgoing.Answer:
    """Raises outgoing.Blocked or outgoing.NoAnswer."""
    method = "POST" if record.body or record.content_type else "GET"
    headers = {
        "Content-Type": record.content_type,
        "User-Agent": record.user_agent,
        "X-Forwarded-For": record.ip_address,
        HOPS_HEADER: str(record.hops + 1),
        **record.client_hints,
    }
    url = application.redirect_url.rstrip("/") + _path_and_query(record, is_signed=bool(application.salt))
    return outgoing.send(method, url, {name: value for name, value in headers.items() if value}, record.body)


def _path_and_query(record: Record, *, is_signed: bool) -> str:
    query = record.query.decode("latin-1")
    if is_signed and not record.body:
        return f"/i?{query}"  # the signature covers the query as it is
    added = {"ip_address": record.ip_address}
    parameters = read_request(record).parameters
    if not is_truthy(parameters.get("timestamp")):
        added["timestamp"] = str(record.received_ms)
    if not is_truthy(parameters.get("app_key")):  # an item of a bulk request that had it outside
        added["app_key"] = record.app_key
    more = "&".join(f"{name}={quote(value, safe='')}" for name, value in added.items() if value)
    return "/i?" + "&".join(part for part in (query, more) if part)


def check_delivered(answer: outgoing.Answer) -> None:
    """Raises Refused or Trouble."""
    if 200 <= answer.status < 300 and result_of(answer) == "Success":
        return
    if answer.status in PASSING_STATUSES or not 200 <= answer.status < 500 or 300 <= answer.status < 400:
        raise Trouble(f"status {answer.status}")
    if answer.status < 300 and result_of(answer) is None:
        raise Trouble("its answer is not that of a server of this kind")
    raise Refused(f"{answer.status} {result_of(answer) or ''}".strip())


def result_of(answer: outgoing.Answer) -> str | None:
    try:
        content = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None
    result = content.get("result") if isinstance(content, dict) else None
    return result if isinstance(result, str) else None


# What waits ----------------------------------------------------------------------------------------------------------
def put(records: Sequence[Record], session: ClientSession) -> int:
    """The number of documents."""
    entries = [
        {
            "a": record.app_id,
            "at": record.received_ms,
            "n": number,
            "device": record.device_id,
            "record": Binary(encode(record)),
        }
        for number, record in enumerate(records)
    ]
    if entries:
        mongo.collection(COLLECTION).insert_many(entries, session=session)
    return len(entries)


def waiting(application_id: str = "") -> int:
    return mongo.collection(COLLECTION).count_documents({"a": application_id} if application_id else {})


def oldest_seconds() -> float:
    """0 when nothing waits."""
    oldest = mongo.collection(COLLECTION).find_one({}, {"at": 1}, sort=[("at", 1)])
    return max(0.0, (clock.now_ms() - oldest["at"]) / 1000) if oldest else 0.0


def remove_of_application(application_id: str) -> None:
    mongo.collection(COLLECTION).delete_many({"a": application_id})


# The work ------------------------------------------------------------------------------------------------------------
def deliver_all() -> None:
    """A round for every application that has something to be sent on; those of applications in trouble wait."""
    for application_id in mongo.collection(COLLECTION).distinct("a"):
        try:
            while deliver(application_id):
                pass
        except Exception as error:
            if is_passing(error):
                raise
            logger.exception("what waits for the redirect of application %s stays", application_id)


def deliver(application_id: str) -> bool:
    """Sends on what waited longest, those of one device in their order. False when nothing more can be done now."""
    client = redis_client.client()
    lease = client.lock(f"redirect:{application_id}:lease", timeout=LEASE_SECONDS, blocking=False, thread_local=False)
    if client.exists(_wait_key(application_id)) or not lease.acquire():
        return False
    try:
        with kept_renewed("redirects", lambda: bool(lease.reacquire())) as is_lost:
            return _round(application_id, is_lost)
    finally:
        if lease.owned():
            lease.release()


def _round(application_id: str, is_lost: threading.Event) -> bool:
    application = lookup.fresh_by_ids([application_id]).get(application_id)
    waiting_longest = [("at", 1), ("n", 1)]
    found = mongo.collection(COLLECTION).find({"a": application_id}).sort(waiting_longest).limit(ENTRIES_AT_A_TIME)
    entries = list(found)
    if application is None:  # about to be deleted, with them
        return False
    if not application.redirect_url:
        _count_here(entries)
        return bool(entries)
    return _deliver(application, entries, is_lost)


def _wait_key(application_id: str) -> str:
    return f"redirect:{application_id}:wait"


def _deliver(application: ApplicationInfo, entries: Sequence[Mapping[str, Any]], is_lost: threading.Event) -> bool:
    by_device: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries:
        by_device[entry["device"]].append(entry)
    with ThreadPoolExecutor(DEVICES_AT_A_TIME, thread_name_prefix="redirect") as threads:
        troubles = [
            trouble
            for trouble in threads.map(
                lambda of_device: _deliver_in_order(application, of_device, is_lost), by_device.values()
            )
            if trouble
        ]
    tries = f"redirect:{application.id}:tries"
    client = redis_client.client()
    if not troubles:
        client.delete(tries)
        return bool(entries)
    number = int(client.incr(tries))
    seconds = min(FIRST_WAIT_SECONDS * 2 ** min(number - 1, 20), LONGEST_WAIT_SECONDS)
    client.set(_wait_key(application.id), "1", ex=seconds)
    if number == 1:
        logger.warning("requests of the application %s cannot be sent on: %s", application.id, troubles[0])
    return False


def _deliver_in_order(
    application: ApplicationInfo, entries: Sequence[Mapping[str, Any]], is_lost: threading.Event
) -> str:
    """What the trouble is; empty when there was none."""
    try:
        for entry in entries:
            if is_lost.is_set():
                return "another worker took over"
            record = decode(bytes(entry["record"]))
            try:
                check_delivered(send_on(record, application))
            except Refused as refusal:
                _set_aside(entry, REFUSED, str(refusal))
            except (Trouble, outgoing.Blocked, outgoing.NoAnswer) as trouble:
                if clock.now_ms() - record.received_ms < GIVE_UP_DAYS * 86_400_000:
                    return str(trouble)
                _set_aside(entry, GIVEN_UP, str(trouble))
            else:
                mongo.collection(COLLECTION).delete_one({"_id": entry["_id"]})
        return ""
    finally:
        connections.close_all()


def _set_aside(entry: Mapping[str, Any], reason: str, detail: str) -> None:
    """Into the dead letters, to be read and replayed, and counted as dropped under the reason."""

    def transaction(session: ClientSession) -> None:
        if mongo.collection(COLLECTION).delete_one({"_id": entry["_id"]}, session=session).deleted_count:
            dead_letters.put([(bytes(entry["record"]), DeadRequest(0, f"{reason}: {detail}", ""))], session)
            drop = drops.Drop(entry["a"], clock.now().date().isoformat(), reason)
            drops.write(Counter({drop: 1}), session)

    with mongo.client().start_session() as session:
        session.with_transaction(transaction, write_concern=mongo.DURABLE)


def _count_here(entries: Sequence[Mapping[str, Any]]) -> None:
    """The application is redirected no longer: what waits is its own."""
    from apps.pipeline.transaction import count_requests  # which puts requests here

    def count(entry: Mapping[str, Any]) -> None:
        request = read_request(decode(bytes(entry["record"])))
        shard = Shard(shard_of(request.app_id, request.record.device_id), settings.INGEST_SHARDS)

        def is_there(session: ClientSession) -> None:
            if mongo.collection(COLLECTION).delete_one({"_id": entry["_id"]}, session=session).deleted_count == 0:
                raise Taken

        def keep_the_dead(outcome: BatchOutcome, session: ClientSession) -> int:
            return dead_letters.put([(bytes(entry["record"]), dead) for dead in outcome.dead], session)

        count_requests([request], shard, check=is_there, finish=keep_the_dead)

    for entry in entries:
        try:
            count(entry)
        except Taken:
            continue
        except Exception as error:
            if is_passing(error):
                raise
            logger.exception("a request that was to be redirected cannot be counted")
            _set_aside(entry, NOT_COUNTED, f"{type(error).__name__}: {error}")


#: Beside the worker's own thread: a target that does not answer must not hold up the counting.
lane = Lane("redirects", deliver_all)
