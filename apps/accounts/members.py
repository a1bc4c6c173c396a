"""Creates and changes members: the only code that writes what people decide about them."""

import re
import secrets
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError

from apps.accounts import passwords
from apps.accounts.models import Member
from apps.core import clock

API_KEY_LENGTH = 32


class InvalidMember(ValueError):
    """`errors`: name of the field -> sentences that say to people what is wrong."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(" ".join(f"{field}: {' '.join(sentences)}" for field, sentences in errors.items()))
        self.errors = errors


def create_member(
    *,
    full_name: str,
    username: str,
    email: str,
    password: str,
    global_admin: bool = False,
    permission: dict[str, Any] | None = None,
    api_key: str | None = None,
    chose_password: bool = False,
) -> Member:
    """`chose_password`: the member, not somebody else, chose the password. Raises InvalidMember."""
    member = Member(
        full_name=full_name.strip(),
        username=username.strip(),
        email=email.strip().lower(),
        api_key=api_key or "",
        global_admin=global_admin,
    )
    if permission is not None:
        member.permission = permission
    prepare(member)
    errors = _errors(member, password)
    if errors:
        raise InvalidMember(errors)
    set_password(member, password, chose_password=chose_password)
    store(member)
    return member


def prepare(member: Member) -> None:
    """What every new member has. Does not save."""
    member.api_key = member.api_key or new_api_key()
    member.created_at = clock.now_s()


def set_password(member: Member, password: str, *, chose_password: bool) -> None:
    """Does not save. `chose_password`: the member, not somebody else, chose it. All sessions of the member end."""
    member.set_password(password)
    if not chose_password:
        member.password_changed = 0


def store(member: Member) -> None:
    """Saves. Raises InvalidMember when somebody else took the e-mail or the API key in the meantime."""
    try:
        member.save()
    except IntegrityError as error:
        raise InvalidMember({"email": ["The e-mail or the API key is already in use."]}) from error


def new_api_key() -> str:
    """32 hexadecimal digits."""
    return secrets.token_hex(API_KEY_LENGTH // 2)


def reset_api_key(member: Member) -> str:
    """The old key stops working at once."""
    member.api_key = new_api_key()
    store(member)
    return member.api_key


def set_locked(members: Iterable[Member], locked: bool) -> None:
    """A locked member's sessions end and keys are refused from the next request on."""
    for member in members:
        member.locked = locked
        member.save()


def _errors(member: Member, password: str) -> dict[str, list[str]]:
    found = {
        "full_name": [] if member.full_name else ["A name is needed."],
        "username": [] if member.username else ["A user name is needed."],
        "email": _email_errors(member.email),
        "password": passwords.policy_errors(password),
        "api_key": [] if re.fullmatch(r"[0-9a-zA-Z]{32}", member.api_key) else ["It has 32 letters and digits."],
    }
    for field, sentences in found.items():
        if field in ("username", "email", "api_key") and not sentences and is_taken(field, getattr(member, field)):
            sentences.append("It is already in use.")
    return {field: sentences for field, sentences in found.items() if sentences}


def is_taken(field: str, value: str) -> bool:
    return bool(Member.objects.filter(**{field: value}).exists())


def _email_errors(email: str) -> list[str]:
    try:
        validate_email(email)
    except ValidationError:
        return ["A valid e-mail is needed."]
    return []
