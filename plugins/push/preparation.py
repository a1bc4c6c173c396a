"""Rows of the queue become pushes: the user's token, the content in the user's language, the payload."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from apps.aggregation.documents import profiles_collection
from apps.core import client_queries, clock, mongo
from plugins.push import audience, contents, documents, payloads, results
from plugins.push.gateways.outcomes import Push
from plugins.push.kinds import is_automatic, is_plain, trigger_of

USERS_PER_QUERY = 50
PROFILE_FIELDS = ["uid", "consent", "custom", *contents.USER_FIELDS]


#: What has set off a push: when it is due, and how many of the same time and token field stand before it. Pushes to
#: several devices of a user have it in common.
Occasion = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Prepared:
    id: ObjectId  # of the row
    uid: str
    platform: str
    field: str
    language: str
    tries: int
    occasion: Occasion
    push: Push | None
    error: str = ""  # why there is no push


def prepare(
    rows: Sequence[Mapping[str, Any]], message: Mapping[str, Any], application_id: str, own: Mapping[str, Any]
) -> list[Prepared]:
    uids = sorted({str(row[documents.USER]) for row in rows})
    tokens = _by_uid(documents.tokens_collection(application_id), "_id", uids, ["tk", "msgs"])
    profiles = _by_uid(profiles_collection(application_id), "uid", uids, PROFILE_FIELDS)
    now_ms = clock.now_ms()
    prepared = []
    met: Counter[tuple[str, str, int]] = Counter()
    going: dict[str, set[Occasion]] = defaultdict(set)  # by uid: what this batch sends
    for row in rows:
        uid, field = str(row[documents.USER]), str(row[documents.FIELD])
        profile, of_user = profiles.get(uid, {}), tokens.get(uid, {})
        due_ms = int(row[documents.DUE])
        occasion = due_ms, met[uid, field, due_ms]
        met[uid, field, due_ms] += 1
        token = (of_user.get("tk") or {}).get(field)
        language = results.language_of(profile)
        push, error = None, ""
        if now_ms - due_ms > int(own["message_timeout"]):
            error = "TooLateToSend"
        elif (profile.get("consent") or {}).get("push") is False:
            error = "consent"
        elif not isinstance(token, str) or not token:
            error = "NoToken"
        else:
            error = _too_often(message, of_user, going[uid], occasion, now_ms)
            error = error or _outside_audience(message, application_id, uid)
        if not error:
            going[uid].add(occasion)
            push = _push(row, message, profile, str(token), language, own)
        prepared.append(
            Prepared(
                row["_id"],
                uid,
                str(row[documents.PLATFORM]),
                field,
                language,
                int(row.get(documents.TRIES, 0)),
                occasion,
                push,
                error,
            )
        )
    return prepared


def _push(
    row: Mapping[str, Any],
    message: Mapping[str, Any],
    profile: Mapping[str, Any],
    token: str,
    language: str,
    own: Mapping[str, Any],
) -> Push:
    platform = str(row[documents.PLATFORM])
    of_message = message.get("contents") or []
    chosen = contents.resolve(of_message, "a" if platform == "h" else platform, language)
    if platform == "h":
        chosen |= contents.resolve([one for one in of_message if one.get("p") == "h" and not one.get("la")], "h", "")
    override = row.get(documents.CONTENT)
    if isinstance(override, list):
        chosen |= contents.resolve(override, platform, language)
    variables = row.get(documents.VARIABLES)
    written = contents.personal(chosen, profile, variables if isinstance(variables, Mapping) else {})
    extras = payloads.extras_of(written, profile)
    payload = payloads.build(
        platform,
        str(message["_id"]),
        written,
        extras,
        content_available=bool(own["default_content_available"]),
    )
    return Push(
        token, str(row[documents.FIELD]), payload, payloads.seconds_to_live(written), payloads.is_silent(written)
    )


def _too_often(
    message: Mapping[str, Any],
    of_user: Mapping[str, Any],
    going: Collection[Occasion],
    occasion: Occasion,
    now_ms: int,
) -> str:
    """How often a user may get the message, and how soon again: on all devices at once. `going`: to the user, in this
    batch."""
    if is_plain(message) or occasion in going:
        return ""
    trigger = trigger_of(message)
    history = of_user.get("msgs")
    times = history.get(str(message["_id"])) or [] if isinstance(history, dict) else []
    if trigger.get("cap") and len(times) + len(going) >= int(trigger["cap"]):
        return "CapReached"
    if trigger.get("sleep") and (going or (times and now_ms - max(times) < int(trigger["sleep"]))):
        return "Sleeping"
    return ""


def _outside_audience(message: Mapping[str, Any], application_id: str, uid: str) -> str:
    """Automatic messages look at their user when they are due."""
    if not is_automatic(message):
        return ""
    filter_ = message.get("filter") or {}
    try:
        if filter_ and not audience.belongs(application_id, uid, message["platforms"], filter_):
            return "NotInAudience"
    except client_queries.InvalidQuery:
        return "InvalidFilter"
    return ""


def _by_uid(collection: str, field: str, uids: Sequence[str], fields: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(uids), USERS_PER_QUERY):
        chosen = {field: {"$in": list(uids[start : start + USERS_PER_QUERY])}}
        found.update((str(one[field]), one) for one in mongo.collection(collection).find(chosen, fields))
    return found
