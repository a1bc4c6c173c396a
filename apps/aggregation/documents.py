"""Collections, ids and indexes of what is counted, as stored data has them; increments.py fills in the counters."""

import hashlib
from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.uniques import SketchKey
from apps.core import schema
from apps.core.keys import event_hash
from apps.core.timebuckets import TimeBuckets

USERS = "users"
EVENTS = "events"
EVENTS_DATA = "events_data"
DEVICE_DETAILS = "device_details"
METRIC_COLLECTIONS = ("carriers", "devices", DEVICE_DETAILS, "cities")
COUNTER_COLLECTIONS = (USERS, *METRIC_COLLECTIONS, EVENTS_DATA)
#: Of databases that Countly filled; nothing here writes them.
TOP_EVENTS = "top_events"
UNFINISHED_MERGES = "app_user_merges"
PROFILES_PREFIX = "app_users"  # one collection per application, like the next
METRIC_CHANGES_PREFIX = "metric_changes"
#: Of our own: `a` application, `k` kind, `v` value, `day` as 20250312, `m` its month, `s` the sketch. One per shard.
UNIQUE_SKETCHES = "unique_sketches"
ALIASES_PREFIX = "app_user_aliases"  # `_id`: of a profile that went up in another one
ALIAS_TARGET = "into"  # `_id` of that other one

NO_SEGMENT = "no-segment"  # what ids have in place of a segment when there is none
ALL_EVENTS = "all"  # the pseudo event that counts every event under its key
ALL_EVENTS_SEGMENT = "key"
ESCAPED_DOT = "\\u002e"  # six characters


_of_counters: set[str] = {EVENTS_DATA}


def register_counters(*names: str) -> None:
    """Collections of counters as those of metrics are. Plugins call it from `PluginConfig.offer`."""
    _of_counters.update(names)
    for name in names:
        schema.register_collection(name, [IndexModel([("a", ASCENDING), ("m", ASCENDING)])])


def is_counter_collection(name: str) -> bool:
    return name in _of_counters


def written_months(writes: WriteBatcher, inserts: InsertBatcher) -> tuple[dict[str, set[str]], bool]:
    """Application -> month ids of the counter documents that are written; and whether all of them say what they are."""
    months: dict[str, set[str]] = {}
    are_all_known = True
    for collection in _of_counters:
        updates = (
            {**operators.get("$setOnInsert", {}), **operators.get("$set", {})}
            for operators in writes.updates().get(collection, {}).values()
            if operators
        )
        for fields in (*updates, *inserts.documents().get(collection, ())):
            if "a" in fields and "m" in fields:
                months.setdefault(fields["a"], set()).add(fields["m"])
            else:
                are_all_known = False
    return months, are_all_known


def register_collections() -> None:
    by_month = IndexModel([("a", ASCENDING), ("m", ASCENDING)])
    by_event = IndexModel([("a", ASCENDING), ("e", ASCENDING), ("s", ASCENDING), ("m", ASCENDING)])
    register_counters(USERS, *METRIC_COLLECTIONS)
    schema.register_collection(EVENTS_DATA, [by_month, by_event])
    schema.register_collection(EVENTS)
    by_value = [("a", ASCENDING), ("k", ASCENDING), ("v", ASCENDING), ("day", ASCENDING)]
    schema.register_collection(UNIQUE_SKETCHES, [by_month, IndexModel(by_value)])
    schema.register_application_collection(
        PROFILES_PREFIX,
        [
            IndexModel([("ls", DESCENDING)]),
            IndexModel([("uid", ASCENDING)]),
            IndexModel([("sc", ASCENDING)]),
            IndexModel([("lac", DESCENDING)]),
            IndexModel([("tsd", ASCENDING)]),
            IndexModel([("did", ASCENDING)]),
        ],
    )
    schema.register_application_collection(
        METRIC_CHANGES_PREFIX,
        [IndexModel([("ts", ASCENDING), ("cc.o", ASCENDING)]), IndexModel([("uid", ASCENDING)])],
    )
    schema.register_application_collection(ALIASES_PREFIX, [IndexModel([(ALIAS_TARGET, ASCENDING)])])


def profiles_collection(application_id: str) -> str:
    return PROFILES_PREFIX + application_id


def metric_changes_collection(application_id: str) -> str:
    return METRIC_CHANGES_PREFIX + application_id


def aliases_collection(application_id: str) -> str:
    return ALIASES_PREFIX + application_id


def events_id(application_id: str) -> Any:
    """`_id` in `events`; an application whose id is no ObjectId keeps it as text."""
    return ObjectId(application_id) if ObjectId.is_valid(application_id) else application_id


