"""Between the right password and the session: who is waiting for the second factor, kept in a session of nobody."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from apps.accounts import access, second_factor
from apps.accounts.models import Member
from apps.core import clock

KEY = "second_step"
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Waiting:
    member: Member
    secret: str  # of the authenticator to be set up; empty when that has been done


def begin(request: HttpRequest, member: Member) -> Waiting:
    """The session gets a new key: nobody who knows the old one is a step further."""
    secret = second_factor.new_secret() if second_factor.must_set_up(member) else ""
    request.session.cycle_key()
    request.session[KEY] = {
        "member": str(member.pk),
        "hash": member.get_session_auth_hash(),
        "at": clock.now_s(),
        "secret": second_factor.encrypt(secret) if secret else "",
    }
    return Waiting(member, secret)


def waiting(request: HttpRequest) -> Waiting | None:
    """None when nobody waits, or for too long, or when the account has changed."""
    kept = request.session.get(KEY)
    if not kept or clock.now_s() - kept["at"] > SECONDS:
        return None
    member = access.member_by_id(kept["member"])
    if member is None or member.locked or not constant_time_compare(kept["hash"], member.get_session_auth_hash()):
        return None
    secret = second_factor.decrypt(kept["secret"]) if kept["secret"] else ""
    return None if secret is None else Waiting(member, secret)


def is_needed(member: Member) -> bool:
    return second_factor.is_enabled(member) or second_factor.must_set_up(member)


def accept(found: Waiting, code: str) -> bool:
    """Sets up what was to be set up. Raises second_factor.Banned."""
    if found.secret and not second_factor.is_enabled(found.member):
        return second_factor.enable(found.member, found.secret, code)
    return second_factor.accept(found.member, code)
