"""From a name and a password to a member. Every way in leads through `verify`."""

import re
from contextlib import suppress
from typing import Any

from django.http import HttpRequest

from apps.accounts import failed_logins, passwords
from apps.accounts.models import Member
from apps.core import clock
from apps.core.stored_model import Gone

MAX_NAME_LENGTH = 254
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Refused(Exception):
    """Nobody is let in. The subclasses say no more about an account than its owner may know."""


class WrongCredentials(Refused):
    pass


class Banned(Refused):
    """Too many failures under this name; the password was not looked at."""


class Locked(Refused):
    """The password was right, the account is locked."""


def verify(name: str, password: str) -> Member:
    """The member with this user name or e-mail and password. Raises Refused.

    An unknown name takes as long and counts as much as a wrong password.
    """
    if not 0 < len(name) <= MAX_NAME_LENGTH or UNSTORABLE.search(name):
        raise WrongCredentials
    if not failed_logins.count_attempt(name):
        raise Banned
    member = _find(name)
    verdict = passwords.verify(password, member.password if member else None)
    if member is None or not verdict.is_right:
        raise WrongCredentials
    failed_logins.forget(name)
    if member.locked:
        raise Locked
    if verdict.is_outdated:
        member.password = passwords.encode(password)
        member.save()
    return member


def record_login(sender: object, request: HttpRequest, user: Member, **kwargs: Any) -> None:
    user.last_login = clock.now_s()
    if user.password_changed is None:
        user.password_changed = user.last_login
    with suppress(Gone):  # deleted just now: the session leads nowhere
        user.save()


def _find(name: str) -> Member | None:
    named = next(iter(Member.objects.filter(username=name)[:1]), None)
    return named or next(iter(Member.objects.filter(email=name.lower())[:1]), None)
