"""Fills the queue: a row for each user and token that a message goes to, with the time at which it is due."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from bson import ObjectId
from pymongo.client_session import ClientSession
from pymongo.errors import ConnectionFailure, OperationFailure

from apps.aggregation.values import integer_of
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import client_queries, clock, mongo
from apps.plugin_api import configuration
from plugins.push import audience, automatic, documents, results
from plugins.push.automatic import DAY_MS, MINUTE_MS, ms_of
from plugins.push.documents import CREATED, DONE, ERROR, SCHEDULING, STREAMABLE
from plugins.push.kinds import PLAIN, is_api, trigger_of

logger = logging.getLogger(__name__)

AHEAD_MS, AHEAD_WITH_ZONES_MS = 5 * MINUTE_MS, DAY_MS  # when the audience is chosen late
ROWS_PER_INSERT, ROWS_PER_REMOVAL, IDS_PER_QUERY = 500, 500, 50
UNREADABLE_QUERY = {2, 9, 14}  # BadValue, FailedToParse, TypeMismatch
AT = "schedule_at"  # of a message, ms


def schedule_at(message: Mapping[str, Any], now_ms: int) -> int:
    trigger = trigger_of(message)
    if not trigger.get("delayed"):
        return now_ms
    return ms_of(trigger.get("start")) - (AHEAD_WITH_ZONES_MS if trigger.get("tz") else AHEAD_MS)


def run_due() -> int:
    """Of one-time messages, those whose audience is to be chosen now; how many.

    A run that broke off left its message in the state of being scheduled. None of its rows was sent, because only
    scheduled messages are: they are removed, and made anew.
    """
    due = {
        "triggers.kind": PLAIN,
        "status": "created",
        "state": {"$in": [CREATED, SCHEDULING]},
        AT: {"$lte": clock.now_ms()},
    }
    number = 0
    for message in list(documents.messages().find(due)):
        application = lookup.fresh_by_ids([str(message["app"])]).get(str(message["app"]))
        if application is not None:
            with trouble_of_one(f"message {message['_id']}"):
                schedule(message, application)
                number += 1
    return number


@contextmanager
def trouble_of_one(what: str) -> Iterator[None]:
    """What goes wrong with one message must not keep the others from being sent."""
    try:
        yield
    except ConnectionFailure:
        raise
    except Exception:
        logger.exception("pushes: %s goes wrong", what)


def schedule(message: Mapping[str, Any], application: ApplicationInfo) -> None:
    mine = {"_id": message["_id"], "status": "created"}
    begun = {"$set": {"state": SCHEDULING}}
    if documents.messages().update_one(mine, begun).matched_count == 0:
        return  # stopped or deleted meanwhile
    documents.queue().delete_many({documents.MESSAGE: message["_id"]})
    try:
        counted = fill(message, application)
    except client_queries.InvalidQuery as error:
        _fail(message, f"InvalidFilter: {error}")
        return
    except OperationFailure as error:
        if error.code not in UNREADABLE_QUERY:
            raise
        _fail(message, f"InvalidFilter: {error.details and error.details.get('errmsg')}")
        return
    if not counted:
        _fail(message, "NoAudience")
        return
    done = {"$set": {"state": STREAMABLE, "status": "scheduled"}, "$inc": counted}
    if documents.messages().update_one({**mine, "state": SCHEDULING}, done).matched_count == 0:
        documents.queue().delete_many({documents.MESSAGE: message["_id"]})


def fill(message: Mapping[str, Any], application: ApplicationInfo) -> dict[str, int]:
    """What is added to the numbers of the message; nothing when there was nobody."""
    targets: list[tuple[str, str]] = []
    waiting: list[dict[str, Any]] = []
    for row, language in rows(message, application, clock.now_ms()):
        targets.append((row[documents.PLATFORM], language))
        waiting.append(row)
        if len(waiting) >= ROWS_PER_INSERT:
            documents.queue().insert_many(waiting, ordered=False)
            waiting = []
    if waiting:
        documents.queue().insert_many(waiting, ordered=False)
    return results.totals(targets)


def rows(
    message: Mapping[str, Any], application: ApplicationInfo, now_ms: int, *further: Mapping[str, Any]
) -> Iterator[tuple[dict[str, Any], str]]:
    """With the language of the user. Those beyond the application's rate are due later. `further`: filters that must be
    true beside the message's own."""
    platforms, filter_ = message["platforms"], message.get("filter") or {}
    size, period_ms = rate_of(application)
    number = 0
    for profile in audience.members(application.id, platforms, filter_, *further):
        due_ms = due_of(message, profile, now_ms)
        if due_ms is None:
            continue
        for field in audience.fields_of(platforms):
            if documents.profile_field(field) in profile:
                late_ms = number // size * period_ms if size else 0
                row = automatic.row(application.id, message, field, str(profile["uid"]), due_ms + late_ms)
                yield row, results.language_of(profile)
                number += 1


