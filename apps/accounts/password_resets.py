"""Links that let a member choose a password without the old one: asked for, or with an invitation.

Kept in `password_reset`. The link carries a random text; what is stored is its hash, so nobody who reads the database
can follow it. A link works once.
"""

import hashlib
import secrets
from typing import Any

from bson import ObjectId
from django.conf import settings

from apps.accounts.models import Member
from apps.core import background, clock, mail, mongo
from apps.plugin_api import public_address

COLLECTION = "password_reset"
LINK_SECONDS = 600
INVITATION_SECONDS = 3 * 86_400
MAX_OPEN_LINKS = 3  # of one member; more are not sent, so that nobody's mailbox is flooded


def send_soon(email: str) -> None:
    """Sends a link if a member has this e-mail. What a waiting visitor sees does not depend on it, the time neither."""
    background.run_soon("password link", _send_if_known, email.strip().lower())


def send_invitation(member: Member) -> None:
    context = _context(member, _new_link(member, is_invitation=True))
    mail.send_soon(member.email, "accounts/mail/invitation", {**context, "hours": INVITATION_SECONDS // 3600})


def send_notice(member: Member) -> None:
    """Somebody else set a new password. The mail does not say it, it lets the member choose one."""
    mail.send_soon(member.email, "accounts/mail/new_password", _context(member, _new_link(member)))


def find(text: str) -> Member | None:
    """Whose link it is, while it works."""
    document = mongo.collection(COLLECTION).find_one({"prid": _hashed(text)})
    return _owner(document) if document and not _is_over(document) else None


def redeem(text: str) -> Member | None:
    """As `find`, once: of several who come at the same time, one gets the member. Other links of the member go too."""
    document = mongo.collection(COLLECTION).find_one_and_delete({"prid": _hashed(text)})
    if document is None or _is_over(document):
        return None
    forget(str(document["user_id"]))
    return _owner(document)


def forget(member_id: str) -> None:
    """All links of the member stop working."""
    mongo.collection(COLLECTION).delete_many({"user_id": {"$in": [member_id, ObjectId(member_id)]}})


def purge() -> int:
    """How many expired links went."""
    latest = clock.now_s() - INVITATION_SECONDS
    return mongo.collection(COLLECTION).delete_many({"timestamp": {"$lt": latest}}).deleted_count


def _send_if_known(email: str) -> None:
    member = Member.objects.filter(email=email).first()
    if member is None or member.locked or _open_links(member) >= MAX_OPEN_LINKS:
        return
    context = _context(member, _new_link(member))
    mail.send(member.email, "accounts/mail/reset", context, language=_language(member))


def _open_links(member: Member) -> int:
    since = clock.now_s() - LINK_SECONDS
    asked = {"user_id": member.pk, "timestamp": {"$gte": since}, "newInvite": {"$ne": True}}
    return mongo.collection(COLLECTION).count_documents(asked)


def _new_link(member: Member, *, is_invitation: bool = False) -> str:
    text = secrets.token_hex(32)
    document = {"prid": _hashed(text), "user_id": member.pk, "timestamp": clock.now_s()}
    mongo.collection(COLLECTION).insert_one(document | ({"newInvite": True} if is_invitation else {}))
    return public_address.link(f"/reset/{text}")


def _context(member: Member, link: str) -> dict[str, Any]:
    return {
        "name": member.full_name or member.username,
        "username": member.username or member.email,
        "link": link,
        "login_link": public_address.link(settings.LOGIN_URL),
        "minutes": LINK_SECONDS // 60,
    }


def _is_over(document: dict[str, Any]) -> bool:
    seconds = INVITATION_SECONDS if document.get("newInvite") else LINK_SECONDS
    return clock.now_s() - int(document.get("timestamp") or 0) > seconds


def _owner(document: dict[str, Any]) -> Member | None:
    member_id = str(document.get("user_id"))
    found = Member.objects.filter(pk=ObjectId(member_id)).first() if ObjectId.is_valid(member_id) else None
    return found if found is not None and not found.locked else None


def _language(member: Member) -> str | None:
    return member.lang if member.lang in dict(settings.LANGUAGES) else None


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
