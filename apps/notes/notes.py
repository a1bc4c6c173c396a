"""Notes that people pin to a moment of an application: who sees them, who may change them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from apps.accounts import access, people
from apps.accounts.models import Member
from apps.core import clock
from apps.notes import storage
from apps.notes.storage import Note

PRIVATE, SHARED, PUBLIC = "private", "shared", "public"
SORTED_BY = {"ts": "ts", "type": "noteType"}


class NotAllowed(Exception):
    """The note is somebody else's, or is none of this application."""


@dataclass(frozen=True, slots=True)
class Search:
    """What of the visible notes is wanted. Empty parts do not limit."""

    application_ids: Collection[str]
    start_ms: int
    end_ms: int
    note_type: str = ""
    categories: Collection[Any] = ()
    text: str = ""
    sort: str = "ts"  # one of SORTED_BY
    is_descending: bool = False
    start: int = 0
    length: int = 5_000


def save(fields: Mapping[str, Any], application_id: str, member: Member, note_id: str = "") -> None:
    """A new note, or with an id the new text of one. Raises NotAllowed."""
    now_ms = clock.now_ms()
    content = {
        "note": fields["note"],
        "ts": fields["ts"],
        "noteType": fields["noteType"],
        "emails": fields["emails"],
        "color": fields["color"],
        "category": fields["category"],
    }
    if note_id:
        note = _changeable(note_id, application_id, member)
        storage.change(note["_id"], {**content, "updated_at": now_ms})
        return
    storage.insert(
        {
            "app_id": application_id,
            **content,
            "owner": str(member.pk),
            "created_at": now_ms,
            "updated_at": now_ms,
            "indicator": next_indicator((storage.newest(application_id) or {}).get("indicator")),
        }
    )


def delete(note_id: str, application_id: str, member: Member) -> None:
    """Raises NotAllowed."""
    storage.remove(_changeable(note_id, application_id, member)["_id"])


def may_change(note: Mapping[str, Any], member: Member) -> bool:
    """Its owner; of a public note also who administers the application."""
    if note.get("owner") == str(member.pk):
        return True
    return note.get("noteType") == PUBLIC and access.is_app_admin(member, str(note.get("app_id")))


def visible(search: Search, member: Member) -> tuple[list[Note], int]:
    """The notes that the member may see, each with the name of its owner, and how many there are."""
    wanted: dict[str, Any] = {
        "app_id": {"$in": [found for found in search.application_ids if access.can_read(member, found)]},
        "ts": {"$gte": search.start_ms, "$lte": search.end_ms},
        "$or": [
            {"owner": str(member.pk)},
            {"noteType": PUBLIC},
            {"noteType": SHARED, "emails": member.email.lower()},
        ],
    }
    if search.note_type:
        wanted["noteType"] = search.note_type
    if search.categories:
        wanted["category"] = {"$in": list(search.categories)}
    if search.text:
        wanted["note"] = {"$regex": re.escape(search.text), "$options": "i"}
    notes, total = storage.page(
        wanted,
        sort=SORTED_BY[search.sort],
        is_descending=search.is_descending,
        start=search.start,
        length=search.length,
    )
    names = people.names_of({str(note.get("owner")) for note in notes})
    shown = [{**note, "_id": str(note["_id"]), "owner_name": names.get(str(note.get("owner")), "")} for note in notes]
    return shown, total


def forget_member(*, member_id: str, **_told: Any) -> None:
    """What others see stays; private notes nobody could see any more."""
    storage.remove_of_owner(member_id, PRIVATE)


def next_indicator(last: Any) -> str:
    """The letters that mark a note in charts: A, ..., Z, AA, AB, ..."""
    if not isinstance(last, str) or not re.fullmatch(r"[A-Z]{1,10}", last):
        return "A"
    number = 0
    for letter in last:
        number = number * 26 + ord(letter) - ord("A") + 1
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _changeable(note_id: str, application_id: str, member: Member) -> Note:
    note = storage.find(note_id, application_id)
    if note is None or not may_change(note, member):
        raise NotAllowed
    return note