def month_document(application_id: str, time: TimeBuckets, postfix: str) -> str:
    """In `users` and the collections of metrics."""
    return f"{application_id}_{time.month_id}_{postfix}"


def zero_document(application_id: str, time: TimeBuckets, postfix: str) -> str:
    return f"{application_id}_{time.zero_id}_{postfix}"


def zero_document_of_year(application_id: str, year: int, postfix: str) -> str:
    return f"{application_id}_{year}:0_{postfix}"


def sketch_document(key: SketchKey, shard: int) -> str:
    """Values may be long and of any characters, so their hash stands for them."""
    value = hashlib.sha1(key.value.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    return f"{key.application_id}_{key.kind}_{value}_{key.day}_{shard}"


def sketch_fields(key: SketchKey, sketch: bytes) -> dict[str, Any]:
    """Everything but the `_id`."""
    month_id = f"{key.day // 10_000}:{key.day // 100 % 100}"
    return {"a": key.application_id, "k": key.kind, "v": key.value, "day": key.day, "m": month_id, "s": sketch}


def event_month_document(application_id: str, time: TimeBuckets, event: str, suffix: str) -> str:
    return f"{application_id}_{event_hash(event, application_id)}_{NO_SEGMENT}_{time.month_id}{suffix}"


def event_zero_document(application_id: str, time: TimeBuckets, event: str, postfix: str) -> str:
    """Lists the values of all segments of the event that have this postfix."""
    return f"{application_id}_{event_hash(event, application_id)}_{NO_SEGMENT}_{time.zero_id}_{postfix}"


def segment_month_document(application_id: str, time: TimeBuckets, event: str, segment: str, postfix: str) -> str:
    return f"{application_id}_{event_hash(event, application_id)}_{segment}_{time.month_id}_{postfix}"


def all_events_month_document(application_id: str, time: TimeBuckets, postfix: str) -> str:
    return f"{application_id}_{ALL_EVENTS}_{ALL_EVENTS_SEGMENT}_{time.month_id}_{postfix}"


def all_events_zero_document(application_id: str, time: TimeBuckets, postfix: str) -> str:
    return f"{application_id}_{ALL_EVENTS}_{NO_SEGMENT}_{time.zero_id}_{postfix}"


def event_field(key: str) -> str:
    """An event's key as the name of a field."""
    return key.replace(".", ":")


def event_map_key(key: str) -> str:
    """An event's key as the name of a field of `map`, `omitted_segments` and `whitelisted_segments`."""
    return key.replace(".", ESCAPED_DOT)


def event_of_map_key(name: str) -> str:
    return name.replace(ESCAPED_DOT, ".")


#: Fields of a profile that say who it is, or what has been counted of it: nobody changes them from outside.
IDENTITY_FIELDS = frozenset({"_id", "uid", "did", "merges", "merged_uid", "merged_did", "last_merge"})
#: Of our own, for counting only: never shown.
INTERNAL_FIELDS = frozenset({"req_hashes", "unique_as"})
#: Unix seconds, numbers of times and the like.
NUMBER_FIELDS = frozenset(
    {
        *("fs", "ls", "fac", "lac", "first_sync", "last_sync", "lbst", "lest", "sc", "sd", "tsd", "req_count", "byear"),
        *("vc", "lvt", "tp"),
    }
)
#: That hold an object: properties of the application's own, and what plugins keep in a place of theirs.
OBJECT_FIELDS = frozenset({"custom", "customMeta", "consent", "cmp", "chr", "data", "loc", "sdk", "ab"})
TEXT_FIELDS = frozenset(
    {
        *("cc", "rgn", "cty", "tz", "p", "pv", "d", "dt", "mnf", "av", "c", "r", "dnst", "hh", "ornt", "lo", "la"),
        *("brw", "brwv", "src", "src_ch", "t", "lv", "lsid", "name", "username", "email", "organization", "phone"),
        *("gender", "picture", "last_req", "last_req_get", "last_req_post", "first_req_get", "first_req_post"),
        *("av_major", "av_minor", "av_patch", "av_prerel", "av_build", "appUserExport", "lu", "hos", "hasInfo"),
        *("hadFatalCrash", "hadAnyFatalCrash", "hadNonfatalCrash", "hadAnyNonfatalCrash", "request_logs"),
        *("tkap", "tkhp", "tkip", "tkid", "tkia"),
    }
)
PROFILE_FIELDS = IDENTITY_FIELDS | NUMBER_FIELDS | OBJECT_FIELDS | TEXT_FIELDS
