"""Texts for the dashboard's readers that somebody keeps elsewhere and puts here: guides, consents, videos.

`cms_cache` as stored data has it: a document per entry, `<content>_<id>`, and one for when the content was saved.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.client_session import ClientSession

from apps.core import clock, mongo
from apps.core.arguments import is_storable

COLLECTION = "cms_cache"
CONTENTS = ("server-guides", "server-consents", "server-intro-video", "server-quick-start", "server-guide-config")
MOST_ENTRIES = 1_000
LONGEST_ID = 100  # characters

Entry = dict[str, Any]


class InvalidEntries(ValueError):
    """No list of entries with ids that can be stored."""


def entries(content: str) -> list[Entry]:
    """`content`: one of CONTENTS."""
    own = ("_id", "lu")
    found = mongo.collection(COLLECTION).find({"_id": {**_of(content), "$ne": _meta(content)}}).sort("_id", 1)
    return [{name: value for name, value in entry.items() if name not in own} for entry in found]


def save(content: str, sent: Any) -> int:
    """In place of what was there; how many. Raises InvalidEntries."""
    if not isinstance(sent, list) or len(sent) > MOST_ENTRIES:
        raise InvalidEntries
    by_id = {_id(content, entry): entry for entry in sent}
    now_ms = clock.now_ms()
    documents = [{**entry, "_id": entry_id, "lu": now_ms} for entry_id, entry in by_id.items()]
    documents.append({"_id": _meta(content), "lu": now_ms})

    def work(session: ClientSession) -> None:
        mongo.collection(COLLECTION).delete_many({"_id": _of(content)}, session=session)
        mongo.collection(COLLECTION).insert_many(documents, session=session)

    mongo.in_transaction(work)
    return len(by_id)


def clear(contents: Sequence[str] = CONTENTS) -> None:
    for content in contents:
        mongo.collection(COLLECTION).delete_many({"_id": _of(content)})


def _id(content: str, entry: Any) -> str:
    if not isinstance(entry, Mapping) or not is_storable(dict(entry)):
        raise InvalidEntries
    sent = entry.get("id")
    if isinstance(sent, bool) or not isinstance(sent, str | int) or not 0 < len(str(sent)) <= LONGEST_ID:
        raise InvalidEntries
    if str(sent) == "meta":
        raise InvalidEntries
    return f"{content}_{sent}"


def _meta(content: str) -> str:
    return f"{content}_meta"


def _of(content: str) -> dict[str, Any]:
    """As a range, which the index of `_id` answers."""
    return {"$gte": f"{content}_", "$lt": f"{content}`"}  # ` comes after _
