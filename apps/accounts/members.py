"""Creates and changes members: the only code that writes what people decide about them."""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts import password_resets, passwords, permissions, pictures, tokens
from apps.accounts.models import Member
from apps.core import clock, mongo
from apps.plugin_api import features
from apps.plugin_api.signals import member_created, member_deleted, member_updated, tell

API_KEY_LENGTH = 32
APPLICATION_LISTS = ("admin_of", "user_of", "appSortList")


class InvalidMember(ValueError):
    """`errors`: name of the field -> sentences that say to people what is wrong."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(" ".join(f"{field}: {' '.join(sentences)}" for field, sentences in errors.items()))
        self.errors = errors


class LastGlobalAdmin(ValueError):
    """Nobody would be left who may do everything."""


class AlreadyExists(ValueError):
    """Somebody else has the user name or the e-mail."""


def create_member(
    *,
    full_name: str,
    username: str,
    email: str,
    password: str,
    global_admin: bool = False,
    permission: dict[str, Any] | None = None,
    api_key: str | None = None,
    chose_password: bool = True,
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


def add_member(fields: Mapping[str, Any]) -> Member:
    """What the management API asks for: a member whose password somebody else chose. The policy is checked before.

    Older accounts may lack a user name or an e-mail, so both may be empty. Raises AlreadyExists, and InvalidMember
    when the e-mail is in use in another spelling.
    """
    member = Member(
        full_name=fields["full_name"],
        username=fields["username"].strip(),
        email=fields["email"].strip().lower(),
        global_admin=fields.get("global_admin"),
        lang=fields.get("lang"),
        permission=permissions.filled_in(_given_permission(fields)),
    )
    if (member.username and is_taken("username", member.username)) or is_taken("email", fields["email"]):
        raise AlreadyExists
    prepare(member)
    set_password(member, fields["password"], chose_password=False)
    store(member)
    return member


def change_member(member: Member, fields: Mapping[str, Any], *, by: Member) -> None:
    """Changes the given fields; all of it holds from the next request on.

    A user name that somebody else has is taken as it is, an e-mail is not. Raises InvalidMember, LastGlobalAdmin.
    """
    if (fields.get("global_admin") is False or fields.get("locked")) and is_last_global_admin(member):
        raise LastGlobalAdmin
    for name in ("full_name", "lang", "global_admin", "locked", "subscribe_newsletter"):
        if name in fields:
            setattr(member, name, fields[name])
    if "username" in fields:
        member.username = fields["username"].strip()
    if "email" in fields:
        member.email = fields["email"].strip().lower()
    if "permission" in fields or "admin_of" in fields or "user_of" in fields:
        member.permission = _given_permission(fields)
        member.admin_of = member.user_of = None
    if fields.get("member_image") == "delete":
        member.member_image = None
    if "password" in fields:
        set_password(member, fields["password"], chose_password=member.pk == by.pk)
    store(member)
    if "email" in fields or "password" in fields:
        end_old_ways_in(member, has_new_password="password" in fields)


def end_old_ways_in(member: Member, *, has_new_password: bool) -> None:
    """After a new e-mail or password was stored: links went to the old address, or lead around the new password.
    Sessions end by themselves, as they carry a hash of the password."""
    password_resets.forget(str(member.pk))
    if has_new_password:
        tokens.end_logins(str(member.pk))


def delete_member(member: Member) -> None:
    """With the tokens that act in the member's name. Sessions end with the next request."""
    member_id, email = str(member.pk), member.email
    tokens.delete_all(member_id)
    password_resets.forget(member_id)
    pictures.remove(pictures.Bucket.MEMBERS, member_id)
    member.delete()
    tell(member_deleted, member_id=member_id, email=email)


def is_last_global_admin(member: Member) -> bool:
    """Whether the member is one, and all others, if any, are locked."""
    others = {"_id": {"$ne": member.pk}, "global_admin": True, "locked": {"$ne": True}}
    return bool(member.global_admin) and mongo.collection("members").find_one(others, {"_id": 1}) is None


def forget_application(application_id: str) -> None:
    """No member's rights name the application any more. Rights that somebody changes meanwhile keep the change."""
    collection = mongo.collection("members")
    shown = dict.fromkeys(("permission", *APPLICATION_LISTS), 1)
    for found in collection.find({}, shown):
        document: dict[str, Any] | None = found
        while document is not None:
            changed = _without_application(document, application_id)
            as_read = {"_id": document["_id"]} | {name: {"$eq": document[name]} for name in changed}
            if not changed or collection.update_one(as_read, {"$set": changed}).matched_count:
                break
            document = collection.find_one({"_id": document["_id"]}, shown)
    collection.update_many({}, {"$unset": {f"homeSettings.{application_id}": ""}})


def _without_application(document: Mapping[str, Any], application_id: str) -> dict[str, Any]:
    """The fields that change."""
    changed: dict[str, Any] = {}
    if isinstance(document.get("permission"), dict):
        changed["permission"] = permissions.without_application(document["permission"], application_id)
    for name in APPLICATION_LISTS:
        if isinstance(document.get(name), list):
            changed[name] = [item for item in document[name] if item != application_id]
    return {name: value for name, value in changed.items() if value != document[name]}


def _given_permission(fields: Mapping[str, Any]) -> permissions.Permission:
    permission = permissions.cleaned(fields.get("permission"))
    permissions.add_lists(permission, fields.get("admin_of"), fields.get("user_of"))
    permissions.add_needed(permission, features.dependencies())
    return permission


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
    is_new = member.pk is None
    try:
        member.save()
    except IntegrityError as error:
        raise InvalidMember({"email": ["The e-mail or the API key is already in use."]}) from error
    tell(member_created if is_new else member_updated, member_id=str(member.pk))


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
        store(member)


def _errors(member: Member, password: str) -> dict[str, list[str]]:
    found = {
        "full_name": [] if member.full_name else [_("A name is needed.")],
        "username": [] if member.username else [_("A user name is needed.")],
        "email": email_errors(member.email),
        "password": passwords.policy_errors(password),
        "api_key": [] if re.fullmatch(r"[0-9a-zA-Z]{32}", member.api_key) else [_("It has 32 letters and digits.")],
    }
    for field, sentences in found.items():
        if field in ("username", "email", "api_key") and not sentences and is_taken(field, getattr(member, field)):
            sentences.append(_("It is already in use."))
    return {field: sentences for field, sentences in found.items() if sentences}


def is_taken(field: str, value: str, *, by_other_than: Member | None = None) -> bool:
    """Whether somebody else has it. As both let people in, nobody's user name may be the e-mail of another."""
    found = Q(**{field: value})
    if "@" in value and field == "username":
        found |= Q(email=value.lower())
    elif "@" in value and field == "email":
        found |= Q(username=value)
    others = Member.objects.exclude(pk=by_other_than.pk) if by_other_than and by_other_than.pk else Member.objects
    return bool(others.filter(found).exists())


def email_errors(email: str) -> list[str]:
    try:
        validate_email(email)
    except ValidationError:
        return [_("A valid e-mail is needed.")]
    return []
