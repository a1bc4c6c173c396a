"""Collections and fields of push messages, as the stored layout has them.

push_<application>  {_id: uid, tk: {<field>: token}, msgs: {<message id>: [ms, ...]}}
messages            see validation.py for what people write; `state`, `status`, `result`, `info`
push                the queue: a document for each user and token field that a message goes to
creds               credentials of the providers, their secrets encrypted
push_stats          what became of single sends, for messages with `saveStats`
"""

import hashlib
from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from apps.core import mongo, schema

TOKENS_PREFIX = "push_"
MESSAGES, QUEUE, CREDENTIALS, STATS = "messages", "push", "creds", "push_stats"
SENT_EVENT, ACTION_EVENT = "[CLY]_push_sent", "[CLY]_push_action"
STATS_DAYS = 30

# Bits of `state`.
CREATED, INACTIVE, SCHEDULING, STREAMABLE, STREAMING, PAUSED, DONE, DELETED, ERROR, CLEARED = (
    0, 1, 2, 4, 8, 16, 32, 128, 256, 512,
)  # fmt: skip
STATUSES = ("created", "inactive", "draft", "scheduled", "sending", "sent", "stopped", "failed")

# Fields of the queue. The first six are those of the stored layout.
APPLICATION, MESSAGE, PLATFORM, FIELD, USER, CONTENT = "a", "m", "p", "f", "u", "c"
VARIABLES = "pr"  # values for personalisation that came with the call of the API
DUE = "at"  # ms; the time in `_id` is the same to the second
TAKEN, TAKEN_BY = "taken", "by"  # ms since when a worker is at it, and its name for this batch
TRIES = "tries"
HISTORY = 100  # times kept for each message and user, and so the greatest cap

Document = dict[str, Any]


def register_collections() -> None:
    schema.register_application_collection(TOKENS_PREFIX, [IndexModel([(f"tk.{field}", ASCENDING)], sparse=True)
                                                           for field in ("ip", "id", "ia", "ap", "hp")])  # fmt: skip
    schema.register_collection(MESSAGES, [IndexModel([("app", ASCENDING), ("status", ASCENDING)]), IndexModel("state")])
    due = IndexModel([(MESSAGE, ASCENDING), (DUE, ASCENDING)])
    of_user = IndexModel([(APPLICATION, ASCENDING), (USER, ASCENDING)])
    schema.register_collection(QUEUE, [due, of_user, IndexModel([(TAKEN, ASCENDING)], sparse=True), IndexModel("by")])
    schema.register_collection(CREDENTIALS)
    expiring = IndexModel([("d", DESCENDING)], expireAfterSeconds=STATS_DAYS * 86_400)
    schema.register_collection(STATS, [expiring, IndexModel([("a", ASCENDING), ("m", ASCENDING)])])


def tokens_collection(application_id: str) -> str:
    return TOKENS_PREFIX + application_id


def profile_field(field: str) -> str:
    """Where the profile says that the user has such a token."""
    return f"tk{field}"


def token_hash(token: str) -> str:
    return hashlib.md5(token.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def messages() -> Any:
    return mongo.collection(MESSAGES)


def queue() -> Any:
    return mongo.collection(QUEUE)


def queue_id(at_ms: int) -> ObjectId:
    """Its timestamp is the time of sending."""
    seconds = max(0, min(at_ms // 1000, 2**32 - 1))
    return ObjectId(seconds.to_bytes(4, "big") + ObjectId().binary[4:])
