"""Collections, ids and fields of crashes, as stored data has them."""

import hashlib
from functools import lru_cache
from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from apps.aggregation.documents import register_counters
from apps.aggregation.shards import Shard
from apps.core import schema
from apps.core.keys import encode_metric_value
from apps.core.timebuckets import TimeBuckets

REPORTS_PREFIX = "app_crashes"  # one collection per application, like the next two
GROUPS_PREFIX = "app_crashgroups"
USERS_PREFIX = "app_crashusers"
SHARES = "crash_share"
COUNTERS = "crashdata"

META = "meta"  # `_id` of the document with the totals of an application, among its groups
EVERYTHING = 0  # in place of a group: what the user had of all groups together
ANY = "any"
SEPARATOR = "**"

#: Counters of `crashdata`.
SESSIONS, USERS = "cr_s", "cr_u"
FATAL, NONFATAL = "crf", "crnf"
FATAL_GROUPS, NONFATAL_GROUPS = "cruf", "crunf"
FATAL_FREE_SESSIONS, NONFATAL_FREE_SESSIONS = "crfses", "crnfses"
FATAL_FREE_USERS, NONFATAL_FREE_USERS = "crauf", "craunf"
#: That cannot be added up over days.
UNIQUE = frozenset({USERS, FATAL_GROUPS, NONFATAL_GROUPS, FATAL_FREE_USERS, NONFATAL_FREE_USERS})

#: Of the profile: whether the session at hand had one, and when the last one was (unix seconds).
HAD_FATAL, LAST_FATAL = "hadFatalCrash", "hadAnyFatalCrash"
HAD_NONFATAL, LAST_NONFATAL = "hadNonfatalCrash", "hadAnyNonfatalCrash"
YES = "true"

#: Properties of reports whose values a group counts, each in a map of its own.
SEGMENTS = (
    *("os_version", "os_name", "manufacture", "device", "resolution", "app_version", "cpu", "opengl", "orientation"),
    *("view", "browser"),
)
FLAGS = ("root", "online", "muted", "signal", "background")  # counted as yes and no
MEASURES = ("ram", "bat", "disk", "run", "session")  # kept as total, count, min, max
CUSTOM = "custom"
STATES = ("is_new", "is_resolved", "is_resolving", "is_renewed", "is_hidden", "is_public")
KINDS = ("not_os_specific", "javascript", "native_cpp", "plcrash")

#: What a list of groups answers of them.
LISTED_FIELDS = (
    *("name", "os", "reports", "users", "lastTs", "latest_version", "latest_version_for_sort", "app_version", "error"),
    *("nonfatal", "is_new", "is_resolved", "is_resolving", "is_renewed", "is_hidden"),
    *KINDS,
)
#: What a row on a screen needs of that: not the traces, which can be long.
ROW_FIELDS = (*(name for name in LISTED_FIELDS if name not in ("error", "app_version")), "is_public")
#: That clients may ask about.
ASKED_FIELDS = frozenset(
    {
        *("_id", "groups", "startTs", "loss", "resolved_version", "app_version_list", *LISTED_FIELDS, *SEGMENTS),
        *(*FLAGS, *MEASURES, CUSTOM, "is_public", "lrid"),
    }
)


def register_collections() -> None:
    register_counters(COUNTERS)
    schema.register_collection(SHARES, [IndexModel([("app_id", ASCENDING)])])
    schema.register_application_collection(
        REPORTS_PREFIX,
        [
            IndexModel([("group", ASCENDING), ("ts", DESCENDING)]),
            IndexModel([("uid", ASCENDING)]),
            IndexModel([("ts", ASCENDING)]),
        ],
    )
    schema.register_application_collection(
        GROUPS_PREFIX,
        [
            IndexModel([("groups", ASCENDING)]),
            IndexModel([("lastTs", DESCENDING)]),
            IndexModel([("name", ASCENDING)]),
            IndexModel([("reports", ASCENDING)]),
        ],
    )
    schema.register_application_collection(
        USERS_PREFIX,
        [IndexModel([("uid", ASCENDING)]), IndexModel([("group", ASCENDING), ("uid", ASCENDING)])],
    )


def reports_collection(application_id: str) -> str:
    return REPORTS_PREFIX + application_id


def groups_collection(application_id: str) -> str:
    return GROUPS_PREFIX + application_id


def users_collection(application_id: str) -> str:
    return USERS_PREFIX + application_id


def user_document(group: str | int, uid: str) -> str:
    """Of a new one; those of the original have ids of the database, and all are found by their fields."""
    return f"{group}_{uid}"


def report_id(ts: int, *unique: Any) -> ObjectId:
    """Follows from the content, so that a repetition of the transaction writes the same report."""
    text = "\0".join(str(part) for part in unique)
    digest = hashlib.sha1(text.encode("utf-8", "replace"), usedforsecurity=False).digest()
    return ObjectId((ts & 0xFFFFFFFF).to_bytes(4, "big") + digest[:8])


def possible_report_ids(text: str) -> list[Any]:
    """As which a report may be stored whose id a client sends as text."""
    return [ObjectId(text), text] if ObjectId.is_valid(text) else [text]


def share_code(application_id: str, group: str) -> str:
    return hashlib.sha1((application_id + group).encode(), usedforsecurity=False).hexdigest()


def counted_value(value: str) -> str:
    """As part of the name of a field; "" when nothing is left of it."""
    return encode_metric_value(value)


# Counters -------------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=16_384)
def counter_prefixes(application_id: str, platform: str, version: str) -> tuple[str, ...]:
    """Of the documents in which one thing is counted: of all, of its platform, of its version, of both."""
    pairs = [(name, of) for name in (platform, ANY) if name for of in (version, ANY) if of]
    return tuple(dict.fromkeys(counter_prefix(application_id, name, of) for name, of in pairs))


def counter_prefix(application_id: str, platform: str = ANY, version: str = ANY) -> str:
    if platform == ANY and version == ANY:
        return application_id
    return f"{platform}{SEPARATOR}{version}{SEPARATOR}{application_id}"


def month_document(prefix: str, time: TimeBuckets, shard: Shard) -> str:
    return f"{prefix}_{time.month_id}{shard.bare_suffix}"


def zero_document(prefix: str, time: TimeBuckets, shard: Shard) -> str:
    return f"{prefix}_{time.zero_id}{shard.bare_suffix}"
