"""Which versions have run on this database: those of Tally, and the mark by which Countly knows the layout.

`plugins` has the document `{"_id": "version", "version": "25.03.0", "history": [{"version", "updated"}]}` of the
original, times in milliseconds, and in it `tally`, a history of the same shape. A mark that is there is left alone: a
database that was taken over can go back to the server that wrote it.
"""

from typing import Any

from apps.core import clock, mongo
from apps.core.version import VERSION

#: Whose protocol is spoken; clients compare it.
PROTOCOL_VERSION, PROTOCOL_PACKAGE = "25.03", "25.03.0"
COLLECTION, DOCUMENT_ID = "plugins", "version"
MOST_VERSIONS = 200
History = list[dict[str, Any]]


def note() -> None:
    """Once for each version that starts; idempotent."""
    collection, now_ms = mongo.collection(COLLECTION), clock.now_ms()
    mark = {"version": PROTOCOL_PACKAGE, "history": [{"version": PROTOCOL_PACKAGE, "updated": now_ms}]}
    collection.update_one({"_id": DOCUMENT_ID}, {"$setOnInsert": mark}, upsert=True)
    own = of_tally()
    if not own or own[-1]["version"] != VERSION:
        grown = [*own, {"version": VERSION, "updated": now_ms}][-MOST_VERSIONS:]
        collection.update_one({"_id": DOCUMENT_ID}, {"$set": {"tally": grown}})


def of_tally() -> History:
    """The oldest first."""
    return _history("tally")


def of_layout() -> History:
    """What Countly wrote, or the mark of a database that began here. The oldest first."""
    return _history("history")


def _history(name: str) -> History:
    found = (mongo.collection(COLLECTION).find_one({"_id": DOCUMENT_ID}) or {}).get(name)
    return [each for each in found if isinstance(each, dict) and "version" in each] if isinstance(found, list) else []