def due_of(message: Mapping[str, Any], profile: Mapping[str, Any], now_ms: int) -> int | None:
    """None for who gets nothing, because it is too late in his day. The call of an API client is what an event is to
    other messages: `delay` and `time` of the day count from it."""
    trigger = trigger_of(message)
    if is_api(message):
        return automatic.due_at(trigger, now_ms, integer_of(profile.get("tz")))
    return due_at(trigger, profile, now_ms)


def due_at(trigger: Mapping[str, Any], profile: Mapping[str, Any], now_ms: int) -> int | None:
    """The start; in the user's own zone where the message says so: `sctz` is what the zone of its writer adds to reach
    UTC, `tz` of the profile what the user's clock is ahead of it. None when that is over and not to be made up for."""
    start_ms = max(ms_of(trigger.get("start")), now_ms)
    if not trigger.get("tz"):
        return start_ms
    written = int(trigger.get("sctz") or 0)
    try:
        ahead = int(profile.get("tz", -written))
    except (TypeError, ValueError):
        ahead = -written
    due_ms = ms_of(trigger.get("start")) - (written + ahead) * MINUTE_MS
    if due_ms >= now_ms - MINUTE_MS:
        return due_ms
    if not trigger.get("reschedule"):
        return None
    return due_ms + -(-(now_ms - due_ms) // DAY_MS) * DAY_MS


def rate_of(application: ApplicationInfo) -> tuple[int, int]:
    """Pushes, and the milliseconds in which so many may go; (0, 0) without a limit."""
    rate = configuration.read("push", application)["rate"]
    values = [str(rate.get(name) or "") for name in ("rate", "period")] if isinstance(rate, Mapping) else ["", ""]
    if not all(value.isdigit() and 0 < int(value) < 10**9 for value in values):
        return 0, 0
    return int(values[0]), int(values[1]) * 1_000


def add_for_users(
    message: Mapping[str, Any], application: ApplicationInfo, filter_: Mapping[str, Any], override: Mapping[str, Any]
) -> dict[str, int]:
    """For a message of the API: rows for users of whom also the filter of the call is true. Raises
    client_queries.InvalidQuery."""
    targets, waiting = [], []
    now_ms = clock.now_ms()
    start_ms = override.get("start") or now_ms
    for row, language in rows(message, application, max(start_ms, now_ms), filter_):
        targets.append((row[documents.PLATFORM], language))
        waiting.append(
            {**row, **{name: override[name] for name in (documents.CONTENT, documents.VARIABLES) if override.get(name)}}
        )
    for start in range(0, len(waiting), ROWS_PER_INSERT):
        documents.queue().insert_many(waiting[start : start + ROWS_PER_INSERT], ordered=False)
    counted = results.totals(targets)
    if counted:
        documents.messages().update_one({"_id": message["_id"]}, {"$inc": counted})
    return counted


def _fail(message: Mapping[str, Any], error: str) -> None:
    failed = {"state": DONE | ERROR, "status": "failed", "result.error": error, "info.finished": clock.now()}
    still = {"_id": message["_id"], "status": "created", "state": SCHEDULING}
    documents.messages().update_one(still, {"$set": failed})


def remove_rows(chosen: Mapping[str, Any], uids: Collection[str] | None = None, *, code: str = "") -> int:
    """Takes rows out of the queue and counts them in their messages as errors of this code; how many. A row that
    somebody else removes or begins to send in the meantime is theirs, and counted once."""
    wanted = None if uids is None else frozenset(uids)
    rows = documents.queue().find(chosen, [documents.USER])
    ids = [row["_id"] for row in rows if wanted is None or row[documents.USER] in wanted]
    steps = range(0, len(ids), ROWS_PER_REMOVAL)
    return sum(
        mongo.in_transaction(partial(_remove_step, chosen, ids[start : start + ROWS_PER_REMOVAL], code))
        for start in steps
    )


def _remove_step(chosen: Mapping[str, Any], ids: Sequence[ObjectId], code: str, session: ClientSession) -> int:
    ended: dict[ObjectId, list[results.Ended]] = defaultdict(list)
    for start in range(0, len(ids), IDS_PER_QUERY):
        these = {**chosen, "_id": {"$in": list(ids[start : start + IDS_PER_QUERY])}}
        for row in documents.queue().find(these, session=session):
            ended[row[documents.MESSAGE]].append(results.Ended(str(row[documents.PLATFORM]), "default", code))
        documents.queue().delete_many(these, session=session)
    for message_id, gone in ended.items() if code else ():
        documents.messages().update_one({"_id": message_id}, {"$inc": results.increments(gone)}, session=session)
    return sum(map(len, ended.values()))


def waiting_of(message_id: ObjectId) -> dict[str, Any]:
    """The rows of a message whose sending has not begun."""
    return {documents.MESSAGE: message_id, documents.TAKEN: {"$exists": False}}


def next_due_ms(message_id: ObjectId) -> int | None:
    found = documents.queue().find_one({documents.MESSAGE: message_id}, sort=[(documents.DUE, 1)])
    return int(found[documents.DUE]) if found else None
