"""What members write about a group."""

from collections.abc import Iterable, Mapping
from typing import Any

from bson import ObjectId

from apps.accounts.models import Member
from plugins.crashes import storage

LONGEST_TEXT = 10_000
MOST_COMMENTS = 1_000
MOST_BYTES = 3_000_000  # of all texts of a group: they stand in its document, beside all that is counted


class TooMany(Exception):
    pass


def add(application_id: str, group_id: str, text: str, time_s: int, member: Member) -> dict[str, Any] | None:
    """The comment; None when there is no such group. Raises TooMany."""
    group = storage.group(application_id, group_id)
    if group is None:
        return None
    written = group.get("comments") or ()
    if len(written) >= MOST_COMMENTS or not _has_room(written, text):
        raise TooMany
    comment = {
        "_id": str(ObjectId()),
        "time": time_s,
        "text": text[:LONGEST_TEXT],
        "author": member.full_name,
        "author_id": str(member.pk),
    }
    storage.change_group(application_id, group["_id"], {"$push": {"comments": comment}})
    return comment


def edit(application_id: str, group_id: str, comment_id: str, text: str, time_s: int, member: Member) -> Any:
    """The comment as it was; None when there is none, or it is somebody else's. Raises TooMany."""
    group, place, comment = _own(application_id, group_id, comment_id, member)
    if group is None or comment is None:
        return None
    if not _has_room([one for one in group["comments"] if one is not comment], text):
        raise TooMany
    path = f"comments.{place}"
    changed = {f"{path}.text": text[:LONGEST_TEXT], f"{path}.edit_time": time_s}
    storage.change_comment(application_id, group["_id"], path, comment_id, {"$set": changed})
    return comment


def delete(application_id: str, group_id: str, comment_id: str, member: Member) -> Any:
    """The comment; None when there is none, or it is somebody else's."""
    group, _, comment = _own(application_id, group_id, comment_id, member)
    if group is None or comment is None:
        return None
    storage.change_group(application_id, group["_id"], {"$pull": {"comments": {"_id": comment_id}}})
    return comment


def shown(group: Mapping[str, Any], member: Member | None) -> list[dict[str, Any]]:
    return [
        {**comment, "is_owner": True} if member and comment.get("author_id") == str(member.pk) else dict(comment)
        for comment in group.get("comments") or ()
        if isinstance(comment, dict)
    ]


def _has_room(others: Iterable[Mapping[str, Any]], text: str) -> bool:
    texts = [str(comment.get("text") or "") for comment in others]
    return sum(len(one.encode("utf-8", "replace")) for one in (*texts, text[:LONGEST_TEXT])) <= MOST_BYTES


def _own(application_id: str, group_id: str, comment_id: str, member: Member) -> tuple[Any, int, Any]:
    """What the member may change: his own, and global administrators all of them."""
    group = storage.group(application_id, group_id)
    for place, comment in enumerate((group or {}).get("comments") or ()):
        if comment.get("_id") == comment_id and (member.global_admin or comment.get("author_id") == str(member.pk)):
            return group, place, comment
    return group, 0, None
