"""The first administrator of a new installation."""

import os
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from apps.accounts import members
from apps.accounts.models import Member
from apps.core import mongo, redis_client

LOCK_SECONDS = 60
FIRST_ADMIN_ON_THE_WEB = "web"
DEFAULT_USERNAME = "administrator"
DEFAULT_EMAIL = "administrator@tally.localhost"
FULL_NAME = "Tally Administrator"
PASSWORD_LENGTH = 20


@dataclass(frozen=True, slots=True)
class NewAdmin:
    """Shown once, stored nowhere in this form."""

    username: str
    email: str
    password: str
    api_key: str


class AlreadySetUp(Exception):
    """There is a member already."""


def ensure_first_admin(environment: Mapping[str, str] | None = None) -> NewAdmin | None:
    """Makes the first administrator from ADMIN_USERNAME, ADMIN_EMAIL, ADMIN_PASSWORD and ADMIN_API_KEY; invents what is
    unset. None when there are members, or when FIRST_ADMIN=web leaves it to the page `/setup`.

    Raises members.InvalidMember when a given value cannot be used.
    """
    given = os.environ if environment is None else environment
    if settings.FIRST_ADMIN == FIRST_ADMIN_ON_THE_WEB or has_members():
        return None
    password = given.get("ADMIN_PASSWORD") or new_password()
    try:
        member = create_first_admin(
            full_name=FULL_NAME,
            username=given.get("ADMIN_USERNAME") or DEFAULT_USERNAME,
            email=given.get("ADMIN_EMAIL") or DEFAULT_EMAIL,
            password=password,
            api_key=given.get("ADMIN_API_KEY") or None,
        )
    except AlreadySetUp:  # by another machine that started at the same time
        return None
    return NewAdmin(member.username, member.email, password, member.api_key)


def create_first_admin(
    *, full_name: str, username: str, email: str, password: str, api_key: str | None = None
) -> Member:
    """At most one caller succeeds. Raises AlreadySetUp, members.InvalidMember."""
    with redis_client.client().lock("tally:first-admin", timeout=LOCK_SECONDS):
        if has_members():
            raise AlreadySetUp
        return members.create_member(
            full_name=full_name,
            username=username,
            email=email,
            password=password,
            api_key=api_key,
            global_admin=True,
        )


def has_members() -> bool:
    return mongo.collection("members").find_one({}, {"_id": 1}) is not None


def new_password() -> str:
    """Meets every policy that asks for kinds of characters, and a `password_min` up to its length."""
    letters = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(PASSWORD_LENGTH - 4))
    return f"{letters}-{secrets.choice(string.ascii_uppercase)}{secrets.choice(string.digits)}-"
